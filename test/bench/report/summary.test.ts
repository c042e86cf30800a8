import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mistakesOf } from '../../../bench/bench.ts';
import { readOptions } from '../../../bench/options.ts';
import { summarizeCases } from '../../../bench/report/summary.ts';
import { judge } from '../../../bench/report/targets.ts';
import { casesText, targetsText } from '../../../bench/report/text-report.ts';
import { loadResult, sample } from '../builders.ts';

const options = readOptions(['--loads', '0,1000,saturated,10000', '--encodings', 'protobuf']);

/** Rounds of two, of which the machine was slower in each than in the one before. */
const samples = [1, 2, 3].flatMap((round) => [
  sample({ round, spans: (8000 + round * 1000) / round }),
  sample({ round, spans: 2000 / round, subject: 'reference' }),
]);

suite('the summary of a case', () => {
  const [summary] = summarizeCases(samples, options);

  test('compares what ran side by side', () => {
    assert.deepEqual(summary?.ratios, [
      { by: 'reference', ratio: { median: 5, least: 4.5, most: 5.5, interval: [4.5, 5.5] } },
    ]);
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
    assert.deepEqual(summarizeCases(alone, options)[0]!.ratios, []);
    const idle = samples.map((one) => ({ ...one, load: 0, spans: 0, sent: undefined }));
    assert.deepEqual(summarizeCases(idle, options)[0]!.ratios, []);
  });

  test('is a row for each subject', () => {
    const [head, tocsin, reference, ...more] = casesText([summary!]).trimEnd().split('\n');
    assert.match(head!, /^wire +load +subject +spans\/s +spans\/CPU-s.* by reference$/);
    assert.match(
      tocsin!,
      /^protobuf +saturated +tocsin +2,500 +5,000 \(3,667–9,000\) .* 5\.00 \(4\.50–5\.50\)$/,
    );
    assert.match(reference!, /^ +reference +500 +1,000 \(667–2,000\) /);
    assert.deepEqual(more, []);
  });
});

test('what came over gRPC is a row of its own, and meets no target', () => {
  const asked = readOptions(['--transports', 'http,grpc', '--loads', 'saturated', '--encodings', 'protobuf']);
  const both = samples.flatMap((one) => [one, sample({ ...one, subject: 'otelcol' })]);
  const all = [...both, ...both.map((one) => sample({ ...one, transport: 'grpc', spans: one.spans * 9 }))];
  const cases = summarizeCases(all, asked);
  const rows = casesText(cases).split('\n');
  assert.equal(rows.filter((row) => /^gRPC +saturated +tocsin/.test(row)).length, 1);
  const targets = (of: typeof all): object[] =>
    judge({ cases: summarizeCases(of, asked), readyMillis: undefined });
  assert.deepEqual(targets(all), targets(both));
});

suite('targets', () => {
  const idle = [1, 2, 3].map((round) =>
    sample({ round, load: 0, spans: 0, sent: undefined, memory: { rss: 111e6, pss: 1 } }),
  );
  const besides = samples.map((one) => sample({ ...one, subject: 'otelcol', spans: one.spans / 2 }));
  const slow = sample({ load: 10_000, sent: loadResult({ answerMillis: { p50: 1, p99: 11, max: 20 } }) });
  const json = samples.map((one) => sample({ ...one, encoding: 'json', spans: 1 }));
  const all = [...samples, ...besides.filter((_, index) => index % 2 === 0), ...idle, slow, ...json];
  const cases = summarizeCases(all, options);

  test('are met or missed by the median', () => {
    assert.equal(
      targetsText(judge({ cases, readyMillis: 300 })),
      [
        'MISSED saturated, spans/CPU-s by those of otelcol ≥ 3x: 2.00x',
        'MISSED saturated, spans/CPU-s by those of reference ≥ 6x: 5.00x',
        'MISSED 10,000 spans/s, p99 ≤ 10 ms: 11.0 ms',
        'MISSED idle RSS ≤ 110 MB: 111 MB',
        'ok     ready ≤ 300 ms: 300 ms',
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
    assert.deepEqual(mistakesOf(result(broken), options), ['tocsin, 1,000, protobuf, round 2: it broke']);
  });

  test('by an absurd ratio', () => {
    const slow = samples.map((one) => (one.subject === 'tocsin' ? { ...one, processorNanos: 4e9 } : one));
    assert.deepEqual(mistakesOf(result(slow), options), [
      'saturated, protobuf: 1.25x the reference, less than 1.5x',
    ]);
  });

  test('not by the ratio in JSON, which the reference passes on as it is', () => {
    const json = readOptions(['--loads', 'saturated', '--encodings', 'json']);
    const slow = samples.map((one) =>
      sample({ ...one, encoding: 'json', processorNanos: one.subject === 'tocsin' ? 9e9 : 1e9 }),
    );
    const result = { samples: slow, cases: summarizeCases(slow, json), ready: [], judged: [] };
    assert.equal(result.cases[0]?.ratios.length, 1);
    assert.deepEqual(mistakesOf(result, json), []);
  });
});
