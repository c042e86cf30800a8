/*
 * How Tocsin's own failures are named where they are issues like others.
 */

export const ownService = 'tocsin';

/** What failed is the telling itself. */
export const notifyComponent = 'notify';

/** The operation of a failure to tell a receiver something, by which it is known whose failure it was. */
export function notifyOperation(receiver: string): string {
  return `notify ${receiver}`;
}

interface Told {
  service: string;
  component: string;
  operation: string;
}

/** Whether it is about telling people: if it cannot be told either, that is no news, or there would be no end of it. */
export function isAboutNotifying({ service, component }: Told): boolean {
  return service === ownService && component === notifyComponent;
}

/** Whether it is about this receiver: a receiver's failure is never told through itself. */
export function isAboutReceiver(failure: Told, receiver: string): boolean {
  return isAboutNotifying(failure) && failure.operation === notifyOperation(receiver);
}
