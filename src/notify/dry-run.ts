import type { Outcome, Receiver, Reference } from './receiver.ts';

/** Stands in for a receiver while nothing is to be sent: it takes all there is, and is never reached. */
export class DryRunReceiver implements Receiver {
  readonly name: string;
  readonly description: string;
  readonly canEdit: boolean;
  readonly hasThreads: boolean;

  constructor(receiver: Pick<Receiver, 'name' | 'description' | 'canEdit' | 'hasThreads'>) {
    const { name, description, canEdit, hasThreads = false } = receiver;
    this.name = name;
    this.description = `${description} (dry run)`;
    this.canEdit = canEdit;
    this.hasThreads = hasThreads;
  }

  notify(_message: unknown, shown: Reference | undefined): Promise<Outcome> {
    const reference = this.canEdit ? (shown ?? { dry_run: 'true' }) : undefined;
    return Promise.resolve({ kind: 'delivered', reference });
  }

  verify(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
