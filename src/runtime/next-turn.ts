/** Lets everything else that is waiting have its turn: for work that is too long to be done in one piece. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets others have so many: milliseconds under load, and next to no time where nothing else is to be done. */
export async function nextTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}
