import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  bytesPerDeliveredSpan,
  millicoresUsed,
  problemsOf,
  spansPerProcessorSecond,
} from '../../../bench/measure/sample.ts';
import { loadResult, sample } from '../builders.ts';

test('spans are charged with the processor time of all threads', () => {
  assert.equal(spansPerProcessorSecond(sample({ spans: 3000, processorNanos: 1.5e9 })), 2000);
  assert.equal(millicoresUsed(sample({ processorNanos: 1.5e9, wallNanos: 1e9 })), 1500);
});

test('bytes are those of the spans that were delivered, not of those that were dropped', () => {
  assert.equal(bytesPerDeliveredSpan(sample()), 200);
  assert.ok(Number.isNaN(bytesPerDeliveredSpan(sample({ deliveredBytes: 0 }))));
});

test('who was idle has no spans per processor second', () => {
  assert.ok(Number.isNaN(spansPerProcessorSecond(sample({ spans: 0 }))));
});

suite('a measurement', () => {
  test('counts when all was answered 200 and delivered', () => {
    assert.deepEqual(problemsOf(loadResult(), 0, 1000), []);
  });

  test('does not count when something was refused', () => {
    const [problem] = problemsOf(loadResult({ failures: { '503': 2, ECONNRESET: 1 } }), 0, 1000);
    assert.equal(problem, 'requests were not answered 200 (503: 2, ECONNRESET: 1)');
  });

  test('does not count when something was lost', () => {
    const [problem] = problemsOf(loadResult(), 5, 1000);
    assert.equal(problem, '5 spans were answered 200 and not delivered');
  });

  test('may refuse and lose when it is saturated', () => {
    assert.deepEqual(problemsOf(loadResult({ failures: { '503': 2 } }), 5, 'saturated'), []);
  });

  test('never counts when more was delivered than was sent, or nothing was taken', () => {
    assert.equal(problemsOf(loadResult(), -1, 'saturated').length, 1);
    assert.equal(problemsOf(loadResult({ spans: 0 }), 0, 'saturated').length, 1);
  });
});
