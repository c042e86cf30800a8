import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mistakesOf } from '../../../bench/bench.ts';
import { readOptions } from '../../../bench/options.ts';
import { summarizeCases } from '../../../bench/report/summary.ts';
import { judge } from '../../../bench/report/targets.ts';
import { casesText, targetsText } from '../../../bench/report/text-report.ts';
import { loadResult, sample } from '../builders.ts';

const options = readOptions(['--loads', '0,1000,saturated']);

/** Rounds of both, of which the machine was slower in each than in the one before. */
const samples = [1, 2, 3].flatMap((round) => [
  sample({ round, spans: (8000 + round * 1000) / round }),
  sample({ round, spans: 2000 / round, subject: 'reference' }),
]);

suite('the summary of a case', () => {
  const [summary] = summarizeCases(samples, options);

  test('compares what ran side by side', () => {
    assert.deepEqual(summary?.ratio, { median: 5, least: 4.5, most: 5.5 });
  });

  test('has the median of each figure, and the sum of what went wrong', () => {
    const failing = samples.map((one) => ({
      ...one,
      lostSpans: 2,
      sent: loadResult({ failures: { '503': 1 } }),
    }));
    const [tocsin] = summarizeCases(failing, options)[0]!.subjects;
    assert.equal(tocsin?.spansPerProcessorSecond.median, 5000);
    assert.equal(tocsin?.rssBytes.median, 100e6);
    assert.deepEqual([tocsin?.failedRequests, tocsin?.lostSpans], [3, 6]);
  });

  test('has no ratio where only one was measured, or both were idle', () => {
    const alone = samples.filter(({ subject }) => subject === 'tocsin');
    assert.equal(summarizeCases(alone, options)[0]!.ratio, undefined);
    const idle = samples.map((one) => ({ ...one, load: 0, spans: 0, sent: undefined }));
    assert.equal(summarizeCases(idle, options)[0]!.ratio, undefined);
  });

  test('is a row for each subject', () => {
    const [head, tocsin, reference, ...more] = casesText([summary!]).trimEnd().split('\n');
    assert.match(head!, /^compression +load +subject +spans\/s +spans\/CPU-s/);
    assert.match(tocsin!, /^none +saturated +tocsin +2,500 +5,000 .* 5\.00 \(4\.50–5\.50\)$/);
    assert.match(reference!, /^ +reference +500 +1,000 /);
    assert.deepEqual(more, []);
  });
});

suite('targets', () => {
  const idle = [1, 2, 3].map((round) =>
    sample({ round, load: 0, spans: 0, sent: undefined, memory: { rss: 111e6, pss: 1 } }),
  );
  const cases = summarizeCases([...samples, ...idle], options);

  test('are met or missed by the median', () => {
    assert.equal(
      targetsText(judge({ cases, readyMillis: 400 })),
      [
        'MISSED idle RSS ≤ 110 MB: 111 MB',
        'ok     ready ≤ 400 ms: 400 ms',
        'ok     saturated, by the reference ≥ 4x: 5.00x',
        '',
      ].join('\n'),
    );
  });

  test('are silent on what was not measured', () => {
    assert.deepEqual(judge({ cases: [], readyMillis: undefined }), []);
  });
});

suite('a run fails', () => {
  const result = (of: typeof samples) => ({
    samples: of,
    cases: summarizeCases(of, options),
    ready: [],
    judged: [],
  });

  test('not when all is well', () => {
    assert.deepEqual(mistakesOf(result(samples), options), []);
  });

  test('by a measurement that does not count, which is named', () => {
    const broken = [...samples, sample({ load: 1000, round: 2, problems: ['it broke'] })];
    assert.deepEqual(mistakesOf(result(broken), options), [
      'tocsin, 1,000, compression none, round 2: it broke',
    ]);
  });

  test('by an absurd ratio', () => {
    const slow = samples.map((one) => (one.subject === 'tocsin' ? { ...one, processorNanos: 4e9 } : one));
    assert.deepEqual(mistakesOf(result(slow), options), [
      'saturated, compression none: 1.25x the reference, less than 1.5x',
    ]);
  });
});
