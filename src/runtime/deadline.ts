import type { Clock } from './clock.ts';

/** Something took longer than it may; what was begun may still come to its end. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** The result of `work`, if it comes in time. @throws DeadlineExceeded, or whatever `work` throws in time */
export function withinDeadline<T>(work: Promise<T>, millis: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(millis, () => reject(new DeadlineExceeded(`not done within ${millis} ms`)));
    work.then(resolve, reject).finally(cancel);
  });
}
