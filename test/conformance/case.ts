import { suite, test, type TestContext } from 'node:test';
import { type PointNumber, points } from './points.ts';

/** One thing that is promised of a point of the specification. */
export interface Case<Given> {
  point: PointNumber;
  /** What holds. */
  promise: string;
  holds: (given: Given, t: TestContext) => Promise<void> | void;
}

/** Runs cases by the points that they are of. @param given what all of them are held against, once they run */
export function runCases<Given>(cases: readonly Case<Given>[], given: () => Given): void {
  for (const [point, ofPoint] of Map.groupBy(cases, (each) => each.point)) {
    const { level, what, section } = points[point];
    suite(`${point} (${level}) ${what}: ${section}`, () => {
      for (const { promise, holds } of ofPoint) test(promise, (t) => holds(given(), t));
    });
  }
}
