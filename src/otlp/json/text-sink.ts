/** Pieces up to this long are joined before the next is begun. */
const pieceLength = 65_536;

/** Puts a long text together from many short ones. */
export class TextSink {
  private readonly pieces: string[] = [];
  private piece = '';

  add(text: string): void {
    this.piece += text;
    if (this.piece.length < pieceLength) return;
    this.pieces.push(this.piece);
    this.piece = '';
  }

  finish(): string {
    this.pieces.push(this.piece);
    return this.pieces.join('');
  }
}
