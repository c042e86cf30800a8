import type { Clock } from '../../runtime/clock.ts';

/** A late child follows its root for so long. */
const rememberedSeconds = 60;
const ways = 4;
/** Of one span: 64 bits of its name, and when and what was decided. */
const cellsPerSpan = 3;
const leastSpans = 2 ** 10;
/** Beyond it the oldest are forgotten: what comes late below them is held, and then passed on. */
const mostSpans = 2 ** 17;
const wrap = 2 ** 16;

/**
 * What was decided of spans of late, by 64 bits that follow from their ids and their resource. A table in which each of them has four
 * places: no more memory than it takes, and nothing to tidy up. What it has not room for is forgotten, the oldest first.
 */
export class DecidedSpans {
  private readonly clock: Clock;
  /** In seconds. */
  private now = 0;
  private cells = new Uint32Array(leastSpans * cellsPerSpan);

  constructor(clock: Clock) {
    this.clock = clock;
    this.begin();
  }

  /** Takes the time, which does not go on by itself: it is asked for far more often than it changes. */
  begin(): void {
    this.now = Math.floor(this.clock.monotonic() / 1000) % wrap;
  }

  /** @param decision from 1 to 65535 */
  add(one: number, other: number, decision: number): void {
    const { now } = this;
    let cell = this.place(one, other, now);
    while (this.ageOf(cell, now) <= rememberedSeconds && !this.isOf(cell, one, other) && this.grow(now))
      cell = this.place(one, other, now);
    this.write(cell, one, other, (now << 16) | decision);
  }

  /** What was decided; 0 if nothing was. */
  find(one: number, other: number): number {
    const { now } = this;
    const first = this.firstPlace(one);
    for (let cell = first; cell < first + ways * cellsPerSpan; cell += cellsPerSpan)
      if (this.isOf(cell, one, other) && this.ageOf(cell, now) <= rememberedSeconds)
        return this.cells[cell + 2]! & 0xffff;
    return 0;
  }

  private firstPlace(one: number): number {
    const sets = this.cells.length / (ways * cellsPerSpan);
    return ((one >>> 0) & (sets - 1)) * ways * cellsPerSpan;
  }

  /** Its own if it has one, or else the one that is the longest of no use. */
  private place(one: number, other: number, now: number): number {
    const first = this.firstPlace(one);
    let oldest = first;
    for (let cell = first; cell < first + ways * cellsPerSpan; cell += cellsPerSpan) {
      if (this.isOf(cell, one, other)) return cell;
      if (this.ageOf(cell, now) > this.ageOf(oldest, now)) oldest = cell;
    }
    return oldest;
  }

  private isOf(cell: number, one: number, other: number): boolean {
    return (
      this.cells[cell] === one >>> 0 && this.cells[cell + 1] === other >>> 0 && this.cells[cell + 2] !== 0
    );
  }

  /** In seconds; of what is empty it is as large as can be. */
  private ageOf(cell: number, now: number): number {
    const stamped = this.cells[cell + 2]!;
    return stamped === 0 ? wrap : (now - (stamped >>> 16) + wrap) % wrap;
  }

  private write(cell: number, one: number, other: number, stamped: number): void {
    this.cells[cell] = one;
    this.cells[cell + 1] = other;
    this.cells[cell + 2] = stamped;
  }

  /** @returns whether there is more room now */
  private grow(now: number): boolean {
    const { cells } = this;
    if (cells.length >= mostSpans * cellsPerSpan) return false;
    this.cells = new Uint32Array(cells.length * 4);
    for (let cell = 0; cell < cells.length; cell += cellsPerSpan) {
      const [one, other, stamped] = [cells[cell]!, cells[cell + 1]!, cells[cell + 2]!];
      if (stamped !== 0) this.write(this.place(one, other, now), one, other, stamped);
    }
    return true;
  }
}
