import type { History } from './history.ts';
import type { Policy } from './settings.ts';
import { attemptsOf, isTaken, type Item, type Shipment, type Trace } from './shipment.ts';

/** What must become of an item in Tocsin; any: it depends on moments that nobody outside can tell. */
export type Expected = 'forward' | 'drop' | 'sample out' | 'never' | 'any';

/** What must have become of items, by what was sent and what was done to Tocsin: as docs/operations.md says. */
export class Expectations {
  private readonly history: History;
  private readonly holdMillis: number;
  /** Whether there was no room for what was to be held; then what is noise may be passed on. */
  private readonly isCrowded: boolean;

  constructor(history: History, holdMillis: number, isCrowded: boolean) {
    this.history = history;
    this.holdMillis = holdMillis;
    this.isCrowded = isCrowded;
  }

  of(item: Item): Expected {
    const { shipment, trace } = item;
    if (!item.isValid) return 'never';
    if (!isTaken(shipment)) return this.isCertainlyNot(shipment) ? 'never' : 'any';
    return trace === undefined ? 'forward' : this.ofSpan(item, trace);
  }

  /** What was refused is not ours, but if what was withdrawn from the journal is found there again after a crash. */
  private isCertainlyNot(shipment: Shipment): boolean {
    if (attemptsOf(shipment, 'unknown').length > 0) return false;
    return attemptsOf(shipment, 'again').every(({ sentAt, endedAt }) =>
      this.history.isNoted(sentAt, endedAt),
    );
  }

  private ofSpan(item: Item, trace: Trace): Expected {
    const parts = [...new Set(trace.spans.map(({ shipment }) => shipment))];
    const { from, until } = timeOf(parts);
    const policies = this.history.policiesFor(from, until);
    const hasFailed = trace.spans.some(({ failed }) => failed);
    // Never dropped, and always sampled.
    if (item.failed || (hasFailed && parts.length === 1)) return 'forward';
    const noise = agreed(policies, (policy) => isNoise(trace, policy));
    if (noise === undefined) return 'any';
    if (noise) return this.ofNoise(hasFailed, parts);
    const kept = agreed(policies, ({ ratio }) => isKept(trace, ratio));
    if (kept === undefined) return 'any';
    if (kept) return 'forward';
    return hasFailed ? 'any' : 'sample out';
  }

  /** Nothing of it failed where it is all in one request. */
  private ofNoise(hasFailed: boolean, parts: readonly Shipment[]): Expected {
    if (parts.length === 1) return 'drop';
    const { from, until } = timeOf(parts);
    const isDecided =
      !hasFailed &&
      !this.isCrowded &&
      parts.every(isTaken) &&
      until - from < this.holdMillis &&
      // A request is in the journal until nothing of it is pending: it may be decided anew, without the root.
      this.history.crashesAfter(from).length === 0 &&
      this.history.isNoted(from, until);
    return isDecided ? 'drop' : 'any';
  }
}

/** From when it was first sent until nothing of it was under way any more. */
function timeOf(parts: readonly Shipment[]): { from: number; until: number } {
  const attempts = parts.flatMap((part) => attemptsOf(part, 'taken', 'again', 'unknown'));
  return {
    from: Math.min(...attempts.map(({ sentAt }) => sentAt)),
    until: Math.max(...attempts.map(({ endedAt }) => endedAt)),
  };
}

function isNoise({ root }: Trace, { healthChecks, dropsFiles }: Policy): boolean {
  return (root === 'health check' && healthChecks) || (root === 'file' && dropsFiles);
}

/** By the randomness of the trace: the last 56 bits of its id. */
function isKept({ id }: Trace, ratio: number): boolean {
  return Number.parseInt(id.slice(-14, -7), 16) >= 2 ** 28 * (1 - ratio);
}

/** What all of them say; undefined if they do not agree. */
function agreed<T>(policies: readonly Policy[], of: (policy: Policy) => T): T | undefined {
  const said = new Set(policies.map(of));
  return said.size === 1 ? [...said][0] : undefined;
}
