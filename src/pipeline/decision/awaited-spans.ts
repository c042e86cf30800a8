import type { SpanName } from '../failures/awaited-parents.ts';
import { HashSet } from '../hash-set.ts';
import type { Awaiting } from './held-part.ts';

/** What waits for spans that are to come, by those spans. Nothing is looked up for a request while there is none. */
export class AwaitedSpans {
  /** Hardly ever of more than one span. */
  private readonly byHash = new Map<number, Awaiting[]>();
  private readonly hashes = new HashSet();

  get none(): boolean {
    return this.byHash.size === 0;
  }

  /** Whether it is worth a closer look. @param hash of a span that has come */
  mayKnow(hash: number): boolean {
    return this.hashes.has(hash);
  }

  add(awaiting: Awaiting): void {
    const { hash } = awaiting.parent;
    const known = this.byHash.get(hash);
    if (known !== undefined) {
      known.push(awaiting);
      return;
    }
    this.byHash.set(hash, [awaiting]);
    this.hashes.add(hash);
  }

  delete(awaiting: Awaiting): void {
    const { hash } = awaiting.parent;
    this.keep(
      hash,
      (this.byHash.get(hash) ?? []).filter((other) => other !== awaiting),
    );
  }

  /** What waits for this span; it no longer does. */
  take({ key, hash }: SpanName): Awaiting[] {
    const all = this.byHash.get(hash) ?? [];
    this.keep(
      hash,
      all.filter(({ parent }) => parent.key !== key),
    );
    return all.filter(({ parent }) => parent.key === key);
  }

  private keep(hash: number, left: Awaiting[]): void {
    if (left.length > 0) {
      this.byHash.set(hash, left);
      return;
    }
    this.byHash.delete(hash);
    this.hashes.delete(hash);
  }
}
