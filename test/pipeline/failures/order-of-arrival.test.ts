import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import fc from 'fast-check';
import type { ErrorEvent } from '../../../src/errors/error-event.ts';
import { stopAll } from '../../support/failure-pipeline.ts';
import { kind, type SpanSpec } from '../../support/otlp-builders.ts';
import { localTraces, localTracesAndRuns, requestsOf, sendings } from '../../support/trace-arbitraries.ts';
import { oneByOne, type Send, shown, traceTeller } from '../../support/trace-teller.ts';

const runs = { seed: 20_260_102, numRuns: 300 };

type Events = Map<string, string>;

/** As some SDKs do: each span as it ends, and without a wait. */
const spanBySpan: Send = (requests, { send }) => Promise.all(requests.flat().map((span) => send(span)));
/** The store refuses each at first. */
const onceMore: Send = async (requests, { send, storeAnswers }) => {
  for (const request of requests) {
    storeAnswers('never');
    const refused = await send(...request).then(
      () => false,
      (error: Error) => error.name === 'StoreUnavailable',
    );
    storeAnswers('at once');
    if (refused) await send(...request);
  }
};

async function teller() {
  const tell = await traceTeller({ expected: [{ name: 'expected', where: ['type=~".*Expected.*"'] }] });
  return async (requests: readonly (readonly SpanSpec[])[], send: Send = oneByOne): Promise<Events> => {
    const found = await tell(requests, send);
    return new Map([...found].map(([id, event]) => [id, summary(event)]));
  };
}

function summary({ severity, held, swallowed, expected }: ErrorEvent): string {
  return [severity, held && 'held', swallowed && 'swallowed', expected && 'expected']
    .filter(Boolean)
    .join(' ');
}

function isAttempt(span: SpanSpec, other: SpanSpec): boolean {
  const isCall = span.kind === kind.client && other.kind === kind.client;
  return isCall && span.parent === other.parent && other.id < span.id && other.failed === true;
}

suite('the failures of a local trace', () => {
  after(stopAll);

  test('are the same events in whatever order its spans stand in a request', async () => {
    const tell = await teller();
    await fc.assert(
      fc.asyncProperty(localTracesAndRuns, sendings, async (spans, { ranks }) => {
        const shuffled = requestsOf(spans, { ranks, cuts: [false] }, () => false);
        assert.deepEqual(await tell(shuffled), await tell([spans]));
      }),
      runs,
    );
  });

  const ways: [how: string, send: Send, traces: typeof localTraces][] = [
    ['one by one', oneByOne, localTraces.map(tellable)],
    ['each once more, after it could not be stored', onceMore, localTraces.map(tellable)],
    // Of more than two that are above one another the last may come while the first is under way: then nobody knows of it.
    ['each span right behind the other', spanBySpan, localTraces.map(tellable).map(lost)],
  ];
  for (const [how, send, traces] of ways) {
    test(`are the same events in whatever requests they come, children before their parents: ${how}`, async () => {
      const tell = await teller();
      await fc.assert(
        fc.asyncProperty(traces, sendings, async (spans, sending) => {
          const requests = requestsOf(
            spans,
            sending,
            (span, other) => other.parent === span.id || (span.failed !== true && isAttempt(span, other)),
          );
          const [found, wanted] = [await tell(requests, send), await tell([spans])];
          assert.deepEqual(withTold(found, spans), withTold(wanted, spans), shown(requests));
        }),
        runs,
      );
    });
  }

  for (const [how, send] of [
    ['one by one', oneByOne],
    ['each span right behind the other', spanBySpan],
  ] as const)
    test(`are told to somebody in whatever requests and order they come, if they are in one request: ${how}`, async () => {
      const tell = await teller();
      const isTold = (said: string): boolean => /^(high|critical)(?!.*expected)/.test(said);
      await fc.assert(
        fc.asyncProperty(localTracesAndRuns.map(tellable), sendings, async (spans, sending) => {
          const requests = requestsOf(spans, sending, () => false);
          const [found, wanted] = [await tell(requests, send), await tell([spans])];
          if (![...wanted.values()].some(isTold)) return;
          const message = `${JSON.stringify([[...found], [...wanted]])}\n${shown(requests)}`;
          assert.ok([...found.values()].some(isTold), message);
        }),
        runs,
      );
    });
});

/** A failed step is told before it is known that the caller was told as well, which would make it medium; it stays high then. */
function withTold(events: Events, spans: readonly SpanSpec[]): Events {
  const isTold = spans.some(({ attributes }) => attributes?.['http.response.status_code'] === 409);
  const steps = new Set(
    spans.filter((span) => span.failed && span.kind !== kind.client).map(({ id }) => `${id}`),
  );
  return new Map(
    [...events].map(([id, said]) => [id, isTold && steps.has(id) ? said.replace(/^high/, 'medium') : said]),
  );
}

/** Nothing that failed is expected, or low, or made up for, or in anything but the root. */
function lost(spans: SpanSpec[]): SpanSpec[] {
  return spans.map((span) => {
    const exceptions = (span.exceptions ?? []).map(() => ({ type: `E${span.id}` }));
    const { 'tocsin.severity': _, 'error.type': _type, ...attributes } = span.attributes ?? {};
    const isRetry = span.failed !== true && span.kind === kind.client;
    const parent = span.parent === undefined ? {} : { parent: 1 };
    return { ...span, ...parent, exceptions, attributes, ...(isRetry ? { kind: kind.internal } : {}) };
  });
}

/** A failed span without an exception is told with one above or beside it, if both are in one request: here all of them have one, or none. */
function tellable(spans: SpanSpec[]): SpanSpec[] {
  const hasException = spans.some(({ exceptions }) => (exceptions?.length ?? 0) > 0);
  return spans.map((span) => {
    const isSilent = span.failed === true && (span.exceptions?.length ?? 0) === 0;
    return isSilent && hasException
      ? { ...span, exceptions: [{ type: String(span.attributes?.['error.type'] ?? `E${span.id}`) }] }
      : span;
  });
}
