import { MalformedOtlp } from '../../src/otlp/malformed.ts';

export type Outcome<T> = { result: T; refused: undefined } | { result: undefined; refused: MalformedOtlp };

/** @throws whatever is thrown that is not a refusal */
export function refusalOf<T>(read: () => T): Outcome<T> {
  try {
    return { result: read(), refused: undefined };
  } catch (error) {
    if (error instanceof MalformedOtlp) return { result: undefined, refused: error };
    throw error;
  }
}
