import type { Redaction } from './redactor.ts';

/** What is made of the redaction that holds, and made anew when another does, as after a reload. */
export function byRedaction<T>(redaction: () => Redaction, make: (redaction: Redaction) => T): () => T {
  let madeBy = redaction();
  let made = make(madeBy);
  return () => {
    const now = redaction();
    if (now !== madeBy) {
      madeBy = now;
      made = make(now);
    }
    return made;
  };
}
