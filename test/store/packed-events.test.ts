import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Frame } from '../../src/errors/error-event.ts';
import {
  packCounted,
  packEvents,
  unpackCounted,
  unpackEvents,
} from '../../src/store/sqlite/packed-events.ts';
import { errorEvent } from '../support/builders.ts';

const frames: readonly Frame[] = [{ function: 'pay', file: '/app/pay.js', line: 1, column: 2, inApp: true }];

suite('error events on their way to another thread', () => {
  test('arrive as they were, whatever their stacks and messages', () => {
    const message = fc.constantFrom('', 'a', 'card 17', 'b: c');
    const stack = fc.constantFrom('', 'Error: a\n    at x', 'Error: card 17\n    at x', 'T\nE: b: c', ': a');
    const event = fc
      .record({
        message,
        stack,
        frames: fc.constantFrom(frames, [], [...frames]),
      })
      .map((given) => errorEvent(given));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        assert.deepEqual(structuredClone(unpackEvents(packEvents(events))), events);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('share a stack that differs only in what was said', () => {
    const events = Array.from({ length: 50 }, (_, card) =>
      errorEvent({
        message: `card ${card}`,
        stack: `Error: card ${card}\n    at ${'deep/'.repeat(500)}x.js:1:1`,
        frames,
      }),
    );
    assert.equal(packEvents(events).stacks, packEvents(events.slice(0, 1)).stacks);
  });

  test('that are only counted arrive as they were', () => {
    const event = fc.record({
      id: fc.string(),
      otherId: fc.constantFrom(undefined, 'a'),
      time: fc.double({ noNaN: true, noDefaultInfinity: true }).map((time) => time + 0),
      version: fc.constantFrom('', '1', '2'),
      traceId: fc.constantFrom('a', 'b'),
      issueId: fc.constantFrom('x', 'x1', 'y'),
      userHash: fc.constantFrom(undefined, 0, 4_294_967_295),
      podHash: fc.constantFrom(undefined, 7),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        assert.deepEqual(
          unpackCounted(packCounted(events)),
          events.map((each) => ({ ...each })),
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
