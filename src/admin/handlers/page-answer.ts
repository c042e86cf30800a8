import { InvalidCursor, type Page } from '../../issues/issue-store.ts';
import type { PageAnswer } from '../contract.ts';
import { Problem } from '../problem.ts';

/** @throws Problem if the cursor is not one */
export async function pageAnswer<T, Answer>(
  asked: Promise<Page<T>>,
  answer: (item: T) => Answer,
): Promise<PageAnswer<Answer>> {
  try {
    const { items, nextCursor } = await asked;
    return { items: items.map(answer), next_cursor: nextCursor ?? null };
  } catch (error) {
    if (error instanceof InvalidCursor) throw new Problem(400, `cursor: ${error.message}`);
    throw error;
  }
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Only what is there: absent and undefined are two things. */
export function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
