/** Smaller ones are put together: a sender can cut a body into single bytes, of which each would be an object of its own. */
const smallBytes = 4 * 1024;
const tailBytes = 64 * 1024;

/** The pieces that a body comes in. */
export class Pieces {
  length = 0;
  private readonly whole: Uint8Array[] = [];
  /** Small ones that came last; used again. */
  private tail: Uint8Array | undefined;
  private tailLength = 0;

  add(piece: Uint8Array): void {
    this.length += piece.length;
    // The first is most often all there is.
    if (piece.length >= smallBytes || this.whole.length === 0) {
      this.endTail();
      this.whole.push(piece);
      return;
    }
    if (this.tailLength + piece.length > tailBytes) this.endTail();
    this.tail ??= new Uint8Array(tailBytes);
    this.tail.set(piece, this.tailLength);
    this.tailLength += piece.length;
  }

  /** In the order in which they came, each alone in its memory. Nothing is added after. */
  list(): readonly Uint8Array[] {
    this.endTail();
    return this.whole;
  }

  private endTail(): void {
    if (this.tail === undefined || this.tailLength === 0) return;
    this.whole.push(this.tail.slice(0, this.tailLength));
    this.tailLength = 0;
  }
}
