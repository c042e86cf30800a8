import { mix } from '../../otlp/mix.ts';
import { type Attempts, type Common, rule } from './attempts.ts';
import { none } from '../../runtime/hash-chains.ts';
import { lostWith } from './hedges.ts';
import { KeyedLists } from '../../runtime/keyed-lists.ts';

export interface LinkerOptions {
  /** As long after an attempt another may begin that has the same parent, or one like it; milliseconds. */
  siblingGapMillis: number;
  /** The same for one that is known by nothing but what it asks for. */
  orphanGapMillis: number;
}

/** An attempt that follows another, and one more than there was known of before. */
export interface Linked {
  before: number;
  after: number;
  /** There was more than one that it may follow. */
  isUncertain: boolean;
}

/** What is known of the span that a call was made in. */
export interface Kin {
  /** The same for calls below spans that are alike; 0 if its parent is none of those, or not known. */
  kinshipOf(row: number): number;
  /** It has no parent, or one that had ended before it began. */
  isOrphan(row: number): boolean;
}

/** Clocks of one process, as spans round them: a retry may begin so much before what it makes good has ended. */
const toleranceMillis = 5;
/** So many are looked at for a call, the newest first; fewer once so many were for one request. */
const looks = { most: 256, few: 16, ofRequest: 200_000 };
/** A new attempt that comes between others may move so many of them; fewer in the same way. */
const moves = { most: 64, few: 8 };
const unrelated = 9;
/** Gaps below it are as good as none; milliseconds. */
const leastGapStep = 16;

/**
 * Finds which attempts follow which. In the order of time it would be simple: each call takes, of those that failed before it began and
 * that no other has taken, the nearest of kin, and of those the one that ended last. Spans come in any order, so each is put in where it
 * belongs: it takes what one that began later had taken, which then looks for another; and one that failed is offered to the first that would
 * rather have it. That comes to the same whatever the order is: it is a stable matching, in which all that failed want the first that follows.
 */
export class Linker {
  private readonly attempts: Attempts;
  private readonly kin: Kin;
  private readonly options: LinkerOptions;
  private readonly onLinked: (linked: Linked, isNew: boolean) => void;
  /** What failed below spans that are alike, by what it asks for and those. */
  private readonly cousins: KeyedLists;
  /** Calls that are to look for what they follow, and attempts that are to be offered to what may follow them. */
  private readonly seeking: number[] = [];
  private readonly offered: number[] = [];
  private pairs = 0;
  private looksLeft = looks.ofRequest;
  /** Pairs there are beyond those that were told of: below 0 if some of those are no more. */
  private untold = 0;
  /** Pairs that were made since somebody was told. */
  private readonly made: Linked[] = [];
  /** What the last search found. */
  private found = none;
  private foundRule = 0;
  private candidates = 0;

  /**
   * @param onLinked told of each pair that is made, and whether there is one more with it: what was there before only has another
   *   partner else
   */
  constructor(
    attempts: Attempts,
    kin: Kin,
    options: LinkerOptions,
    onLinked: (linked: Linked, isNew: boolean) => void,
  ) {
    this.attempts = attempts;
    this.kin = kin;
    this.options = options;
    this.onLinked = onLinked;
    this.cousins = new KeyedLists(attempts.capacity);
  }

  /** What follows is of another request. */
  begin(): void {
    this.looksLeft = looks.ofRequest;
  }

  /** Lets a call find what it follows and what follows it, and then whoever that moved. To be called again when more is known of its parent. */
  settle(row: number): void {
    const { attempts, seeking, offered } = this;
    const isFailed = attempts.mayBeRetried(row);
    if (!isFailed && attempts.newest('failedOperation', row) === none) return;
    const pairsBefore = this.pairs;
    this.giveUpLost(row);
    seeking.push(row);
    if (isFailed) {
      offered.push(row);
      this.addCousin(row);
    }
    const mostMoves = this.looksLeft > 0 ? moves.most : moves.few;
    for (let moved = 0; moved < mostMoves && seeking.length + offered.length > 0; moved++) {
      if (seeking.length > 0) this.connect(seeking.pop()!);
      else this.offer(offered.pop()!);
    }
    // Not for nothing: an array that is emptied so gives its memory back.
    if (seeking.length > 0) seeking.length = 0;
    if (offered.length > 0) offered.length = 0;
    this.untold += this.pairs - pairsBefore;
    this.tell();
  }

  /** What lost to another that was sent at the same time is not made good by a third. */
  private giveUpLost(row: number): void {
    const { attempts } = this;
    for (const lost of lostWith(attempts, row, looks.few)) {
      attempts.isLost[lost] = 1;
      const after = attempts.after[lost]!;
      if (after === none) continue;
      this.part(lost, after);
      this.seeking.push(after);
    }
  }

  private tell(): void {
    const { attempts } = this;
    if (this.made.length === 0) {
      this.untold = Math.min(0, this.untold);
      return;
    }
    for (let i = this.made.length - 1; i >= 0; i--) {
      const linked = this.made[i]!;
      if (attempts.after[linked.before] !== linked.after) continue;
      this.onLinked(linked, this.untold > 0);
      if (this.untold > 0) this.untold--;
    }
    this.untold = Math.min(0, this.untold);
    this.made.length = 0;
  }

  /** It is to be forgotten: what follows it stays where it is, and nothing else takes what it followed. */
  remove(row: number): void {
    const { attempts } = this;
    this.cousins.delete(row);
    const before = attempts.before[row]!;
    const after = attempts.after[row]!;
    if (before !== none) {
      attempts.after[before] = none;
      attempts.isClosed[before] = 1;
    }
    if (after === none) return;
    attempts.before[after] = none;
    attempts.forgotten[after] = attempts.forgotten[row]! + 1;
  }

  /** Finds what a call follows. */
  private connect(row: number): void {
    const { attempts } = this;
    this.findBefore(row);
    const { found } = this;
    if (found === none) return;
    const moved = attempts.after[found]!;
    const left = attempts.before[row]!;
    if (moved !== none) this.part(found, moved);
    if (left !== none) this.part(left, row);
    this.join(found, row);
    if (moved !== none) this.seeking.push(moved);
    if (left !== none) this.offered.push(left);
  }

  /** Finds what follows an attempt that failed. */
  private offer(row: number): void {
    const { attempts } = this;
    this.findAfter(row);
    const { found } = this;
    if (found === none) return;
    const left = attempts.before[found]!;
    const moved = attempts.after[row]!;
    if (left !== none) this.part(left, found);
    if (moved !== none) this.part(row, moved);
    this.join(row, found);
    if (left !== none) this.offered.push(left);
    if (moved !== none) this.seeking.push(moved);
  }

  private join(before: number, after: number): void {
    const { attempts } = this;
    attempts.after[before] = after;
    attempts.before[after] = before;
    attempts.rule[after] = this.foundRule;
    this.pairs++;
    this.made.push({ before, after, isUncertain: this.foundRule === rule.orphan && this.candidates > 1 });
  }

  private part(before: number, after: number): void {
    const { attempts } = this;
    attempts.after[before] = none;
    attempts.before[after] = none;
    attempts.rule[after] = 0;
    this.pairs--;
  }

  private findBefore(row: number): void {
    const { attempts } = this;
    this.found = none;
    this.foundRule = unrelated;
    this.candidates = 0;
    // What it followed is not there any more: it follows nothing else.
    if (attempts.rule[row] !== 0 && attempts.before[row] === none) return;
    if (attempts.parent[row] !== 0) this.searchBefore(row, 'failedParent');
    if (this.foundRule === rule.sibling) return;
    this.searchCousins(row);
    // Most calls are none: they have nothing to do with what failed elsewhere.
    if (this.foundRule !== rule.cousin && this.kin.isOrphan(row)) this.searchBefore(row, 'failedOperation');
  }

  private addCousin(row: number): void {
    const kinship = this.kin.kinshipOf(row);
    if (kinship !== 0 && !this.cousins.has(row))
      this.cousins.add(row, mix(this.attempts.operation[row]!, kinship));
  }

  private searchCousins(row: number): void {
    const { cousins, attempts } = this;
    const kinship = this.kin.kinshipOf(row);
    if (kinship === 0) return;
    let other = cousins.first(mix(attempts.operation[row]!, kinship));
    for (let left = this.startLooking(); other !== none && left > 0; left--) {
      this.considerBefore(row, other);
      other = cousins.next(other);
    }
  }

  private searchBefore(row: number, common: Common): void {
    const { attempts } = this;
    this.candidates = 0;
    let other = attempts.newest(common, row);
    for (let left = this.startLooking(); other !== none && left > 0; left--) {
      this.considerBefore(row, other);
      other = attempts.older(common, other);
    }
  }

  /** @returns how many may be looked at: a request of failures of one url must not hold up all others */
  private startLooking(): number {
    const most = this.looksLeft > 0 ? looks.most : looks.few;
    this.looksLeft -= most;
    return most;
  }

  private considerBefore(row: number, other: number): void {
    const { attempts } = this;
    const by = this.ruleFor(row, other);
    const taken = attempts.after[other]!;
    if (by === unrelated || (taken !== none && taken !== row && !attempts.isEarlier(row, taken))) return;
    this.candidates++;
    if (by > this.foundRule || !this.prefers(row, other, by)) return;
    if (by === this.foundRule && !this.isNearer(row, other, this.found)) return;
    this.found = other;
    this.foundRule = by;
  }

  private findAfter(row: number): void {
    const { attempts } = this;
    this.found = none;
    this.foundRule = unrelated;
    this.candidates = 1;
    if (attempts.isClosed[row] === 1 || attempts.isLost[row] === 1) return;
    if (attempts.parent[row] !== 0) this.searchAfter(row, 'parent');
    this.searchAfter(row, 'operation');
  }

  private searchAfter(row: number, common: Common): void {
    const { attempts } = this;
    let other = attempts.newest(common, row);
    for (let left = this.startLooking(); other !== none && left > 0; left--) {
      this.considerAfter(row, other);
      other = attempts.older(common, other);
    }
  }

  private considerAfter(row: number, other: number): void {
    const { attempts } = this;
    const now = attempts.after[row]!;
    const by = this.ruleFor(other, row);
    if (by === unrelated || !this.prefers(other, row, by)) return;
    if (now !== none && !attempts.isEarlier(other, now)) return;
    if (this.found !== none && !attempts.isEarlier(other, this.found)) return;
    this.found = other;
    this.foundRule = by;
  }

  /** By which rule the first may make good the second, or `unrelated`. */
  private ruleFor(row: number, other: number): number {
    const { attempts, kin } = this;
    const { siblingGapMillis, orphanGapMillis } = this.options;
    if (row === other || !attempts.mayBeRetried(other)) return unrelated;
    if (attempts.isClosed[other] === 1 || attempts.isLost[other] === 1) return unrelated;
    const gap = attempts.start[row]! - attempts.end[other]!;
    if (!(gap >= -toleranceMillis && gap <= Math.max(siblingGapMillis, orphanGapMillis))) return unrelated;
    if (!attempts.isSameOperation(row, other) || !attempts.isEarlier(other, row)) return unrelated;
    if (gap <= siblingGapMillis) {
      const parent = attempts.parent[row]!;
      if (parent !== 0 && parent === attempts.parent[other]) return rule.sibling;
      const kinship = kin.kinshipOf(row);
      if (kinship !== 0 && kinship === kin.kinshipOf(other)) return rule.cousin;
    }
    return gap <= orphanGapMillis && kin.isOrphan(row) ? rule.orphan : unrelated;
  }

  /** Whether a call would rather follow this one than what it follows. */
  private prefers(row: number, other: number, by: number): boolean {
    const { attempts } = this;
    const current = attempts.before[row]!;
    const byNow = attempts.rule[row]!;
    if (byNow === 0) return true;
    if (current === none || current === other) return false;
    return by === byNow ? this.isNearer(row, other, current) : by < byNow;
  }

  /**
   * Whether a call is more likely to follow this one than that one: it comes sooner after it, by a factor of two. Of those that failed at about
   * the same time it is the first: who waits equally long goes on in the same order.
   */
  private isNearer(row: number, other: number, than: number): boolean {
    const { attempts } = this;
    const one = gapStep(attempts.start[row]! - attempts.end[other]!);
    const two = gapStep(attempts.start[row]! - attempts.end[than]!);
    return one === two ? attempts.endsEarlier(other, than) : one < two;
  }
}

function gapStep(millis: number): number {
  return 32 - Math.clz32(Math.max(0, millis) + leastGapStep);
}
