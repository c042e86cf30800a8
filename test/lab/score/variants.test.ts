import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { requestToJson } from '../../../src/otlp/json/request.ts';
import { spansOf } from '../record/spans.ts';
import { receptions } from './variants.ts';

/** Twenty traces of three spans, a line each second. */
const ids = Array.from({ length: 60 }, (_, i) => ({
  traceId: (1 + Math.floor(i / 3)).toString(16).padStart(32, '0'),
  spanId: (i + 1).toString(16).padStart(16, '0'),
}));
const lines = Array.from({ length: 6 }, (_, line) => {
  const spans = ids
    .slice(line * 10, line * 10 + 10)
    .map((id) => ({ ...id, name: 'GET', kind: 3, startTimeUnixNano: '1', endTimeUnixNano: '2' }));
  const scopeSpans = [{ scope: { name: 'http' }, spans }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: [] }, scopeSpans }] });
});
const arrivals = lines.map((_, line) => line * 1000);

function received(how: 'in order' | 'shuffled' | 'sampled') {
  return receptions(lines, arrivals, [how]).map(({ requests, spans }) => ({
    requests: requests.map(({ body, at }) => ({ at, spans: spansOf([requestToJson('traces', body)]) })),
    spans,
  }));
}

const all = ids.map(({ spanId }) => spanId);

suite('a recording is received', () => {
  test('in order: as it was recorded', () => {
    const [one] = received('in order');
    assert.deepEqual(
      one!.requests.map(({ at }) => at),
      arrivals,
    );
    assert.deepEqual(
      one!.requests.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)),
      all,
    );
    assert.deepEqual([...one!.spans], all);
  });

  test('shuffled: each span once, later by ten seconds at most, in other batches', () => {
    const shuffles = received('shuffled');
    assert.ok(shuffles.length > 1);
    for (const { requests } of shuffles) {
      const seen = requests.flatMap(({ at, spans }) => spans.map(({ spanId }) => ({ at, spanId })));
      assert.deepEqual(seen.map(({ spanId }) => spanId).sort(), all);
      assert.notDeepEqual(
        seen.map(({ spanId }) => spanId),
        all,
      );
      assert.deepEqual(
        seen.map(({ at }) => at),
        seen.map(({ at }) => at).sort((one, other) => one - other),
      );
      for (const { at, spanId } of seen) {
        const before = arrivals[Math.floor(all.indexOf(spanId) / 10)]!;
        assert.ok(at >= before && at <= before + 15_000, `${spanId}: ${before}, ${at}`);
      }
    }
    assert.deepEqual(received('shuffled'), shuffles, 'always the same');
  });

  test('sampled: by whole traces, each of them in one sample', () => {
    const samples = received('sampled');
    assert.deepEqual(samples.flatMap(({ spans }) => [...spans]).sort(), all);
    for (const { spans, requests } of samples) {
      assert.equal(spans.size % 3, 0);
      assert.deepEqual(
        requests.flatMap((request) => request.spans.map(({ spanId }) => spanId)),
        [...spans],
      );
    }
  });
});
