/** Where a service's faults are switched. */
export const faultsPath = '/faults';

/** What is to go wrong, as in the body of `PUT /faults`. */
export interface Faults {
  /** The handler throws. */
  throw?: boolean;
  /** The answer is 503. */
  unavailable?: boolean;
  /** The answer comes so much later. */
  slowMillis?: number;
  /** The health checks answer 503. */
  healthFails?: boolean;
  /** For so many of the requests that are affected, then never more. Without it, until deleted. */
  for?: number;
}

type Check = (value: unknown) => boolean;

const isFlag: Check = (value) => typeof value === 'boolean';
const checks: Record<keyof Faults, [check: Check, expected: string]> = {
  throw: [isFlag, 'true or false'],
  unavailable: [isFlag, 'true or false'],
  slowMillis: [(value) => isWholeNumber(value, 0, 60_000), 'a whole number from 0 to 60000'],
  healthFails: [isFlag, 'true or false'],
  for: [(value) => isWholeNumber(value, 1, Number.MAX_SAFE_INTEGER), 'a whole number above 0'],
};

function isWholeNumber(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

/** The faults in a body, or what is wrong with it. */
export function parseFaults(body: unknown): Faults | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'faults are a JSON object';
  const mistakes = Object.entries(body).flatMap(([key, value]) => {
    if (!Object.hasOwn(checks, key)) return [`${key} is not known: ${Object.keys(checks).join(', ')} are`];
    const [check, expected] = checks[key as keyof Faults];
    return check(value) ? [] : [`${key} must be ${expected}`];
  });
  return mistakes.length > 0 ? mistakes.join('; ') : body;
}

/** The faults of one service, and how many requests they still affect. */
export class FaultSwitch {
  #faults: Faults = {};

  get current(): Faults {
    return this.#faults;
  }

  set(faults: Faults): void {
    this.#faults = faults;
  }

  clear(): void {
    this.#faults = {};
  }

  /** What goes wrong with one request of a customer. */
  takeForRequest(): Pick<Faults, 'throw' | 'unavailable' | 'slowMillis'> {
    const { throw: throws, unavailable, slowMillis } = this.#faults;
    if (throws !== true && unavailable !== true && slowMillis === undefined) return {};
    const taken = this.#faults;
    this.#countDown();
    return taken;
  }

  /** Whether one health check fails. */
  takeForHealthCheck(): boolean {
    if (this.#faults.healthFails !== true) return false;
    this.#countDown();
    return true;
  }

  #countDown(): void {
    const { for: left } = this.#faults;
    if (left === undefined) return;
    this.#faults = left > 1 ? { ...this.#faults, for: left - 1 } : {};
  }
}
