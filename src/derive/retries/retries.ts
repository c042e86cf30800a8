import type { SpanView } from '../../otlp/span-view.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ClientCall } from '../client-calls/client-call.ts';
import { retryReasons } from '../client-calls/failure-reason.ts';
import type { Methods } from '../client-calls/methods.ts';
import type { Place } from '../client-calls/place.ts';
import { Attempts } from './attempts.ts';
import { type Chain, Chains } from './chains.ts';
import type { DependencyRetries } from './dependency-retries.ts';
import { none } from '../../runtime/hash-chains.ts';
import { KeyedLists } from '../../runtime/keyed-lists.ts';
import { type Linked, Linker, type LinkerOptions } from './linker.ts';
import { Parents } from './parents.ts';
import type { RetryMetrics } from './retry-metrics.ts';
import { type RecentRetries, type RetryStorm, Storms } from './storms.ts';

/** Calls that are remembered to be linked: some 100 bytes each. */
const mostAttempts = 2 ** 15;
/** Of the calls below one span so many are looked at. */
const mostSiblings = 16;
/** What ended so much before may have been a clock's doing. */
const parentToleranceMillis = 1;

export interface RetriesDependencies {
  clock: Clock;
  metrics: RetryMetrics;
  methods: Methods;
  options: LinkerOptions;
  /** Calls that were forgotten before it was known whether another would make them good. */
  onEvicted: () => void;
  /** For who wants to know each of them: rows of `attempts`. */
  onLinked?: (linked: Linked, attempts: Attempts) => void;
  mostAttempts?: number;
}

/** Infers from plain spans of calls which of them are retries. */
export class Retries {
  private readonly dependencies: RetriesDependencies;
  private readonly attempts: Attempts;
  private readonly linker: Linker;
  private readonly chains: Chains;
  private readonly parents = new Parents();
  /** Attempts whose parent is not known yet, by its hash. */
  private readonly children: KeyedLists;
  /** Attempts whose parent had ended, without a call below it that may have led them there, by its hash. */
  private readonly unreached: KeyedLists;
  /** Those of one parent, while they are looked at. */
  private readonly waited: number[] = [];
  private readonly storms = new Storms();
  private now = 0;

  constructor(dependencies: RetriesDependencies) {
    const { options, mostAttempts: most = mostAttempts } = dependencies;
    this.dependencies = dependencies;
    this.attempts = new Attempts(most);
    const kin = {
      kinshipOf: (row: number) => this.kinshipOf(row),
      isOrphan: (row: number) => this.isOrphan(row),
    };
    this.linker = new Linker(this.attempts, kin, options, (linked, isNew) => this.linked(linked, isNew));
    this.chains = new Chains(this.attempts, options, (chain) => this.ended(chain));
    this.children = new KeyedLists(most);
    this.unreached = new KeyedLists(most);
  }

  /** Before the spans of a request. */
  begin(): void {
    this.now = this.dependencies.clock.monotonic();
    this.chains.look(this.now);
    this.linker.begin();
  }

  /** Whether calls came that name this span as their parent, which was not known. @param hash of its ids */
  awaits(hash: number): boolean {
    return !this.children.isEmpty && this.children.first(hash) !== none;
  }

  /**
   * A span that calls were made in, or may have been; nothing comes of it yet.
   * @param above the hash of its own parent's ids; 0 if it has none
   * @returns whether calls wait for it
   */
  learnParent(hash: number, above: number, span: SpanView): boolean {
    this.parents.note(hash, above, span);
    return this.awaits(hash);
  }

  /** One that was learnt of: calls that waited for it are looked at again. */
  parentCame(hash: number): void {
    this.settleAll(this.children, hash);
  }

  private settleAll(list: KeyedLists, hash: number, most = Infinity): void {
    // All of them before the first is looked at: what is known of the parent may be forgotten again, and then it waits once more.
    const { waited } = this;
    let count = 0;
    for (let row = list.first(hash); row !== none && count < most; row = list.next(row))
      waited[count++] = row;
    for (let i = 0; i < count; i++) list.delete(waited[i]!);
    for (let i = 0; i < count; i++) this.linker.settle(waited[i]!);
  }

  add(call: ClientCall): void {
    const { reason } = call;
    const { attempts, linker } = this;
    this.makeRoom();
    const row = attempts.add(call);
    if (reason !== undefined) {
      attempts.reason[row] = retryReasons.indexOf(reason);
      this.dependencies.metrics.mayBeRetried(
        call.place,
        this.dependencies.methods.textOf(call.method),
        reason,
        this.now,
      );
    }
    call.place.seenAttempts++;
    if (call.isMarked) call.place.retries += call.weight;
    linker.settle(row);
    if (!this.unreached.isEmpty && call.parentHash !== 0) this.opened(call);
  }

  /** It may be what opened the connection by which others have come below the same span: those that came first are looked at again. */
  private opened({ parentHash, startMillis }: ClientCall): void {
    const { parents, unreached } = this;
    const parent = parents.find(parentHash);
    if (parent !== none && startMillis < parents.endOf(parent))
      this.settleAll(unreached, parentHash, mostSiblings);
  }

  /** To be called every 15 seconds. @param places that are known */
  look(places: readonly Place[]): void {
    this.storms.look(places, this.dependencies.clock.now());
  }

  /** Brings the gauges up to date. */
  show(places: readonly Place[]): void {
    for (const place of places)
      if (place.retries > 0)
        this.dependencies.metrics.showRatio(
          place,
          this.storms.ratioOf(place),
          this.storms.sinceOf(place) !== undefined,
        );
  }

  get retryStorms(): RetryStorm[] {
    return this.storms.all;
  }

  get recent(): RecentRetries[] {
    return this.storms.recent;
  }

  /** What is known of these. */
  report(places: readonly Place[]): DependencyRetries[] {
    return places.map((place) => {
      const { service, dependency, attempts, retries, recovered, exhausted } = place;
      const known = { service, dependency, attempts, retries, recovered, exhausted };
      return {
        ...known,
        amplification: this.storms.ratioOf(place),
        stormSince: this.storms.sinceOf(place),
      };
    });
  }

  /** Nothing more will come: chains that are open end as they are. */
  stop(): void {
    this.chains.closeAll();
  }

  private kinshipOf(row: number): number {
    const parent = this.parentOf(row);
    return parent === none ? 0 : this.parents.kinshipOf(parent);
  }

  private isOrphan(row: number): boolean {
    const { attempts, parents, unreached } = this;
    if (attempts.parent[row] === 0) return true;
    const parent = this.parentOf(row);
    if (parent === none) return false;
    const end = parents.endOf(parent);
    if (end >= attempts.start[row]! - parentToleranceMillis) return false;
    // What an app does after it has answered is below a span that has ended as well: only where a connection may have been opened
    // below that span can a retry have got there by it.
    const isReached = attempts.hasSiblingBefore(row, end, mostSiblings);
    if (!isReached && !unreached.has(row)) unreached.add(row, attempts.parent[row]!);
    return isReached;
  }

  /** Where its parent is, if that is known; if not, what is asked about it is asked again when that comes. */
  private parentOf(row: number): number {
    const { attempts, parents, children } = this;
    const hash = attempts.parent[row]!;
    if (hash === 0) return none;
    const parent = parents.find(hash);
    if (parent === none && !children.has(row)) children.add(row, hash);
    return parent;
  }

  private makeRoom(): void {
    const { attempts } = this;
    const row = attempts.nextRow;
    if (!attempts.isInUse(row)) return;
    this.chains.letGo(row);
    const isOver = attempts.isClosed[row] === 1 || attempts.isLost[row] === 1;
    if (attempts.mayBeRetried(row) && attempts.after[row] === none && !isOver) this.dependencies.onEvicted();
    this.linker.remove(row);
    this.children.delete(row);
    this.unreached.delete(row);
    attempts.free(row);
  }

  private linked(linked: Linked, isNew: boolean): void {
    const { attempts } = this;
    const { before, after, isUncertain } = linked;
    const { metrics, methods, onLinked } = this.dependencies;
    const place = attempts.places[after]!;
    const weight = attempts.weight[after]!;
    onLinked?.(linked, attempts);
    this.chains.linked(after, this.now);
    if (!isNew) return;
    place.seenRetries++;
    // What the app itself calls a retry is counted as that.
    if (attempts.isMarked[after] === 1) return;
    place.retries += weight;
    metrics.retried({
      place,
      method: methods.textOf(attempts.method[after]!),
      reason: retryReasons[attempts.reason[before]!]!,
      isUncertain,
      delaySeconds: Math.max(0, attempts.start[after]! - attempts.end[before]!) / 1000,
      weight,
    });
  }

  private ended({ last, attempts: count, isRecovered, weight }: Chain): void {
    const place = this.attempts.places[last]!;
    place[isRecovered ? 'recovered' : 'exhausted'] += weight;
    place.profile.chainEnded(count, isRecovered, weight);
    if (this.attempts.isMarked[last] === 1) return;
    this.dependencies.metrics.chainEnded(place, isRecovered ? 'recovered' : 'exhausted', count, weight);
  }
}
