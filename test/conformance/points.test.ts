import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { intakeCases } from './cases/all.ts';
import { destinationCases } from './cases/destinations.ts';
import { forwardingCases } from './cases/forwarding.ts';
import { points, pointsOfGrpc } from './points.ts';

const cases = [...intakeCases, ...forwardingCases, ...destinationCases];

suite('the checklist of the specification', () => {
  const held = new Set<number>(cases.map(({ point }) => point));

  test('has 43 points', () => {
    assert.deepEqual(
      Object.keys(points).map(Number),
      Array.from({ length: 43 }, (_, i) => i + 1),
    );
  });

  for (const [number, { what }] of Object.entries(points)) {
    if (pointsOfGrpc.some((ofGrpc) => ofGrpc === Number(number))) continue;
    test(`${number} has a case: ${what}`, () => assert.ok(held.has(Number(number))));
  }

  test('names no promise twice', () => {
    const promises = cases.map(({ point, promise }) => `${point} ${promise}`);
    assert.deepEqual(
      promises.filter((promise, i) => promises.indexOf(promise) !== i),
      [],
    );
  });
});
