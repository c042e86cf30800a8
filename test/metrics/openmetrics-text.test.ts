import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toOpenMetrics } from '../../src/metrics/openmetrics-text.ts';
import { ProcessMetrics } from '../../src/telemetry/process-metrics.ts';
import { judgeOpenMetrics } from '../support/openmetrics-judge.ts';

suite('the text format as OpenMetrics', () => {
  const table: [what: string, text: string, openMetrics: string][] = [
    ['nothing', '', ''],
    [
      'a counter',
      '# HELP a_total Say "A".\n# TYPE a_total counter\na_total{x="1"} 2\n',
      '# HELP a Say \\"A\\".\n# TYPE a counter\na_total{x="1"} 2\n',
    ],
    ['a counter named unlike one', '# TYPE a counter\na 1\n', '# TYPE a counter\na_total 1\n'],
    [
      'a gauge that is named like a counter',
      '# TYPE a_total gauge\na_total 1\n',
      '# TYPE a_total gauge\na_total 1\n',
    ],
    [
      'a histogram',
      '# TYPE h histogram\nh_bucket{le="1",x="2"} 1\nh_bucket{x="2",le="+Inf"} 1\nh_sum 1\nh_count 1\n',
      '# TYPE h histogram\nh_bucket{le="1.0",x="2"} 1\nh_bucket{x="2",le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    ],
    ['what has no type', 'a 1\n', 'a 1\n'],
    ['what is said to have none', '# TYPE a untyped\na 1\n', '# TYPE a unknown\na 1\n'],
    ['empty lines and comments', '\n# a comment\n# EOF\n\na 1\n\n', 'a 1\n'],
    ['an empty help', '# HELP a \n# TYPE a gauge\na 1', '# HELP a \n# TYPE a gauge\na 1\n'],
    ['a bound that is no number', 'a_bucket{le="x"} 1\n', 'a_bucket{le="x"} 1\n'],
  ];
  for (const [what, text, openMetrics] of table) {
    test(`has ${what}`, () => assert.equal(toOpenMetrics(text), openMetrics));
  }

  test('has the metrics of the process', async () => {
    const text = await new ProcessMetrics().expose();
    const families = judgeOpenMetrics(`${toOpenMetrics(text)}# EOF\n`);
    assert.equal(families.get('process_cpu_user_seconds')?.type, 'counter');
    assert.equal(
      families.get('process_cpu_user_seconds')?.samples[0]?.name,
      'process_cpu_user_seconds_total',
    );
    assert.equal(families.get('process_resident_memory_bytes')?.type, 'gauge');
    assert.equal(families.get('nodejs_gc_duration_seconds')?.type, 'histogram');
    assert.ok(families.size > 15);
  });
});
