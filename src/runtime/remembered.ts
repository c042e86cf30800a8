/** What is remembered of a function: this many answers twice over, and none to longer texts (in UTF-16 units). */
export interface Memory {
  most: number;
  longest: number;
}

/**
 * A pure function that knows what it answered of late: in a storm the same few failures come again and again. It gives the
 * same object each time.
 */
export function remembered<T>({ most, longest }: Memory, answer: (text: string) => T): (text: string) => T {
  let recent = new Map<string, T>();
  let older = new Map<string, T>();
  const remember = (text: string, answered: T): T => {
    if (recent.size >= most) [older, recent] = [recent, new Map()];
    recent.set(text, answered);
    return answered;
  };
  return (text) => {
    if (text.length > longest) return answer(text);
    const known = recent.get(text);
    if (known !== undefined) return known;
    return remember(text, older.get(text) ?? answer(text));
  };
}
