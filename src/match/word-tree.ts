export const root = 0;
export const none = -1;

const nothing: never[] = [];
/** ASCII. Whatever is beyond it is in no word. */
export const characters = 128;

/** Words of ASCII by their characters, in columns and not as objects: there are thousands of places, and each would be four. */
export class WordTree<T> {
  /** Of each place the character that leads to it, the first place below it, and the next one beside it. */
  private readonly characters: number[] = [0];
  private readonly below: number[] = [none];
  private readonly beside: number[] = [none];
  /** Of most places it is `nothing`. */
  private readonly values: T[][] = [nothing];
  /** The places below the root: there are many. */
  private readonly beginnings = new Int32Array(characters).fill(none);

  /** The same word may stand here twice. */
  add(word: string, value: T): void {
    let place = root;
    for (let i = 0; i < word.length; i++) {
      const character = word.charCodeAt(i);
      const known = this.childOf(place, character);
      place = known === none ? this.make(place, character) : known;
    }
    this.values[place] = [...this.values[place]!, value];
  }

  /** `none` if no word goes on with this character, which is one of ASCII. */
  childOf(place: number, character: number): number {
    if (place === root) return this.beginnings[character]!;
    let child = this.below[place]!;
    while (child !== none && this.characters[child] !== character) child = this.beside[child]!;
    return child;
  }

  /** Of the words that end here, in the order in which they were added. */
  valuesAt(place: number): readonly T[] {
    return this.values[place]!;
  }

  private make(above: number, character: number): number {
    const made = this.characters.push(character) - 1;
    this.values.push(nothing);
    this.below.push(none);
    if (above === root) {
      this.beside.push(none);
      this.beginnings[character] = made;
    } else {
      this.beside.push(this.below[above]!);
      this.below[above] = made;
    }
    return made;
  }
}
