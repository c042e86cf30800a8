import type { Severity } from '../../errors/error-event.ts';
import { type Failure, isMinor } from '../../errors/failure.ts';
import { isMoreSevere } from '../../errors/severity.ts';
import { issueOf } from '../../issues/identity.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import { HashIndex } from '../../runtime/hash-index.ts';
import type { LocalTraces } from '../local-traces.ts';
import { isSameSpan, type SpanName } from '../span-name.ts';

/** An SDK sends a parent that outlived its children within seconds; what comes later is an event of its own. */
const rememberedMillis = 60_000;
/** Beyond it the oldest is forgotten: its failure is told once more when it comes. */
const mostRemembered = 20_000;

/** From what says the least. */
const told = ['message', 'exception', 'failure below'] as const;
export type Told = (typeof told)[number];

function tellsMore(one: Told, other: Told): boolean {
  return told.indexOf(one) > told.indexOf(other);
}

/** What is known of a failure that was told. */
export interface Below {
  /** How bad it is if nothing makes up for it; low, if it is expected. */
  severity: Severity;
  issueId: string;
}

export function belowOf(failure: Failure): Below {
  const severity = isMinor(failure) ? 'low' : (failure.held ?? failure.severity);
  return { severity, issueId: issueOf(failure) };
}

/** Nobody is told of it, and so it explains nothing that failed worse. What is not known is taken for enough of a reason. */
export function isMinorBelow(below: Below | undefined): boolean {
  return below?.severity === 'low';
}

/** Of two that are as bad, the one. */
export function worse<T extends Pick<Below, 'severity'>>(one: T | undefined, other: T): T {
  return one === undefined || isMoreSevere(other.severity, one.severity) ? other : one;
}

/** What was told below a span: the worst of it, and the worst of what nothing can make up for any more, if there is any. */
export interface Reasons {
  worst: Below;
  certain: Below | undefined;
}

export function withReason(reasons: Reasons | undefined, below: Below, isCertain: boolean): Reasons {
  const certain = reasons?.certain;
  return { worst: worse(reasons?.worst, below), certain: isCertain ? worse(certain, below) : certain };
}

/** A span that is to come and then is a symptom. */
export interface Awaited extends SpanName {
  /** By the monotonic clock. */
  at: number;
  /** What was told: a failure below it, an exception that was logged in it, or a message. */
  readonly told: Told;
  /** Whether a failure below it is stored. */
  isStored: boolean;
  /** The worst failure below it that is stored, as far as it is known. */
  below: Below | undefined;
  /** See `Reasons`. */
  certain: Below | undefined;
  /** Failures below it that are being stored; undefined if none are, as of nearly all that are remembered. */
  storing: Set<Promise<void>> | undefined;
}

/** Spans that failures seen so far will have been the cause of. Nothing is looked up for a batch while there are none. */
export class AwaitedParents {
  /**
   * By the hash of their ids, the one that was noted last at the end. Of two with the same hash, which will hardly ever be, the older
   * is forgotten.
   */
  private readonly byHash = new Map<number, Awaited>();
  private readonly hashes = new HashIndex();

  get none(): boolean {
    return this.byHash.size === 0;
  }

  /** Those that are in the batch, by the index of the span that they are. */
  find(traces: LocalTraces, now: number): Map<number, Awaited> {
    const found = new Map<number, Awaited>();
    if (this.none) return found;
    for (let index = 0; index < traces.length; index++) {
      const hash = traces.hashOf(index);
      if (!this.hashes.has(hash)) continue;
      const awaited = this.byHash.get(hash);
      if (awaited?.bits !== traces.bitsOf(index)) continue;
      if (now - awaited.at > rememberedMillis) this.delete(awaited);
      else found.set(index, awaited);
    }
    return found;
  }

  /** Undefined if it is not awaited. */
  get(span: SpanName, now: number): Awaited | undefined {
    const awaited = this.byHash.get(span.hash);
    if (awaited === undefined || !isSameSpan(awaited, span)) return undefined;
    return now - awaited.at <= rememberedMillis ? awaited : undefined;
  }

  /**
   * Notes the parent of a span.
   * @param top moved to a span whose parent is not in the batch
   * @returns undefined if there is none to come
   */
  note(traces: LocalTraces, top: SpanView, now: number): Awaited | undefined {
    const parent = traces.parentToCome(top);
    return parent === undefined ? undefined : this.add(parent, now, 'failure below');
  }

  add(span: SpanName, now: number, told: Told): Awaited {
    const known = this.byHash.get(span.hash);
    if (known === undefined) this.makeRoom();
    else this.delete(known);
    // That a message is stored says nothing of a failure.
    const isSame = known?.bits === span.bits && !tellsMore(told, known.told);
    const awaited = isSame
      ? known
      : {
          hash: span.hash,
          bits: span.bits,
          at: now,
          told,
          isStored: false,
          below: undefined,
          certain: undefined,
          storing: undefined,
        };
    awaited.at = now;
    this.byHash.set(awaited.hash, awaited);
    this.hashes.add(awaited.hash);
    return awaited;
  }

  delete(awaited: Awaited): void {
    if (this.byHash.get(awaited.hash) !== awaited) return;
    this.byHash.delete(awaited.hash);
    this.hashes.delete(awaited.hash);
  }

  private makeRoom(): void {
    if (this.byHash.size < mostRemembered) return;
    const [oldest] = this.byHash.values();
    if (oldest !== undefined) this.delete(oldest);
  }
}
