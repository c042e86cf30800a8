import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { readRecording } from '../../src/app/replay/recording.ts';
import { names, readLines, readTruth, recordings } from './record/files.ts';
import { partOf, readManifest } from './record/manifest.ts';
import { spansOf } from './record/spans.ts';
import { scenarios } from './scenarios/index.ts';

const mostBytes = 12 * 2 ** 20;
const all = names();

suite('the recordings', () => {
  test('are those of the scenarios, each in the part that its name says', () => {
    const planned = scenarios().map(({ runtime, library, plan }) => `${runtime}/${library}/${plan.scenario}`);
    assert.deepEqual(all, planned.sort());
    assert.deepEqual(readManifest(), Object.fromEntries(all.map((name) => [name, partOf(name)])));
  });

  test('are small', () => {
    const bytes = all.map((name) => statSync(join(recordings, `${name}.ndjson`)).size);
    const sum = bytes.reduce((total, size) => total + size, 0);
    assert.ok(sum < mostBytes, `${sum}`);
  });

  test('have every class in them, and retries, controls and breakers in both parts', () => {
    const truths = all.map((name) => ({ part: partOf(name), ...readTruth(name) }));
    for (const part of ['tuning', 'validation'] as const) {
      const ofPart = truths.filter((truth) => truth.part === part);
      for (const one of ['ordinary', 'interchangeable', 'indistinguishable', 'negative'])
        assert.ok(
          ofPart.some((truth) => truth.class === one),
          `${part}: ${one}`,
        );
      for (const one of ['app', 'reference'])
        assert.ok(
          ofPart.some(({ breaker }) => breaker?.of === one),
          `${part}: breaker of ${one}`,
        );
    }
  });
});

for (const name of all) {
  suite(`the recording ${name}`, () => {
    const lines = readLines(name);
    const truth = readTruth(name);
    const spans = spansOf(lines);
    const seen = new Map(spans.map((span) => [span.spanId, span]));

    test('is read as one, with a time for each line', () => {
      const requests = readRecording(Buffer.from(lines.map((line) => `${line}\n`).join('')));
      assert.equal(requests.length, lines.length);
      assert.equal(truth.arrivals.length, lines.length);
      assert.deepEqual(
        truth.arrivals,
        [...truth.arrivals].sort((one, other) => one - other),
      );
    });

    test('has a CLIENT span for every attempt that is not absent, in the order of the attempts', () => {
      assert.equal(seen.size, spans.length, 'no span twice');
      for (const { id, attempts } of truth.calls) {
        let before = 0n;
        for (const attempt of attempts) {
          if ('absent' in attempt) continue;
          const span = seen.get(attempt.spanId);
          assert.equal(span?.traceId, attempt.traceId, `${id}: ${attempt.spanId}`);
          assert.equal(span?.kind, 3);
          assert.ok(BigInt(span.startTimeUnixNano) >= before, `${id}: begins before the one before it`);
          before = BigInt(span.startTimeUnixNano);
        }
      }
    });

    test('says of no two calls that they made one span', () => {
      const claimed = truth.calls.flatMap(({ attempts }) =>
        attempts.flatMap((attempt) => ('absent' in attempt ? [] : [attempt.spanId])),
      );
      assert.equal(new Set(claimed).size, claimed.length);
    });

    test('says nothing of the machine on which it was made', () => {
      const text = lines.join('\n');
      for (const told of ['/tmp/', '/root/', '/home/', '/work/', '"host.name"', '"process.'])
        assert.ok(!text.includes(told), told);
      assert.ok(!text.includes('x-call-id'), 'nor which call a span is of');
    });

    test('has no retry in it if it is a control', () => {
      const retried = truth.calls.filter(({ kind, attempts }) => kind === 'retry' && attempts.length > 1);
      if (truth.class === 'negative') assert.deepEqual(retried, []);
      else if (truth.class !== 'indistinguishable') assert.ok(retried.length > 0);
    });
  });
}
