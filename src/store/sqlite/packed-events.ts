import type { ErrorEvent, Frame } from '../../errors/error-event.ts';
import { type StackTrace, withMessage, withoutMessage } from '../../errors/stack/trace.ts';

/** A stack trace as it is stored: once for all events that have it. */
export interface StoredStack extends StackTrace {
  frames: readonly Frame[];
}

/** An error event without what is in its stack. */
export type EventFacts = Omit<ErrorEvent, 'stack' | 'frames'>;

export function splitEvent(event: ErrorEvent): { facts: EventFacts; stack: StoredStack } {
  const { stack, frames, ...facts } = event;
  return { facts, stack: { ...withoutMessage(stack, event.message), frames } };
}

export function joinEvent(facts: EventFacts, stack: StoredStack): ErrorEvent {
  return { ...facts, stack: withMessage(stack, facts.message), frames: stack.frames };
}

interface Packed {
  stacks: StoredStack[];
  events: { facts: EventFacts; stack: number }[];
}

/** As one text, which another thread is handed for far less than objects; stacks that several have are in it once. */
export function packEvents(events: readonly ErrorEvent[]): string {
  const packed: Packed = { stacks: [], events: [] };
  const places = new Map<string, number>();
  for (const event of events) {
    const { facts, stack } = splitEvent(event);
    const key = `${stack.before}\u0000${stack.after}`;
    let place = places.get(key);
    // What has other frames is another stack, whatever it says.
    if (place === undefined || packed.stacks[place]!.frames !== stack.frames) {
      place = packed.stacks.push(stack) - 1;
      places.set(key, place);
    }
    packed.events.push({ facts, stack: place });
  }
  return JSON.stringify(packed);
}

export function unpackEvents(text: string): ErrorEvent[] {
  const { stacks, events } = JSON.parse(text) as Packed;
  return events.map(({ facts, stack }) => joinEvent(facts, stacks[stack]!));
}
