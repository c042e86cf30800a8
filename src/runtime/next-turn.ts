/** Lets everything else that is waiting have its turn: for work that is too long to be done in one piece. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
