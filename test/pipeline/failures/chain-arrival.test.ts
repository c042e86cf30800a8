import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import fc from 'fast-check';
import { type ErrorEvent, severities } from '../../../src/errors/error-event.ts';
import { ran, stopAll } from '../../support/failure-pipeline.ts';
import { kind, type SpanSpec } from '../../support/otlp-builders.ts';
import { requestsOf, sendings } from '../../support/trace-arbitraries.ts';
import { shown, traceTeller } from '../../support/trace-teller.ts';

const runs = { seed: 20_261_130, numRuns: 600 };

const roots: readonly Partial<SpanSpec>[] = [
  { kind: kind.server },
  { kind: kind.server, attributes: { 'http.response.status_code': 409 } },
  { kind: kind.server, failed: true, attributes: { 'http.response.status_code': 500 } },
  { kind: kind.internal, failed: true, exceptions: [{ type: 'Root' }] },
];

/** One span above the other, three or four below the root; each may be unset, or have failed with an exception or in silence. */
const chains: fc.Arbitrary<SpanSpec[]> = fc
  .record({
    root: fc.constantFrom(...roots),
    ended: fc.array(fc.constantFrom('unset', 'in silence', 'with an exception'), {
      minLength: 3,
      maxLength: 4,
    }),
    isCall: fc.boolean(),
  })
  .map(({ root, ended, isCall }) => {
    const spans = ended.map((how, at): SpanSpec => {
      const isDeepest = at === ended.length - 1;
      return {
        id: at + 2,
        parent: at + 1,
        name: `step ${at + 2}`,
        failed: how !== 'unset',
        exceptions: how === 'with an exception' ? [{ type: `E${at + 2}` }] : [],
        ...(isDeepest && isCall ? asCall(how !== 'unset') : {}),
        ...ran(5 * (at + 1), 1000 - 10 * (at + 1)),
      };
    });
    return [{ id: 1, name: 'root', ...root, ...ran(0, 1000) }, ...spans];
  });

function asCall(failed: boolean): Partial<SpanSpec> {
  const status = { 'http.response.status_code': failed ? 503 : 200 };
  return { name: 'POST', kind: kind.client, attributes: { 'server.address': 'payments', ...status } };
}

/** What became of a chain that came in some order. */
class Arrival {
  private readonly spans: readonly SpanSpec[];
  /** By the span: the request that it came with. */
  private readonly at: ReadonlyMap<number, number>;

  constructor(spans: readonly SpanSpec[], requests: readonly (readonly SpanSpec[])[]) {
    this.spans = spans;
    this.at = new Map(requests.flatMap((request, at) => request.map(({ id }) => [id, at] as const)));
  }

  /** Whether the spans from one to the other came in that order, as far as they did not come together. */
  leadsTo(from: number, to: number): boolean {
    const step = from <= to ? 1 : -1;
    for (let id = from; id !== to; id += step) if (this.at.get(id)! > this.at.get(id + step)!) return false;
    return true;
  }

  /** Failures that are told: those that no other leads to, each once with what came together. */
  get failures(): number {
    const failed = this.spans.filter((span) => span.failed).map(({ id }) => id);
    return failed.filter((id) =>
      failed.every((other) => {
        if (other === id || !this.leadsTo(other, id)) return true;
        // What came together leads both ways: the first of it stands for all.
        return this.leadsTo(id, other) && other > id;
      }),
    ).length;
  }
}

function worst(events: ReadonlyMap<string, ErrorEvent>): number {
  return Math.max(-1, ...[...events.values()].map(({ severity }) => severities.indexOf(severity)));
}

suite('a failure some levels deep, whose spans come in any order and any requests,', () => {
  after(stopAll);

  test('is one event as far as each span that failed comes after those between it and the one that was told', async () => {
    const tell = await traceTeller();
    let [ones, more] = [0, 0];
    await fc.assert(
      fc.asyncProperty(chains, sendings, async (spans, sending) => {
        const requests = requestsOf(spans, sending, () => false);
        const [found, wanted] = [await tell(requests), await tell([spans])];
        assert.ok(wanted.size <= 1);
        const { failures } = new Arrival(spans, requests);
        assert.equal(found.size, failures, shown(requests));
        if (failures > 1) more++;
        else ones++;
      }),
      runs,
    );
    assert.ok(ones > 100 && more > 20, `${ones} ${more}`);
  });

  test('is as bad as in one request, and never less', async () => {
    const tell = await traceTeller();
    await fc.assert(
      fc.asyncProperty(chains, sendings, async (spans, sending) => {
        const requests = requestsOf(spans, sending, () => false);
        const [found, wanted] = [worst(await tell(requests)), worst(await tell([spans]))];
        // That the caller was told is only known of what comes before the root does.
        const isTold = spans[0]!.attributes?.['http.response.status_code'] === 409;
        assert.ok(isTold ? found >= wanted : found === wanted, shown(requests));
      }),
      runs,
    );
  });

  test('is swallowed if what is above it comes after it, up to the root', async () => {
    const tell = await traceTeller();
    let swallowed = 0;
    await fc.assert(
      fc.asyncProperty(chains, sendings, async (spans, sending) => {
        const requests = requestsOf(spans, sending, () => false);
        const [found, [wanted]] = [await tell(requests), [...(await tell([spans])).values()]];
        const arrival = new Arrival(spans, requests);
        for (const [id, event] of found) {
          const is = wanted?.swallowed !== undefined && arrival.leadsTo(Number(id), 1);
          assert.equal(event.swallowed !== undefined, is, shown(requests));
          if (is) swallowed++;
        }
      }),
      runs,
    );
    assert.ok(swallowed > 20, `${swallowed}`);
  });

  test('has the same likely cause, if it is one event', async () => {
    const tell = await traceTeller();
    await fc.assert(
      fc.asyncProperty(chains, sendings, async (spans, sending) => {
        const requests = requestsOf(spans, sending, () => false);
        const [found, wanted] = [[...(await tell(requests)).values()], [...(await tell([spans])).values()]];
        const deepest = spans.at(-1)!;
        if (found.length !== 1 || deepest.kind !== kind.client || !deepest.failed) return;
        assert.equal(found[0]!.likelyCause, wanted[0]!.likelyCause, shown(requests));
        assert.match(found[0]!.likelyCause!, /payments → 503/);
      }),
      runs,
    );
  });

  const top: SpanSpec = { id: 2, parent: 1, name: 'checkout', failed: true, ...ran(5, 900) };
  const between: SpanSpec = { id: 3, parent: 2, name: 'prepare', ...ran(10, 800) };
  const deepest: SpanSpec = { id: 4, parent: 3, failed: true, ...asCall(true), ...ran(15, 700) };
  const job: Partial<SpanSpec> = { attributes: { 'job.name': 'nightly' } };
  const later: [what: string, requests: SpanSpec[][], events: Record<string, string | undefined>][] = [
    ['below a span that did not fail', [[top], [between], [deepest]], { 2: 'payments → 503' }],
    ['below one that came with the one above it', [[top, between], [deepest]], { 2: 'payments → 503' }],
    [
      'below one that failed in silence, of which it is the deeper cause',
      [[top], [{ ...between, failed: true }], [deepest]],
      { 2: 'payments → 503' },
    ],
    [
      'below another one that is why',
      [[top], [{ ...between, failed: true }], [{ ...deepest, failed: false, attributes: {} }]],
      { 2: 'prepare → Error' },
    ],
    [
      'below a run of a job, which is a piece of work of its own',
      [[top], [{ ...between, ...job }], [deepest]],
      { 2: undefined, 4: 'payments → 503' },
    ],
    [
      'and is worse',
      [
        [top],
        [between],
        [{ ...deepest, attributes: { ...deepest.attributes, 'tocsin.severity': 'critical' } }],
      ],
      { 2: undefined, 4: 'payments → 503' },
    ],
    [
      'after what it is in had failed',
      [[{ ...top, ...ran(5, 15) }], [between], [deepest]],
      { 2: undefined, 4: 'payments → 503' },
    ],
  ];
  for (const [what, requests, events] of later)
    test(`explains one above it that was told, or is one of its own: ${what}`, async () => {
      const found = await (await traceTeller())(requests);
      assert.deepEqual(new Set(found.keys()), new Set(Object.keys(events)));
      for (const [id, cause] of Object.entries(events))
        if (cause === undefined) assert.equal(found.get(id)!.likelyCause, undefined, id);
        else assert.match(found.get(id)!.likelyCause!, new RegExp(cause), id);
    });
});
