import type { PendingChange } from '../../alerting/alert-store.ts';
import type { Incident } from '../../alerting/incident.ts';
import type { StreamEventData, StreamEventName } from '../contract.ts';

/** Events that somebody who was away for a moment can still have. */
const mostRemembered = 1000;

interface Remembered {
  number: number;
  text: string;
}

/**
 * What was committed, told to whoever listens at that moment. Each event has an id, by which one who lost the connection is told
 * what came in between, as far as it is remembered. Ids begin with what tells this process from an earlier one.
 */
export class ChangeFeed {
  private readonly epoch: string;
  private readonly remembered: Remembered[] = [];
  private readonly listeners = new Set<(text: string) => void>();
  private lastNumber = 0;

  /** @param epoch differs from process to process; letters and digits */
  constructor(epoch: string) {
    this.epoch = epoch;
  }

  /** One step of alerting. */
  publishStep(changes: readonly PendingChange[], incidents: readonly Incident[]): void {
    for (const { change, issue } of changes) {
      this.publish('issue', { id: issue.id, short_id: issue.shortId, kind: change.kind });
    }
    for (const { key, state } of incidents) this.publish('incident', { key, state });
  }

  publish<Name extends StreamEventName>(name: Name, data: StreamEventData<Name>): void {
    const number = ++this.lastNumber;
    const text = eventText(this.idOf(number), name, data);
    this.remembered.push({ number, text });
    if (this.remembered.length > mostRemembered) this.remembered.shift();
    for (const listener of this.listeners) listener(text);
  }

  /**
   * What somebody is to be sent first who has seen everything up to an event, or begins (undefined). One whose event is not
   * remembered is told to begin anew.
   */
  catchUp(lastId: string | undefined): string {
    const here = `id: ${this.idOf(this.lastNumber)}\n\n`;
    if (lastId === undefined) return here;
    const number = this.numberOf(lastId);
    const oldest = this.lastNumber - this.remembered.length;
    if (number === undefined || number < oldest) return eventText(this.idOf(this.lastNumber), 'reset', {});
    const missed = this.remembered.filter((event) => event.number > number);
    return missed.length === 0 ? here : missed.map(({ text }) => text).join('');
  }

  /** @returns ends that */
  subscribe(listener: (text: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private idOf(number: number): string {
    return `${this.epoch}-${number}`;
  }

  private numberOf(id: string): number | undefined {
    const [, epoch, digits] = /^([\da-z]{1,64})-(\d{1,15})$/i.exec(id) ?? [];
    const number = Number(digits);
    return epoch === this.epoch && number <= this.lastNumber ? number : undefined;
  }
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
function eventText<Name extends StreamEventName>(
  id: string,
  name: Name,
  data: StreamEventData<Name>,
): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
