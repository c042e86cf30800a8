import type { Cause, ErrorEvent, Frame } from '../../errors/error-event.ts';
import type { CountedEvent } from '../../issues/issue-store.ts';
import { type StackTrace, withMessage, withoutMessage } from '../../errors/stack/trace.ts';

/** A stack trace as it is stored: once for all events that have it. */
export interface StoredStack extends StackTrace {
  frames: readonly Frame[];
  causes: readonly Cause[];
}

/** An error event without what is in its stack. */
export type EventFacts = Omit<ErrorEvent, 'stack' | 'frames' | 'causes' | 'userHash' | 'formerFingerprints'>;

/** What is written of an event. */
export interface WrittenEvent {
  /** `EventFacts` as JSON. */
  document: string;
  stack: StoredStack;
}

const written = Symbol('as it was written');

/** An event that came from another thread, which wrote it down already. */
interface UnpackedEvent extends ErrorEvent {
  [written]?: WrittenEvent;
}

export function writtenEvent(event: UnpackedEvent): WrittenEvent {
  return event[written] ?? writeEvent(event);
}

function writeEvent(event: ErrorEvent): WrittenEvent {
  const { stack, message, frames, causes } = event;
  // JSON leaves out what is undefined.
  const document = JSON.stringify({ ...event, ...notInDocument });
  return { document, stack: { ...withoutMessage(stack, message), frames, causes } };
}

const notInDocument = {
  stack: undefined,
  frames: undefined,
  causes: undefined,
  userHash: undefined,
  formerFingerprints: undefined,
};

/** The event as one of another issue: as it was written it has the name before. */
export function renamed(
  event: ErrorEvent,
  { service, environment, fingerprint }: Pick<ErrorEvent, 'service' | 'environment' | 'fingerprint'>,
): ErrorEvent {
  const named: UnpackedEvent = { ...event, service, environment, fingerprint };
  delete named[written];
  return named;
}

export function joinEvent(facts: EventFacts, stack: StoredStack): ErrorEvent {
  return {
    ...facts,
    stack: withMessage(stack, facts.message),
    frames: stack.frames,
    causes: stack.causes,
  };
}

/** Another thread is handed a few texts for far less than objects. */
export interface PackedEvents {
  documents: string[];
  /** Those that several events have once, as JSON; and which of them each has. */
  stacks: string;
  stackOf: number[];
  userHashes: (number | undefined)[];
  formerFingerprints: (readonly string[] | undefined)[];
}

export function packEvents(events: readonly ErrorEvent[]): PackedEvents {
  const documents: string[] = [];
  const stacks: StoredStack[] = [];
  const stackOf: number[] = [];
  const places = new Map<readonly Frame[], number>();
  for (const event of events) {
    const { document, stack } = writeEvent(event);
    // By their frames, which are the same array for the same trace: long texts are compared sooner than looked up.
    let place = places.get(stack.frames);
    if (place === undefined || !isSame(stacks[place]!, stack)) {
      place = stacks.push(stack) - 1;
      places.set(stack.frames, place);
    }
    documents.push(document);
    stackOf.push(place);
  }
  const userHashes = events.map(({ userHash }) => userHash);
  const formerFingerprints = events.map((event) => event.formerFingerprints);
  return { documents, stacks: JSON.stringify(stacks), stackOf, userHashes, formerFingerprints };
}

function isSame(one: StoredStack, other: StoredStack): boolean {
  return one.before === other.before && one.after === other.after;
}

export function unpackEvents(packed: PackedEvents): ErrorEvent[] {
  const { documents, stacks, stackOf, userHashes, formerFingerprints } = packed;
  const known = JSON.parse(stacks) as StoredStack[];
  return documents.map((document, index) => {
    const stack = known[stackOf[index]!]!;
    const event: UnpackedEvent = joinEvent(JSON.parse(document) as EventFacts, stack);
    event[written] = { document, stack };
    if (userHashes[index] !== undefined) event.userHash = userHashes[index];
    if (formerFingerprints[index] !== undefined) event.formerFingerprints = formerFingerprints[index];
    return event;
  });
}

/** Events that are only counted, as JSON, by their properties. */
export type PackedCounts = string;

interface Counts {
  ids: string[];
  otherIds: (string | undefined | null)[];
  times: number[];
  traceIds: string[];
  userHashes: (number | undefined | null)[];
  podHashes: (number | undefined | null)[];
  /** Those that the events have, each once, and which of them each has. */
  issues: Pick<CountedEvent, 'issueId' | 'version'>[];
  issueOf: number[];
}

export function packCounted(events: readonly CountedEvent[]): PackedCounts {
  const issues: Counts['issues'] = [];
  const places = new Map<string, number>();
  const issueOf = events.map(({ issueId, version }) => {
    const key = `${issueId} ${version}`;
    const place = places.get(key) ?? issues.push({ issueId, version }) - 1;
    places.set(key, place);
    return place;
  });
  const counts: Counts = {
    ids: events.map(({ id }) => id),
    otherIds: events.map(({ otherId }) => otherId),
    times: events.map(({ time }) => time),
    traceIds: events.map(({ traceId }) => traceId),
    userHashes: events.map(({ userHash }) => userHash),
    podHashes: events.map(({ podHash }) => podHash),
    issues,
    issueOf,
  };
  return JSON.stringify(counts);
}

export function unpackCounted(packed: PackedCounts): CountedEvent[] {
  const { ids, otherIds, times, traceIds, userHashes, podHashes, issues, issueOf } = JSON.parse(
    packed,
  ) as Counts;
  return ids.map((id, i) => ({
    id,
    otherId: otherIds[i] ?? undefined,
    time: times[i]!,
    traceId: traceIds[i]!,
    userHash: userHashes[i] ?? undefined,
    podHash: podHashes[i] ?? undefined,
    ...issues[issueOf[i]!]!,
  }));
}
