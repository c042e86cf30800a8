import fc from 'fast-check';
import { ran } from './failure-pipeline.ts';
import { kind, type SpanSpec } from './otlp-builders.ts';

/** A span of a small local trace, as it is made up. */
interface Made {
  /** Which of the spans before it is its parent. */
  up: number;
  as: 'step' | 'call' | 'message';
  ended: 'well' | 'with an error' | 'with an exception' | 'with both';
  /** Of a call. */
  answered: 200 | 404 | 503;
  said: 'nothing' | 'low' | 'expected';
}

const made: fc.Arbitrary<Made> = fc.record({
  up: fc.nat(5),
  as: fc.constantFrom('step', 'step', 'call', 'message'),
  ended: fc.constantFrom('well', 'well', 'with an error', 'with an exception', 'with both'),
  answered: fc.constantFrom(200, 404, 503),
  said: fc.constantFrom('nothing', 'nothing', 'nothing', 'low', 'expected'),
});

const roots: readonly Partial<SpanSpec>[] = [
  { kind: kind.server },
  { kind: kind.server, failed: true, attributes: { 'http.response.status_code': 500 } },
  { kind: kind.server, attributes: { 'http.response.status_code': 409 } },
  {
    kind: kind.server,
    failed: true,
    exceptions: [{ type: 'Root', attributes: { 'exception.escaped': true } }],
  },
  { kind: kind.internal },
  { kind: kind.internal, failed: true },
  { kind: kind.internal, failed: true, exceptions: [{ type: 'Root' }] },
  { kind: kind.consumer, failed: true, exceptions: [{ type: 'Root' }] },
];

/** Runs that failed, and one that is tried again. */
const runs: readonly Partial<SpanSpec>[] = [
  {
    kind: kind.internal,
    failed: true,
    exceptions: [{ type: 'Root' }],
    attributes: { 'job.name': 'nightly' },
  },
  { kind: kind.internal, failed: true, attributes: { 'job.name': 'nightly' } },
  {
    kind: kind.consumer,
    failed: true,
    attributes: { 'task.name': 'mail', 'task.attempt': 1, 'task.max_attempts': 3 },
  },
];

/**
 * The spans of a small local trace, in the order in which they began: each within its parent, one after the other, so that a call may be
 * another attempt at what the one before it tried. The root is the first.
 */
export const localTraces: fc.Arbitrary<SpanSpec[]> = tracesBelow(roots);

/** The same, of which some are runs of jobs and tasks. */
export const localTracesAndRuns: fc.Arbitrary<SpanSpec[]> = tracesBelow([...roots, ...runs]);

function tracesBelow(tops: readonly Partial<SpanSpec>[]): fc.Arbitrary<SpanSpec[]> {
  return fc
    .tuple(fc.constantFrom(...tops), fc.array(made, { minLength: 1, maxLength: 6 }))
    .map(([root, others]) => timed([{ id: 1, name: 'root', ...root }, ...others.map(spanOf)]));
}

function spanOf({ up, as, ended, answered, said }: Made, at: number): SpanSpec {
  const isException = ended === 'with an exception' || ended === 'with both';
  const failed = ended === 'with an error' || ended === 'with both';
  const id = at + 2;
  const type = said === 'expected' ? `Expected${id}` : `E${id}`;
  return {
    id,
    parent: 1 + (up % (at + 1)),
    name: as === 'call' ? 'POST' : `${as} ${id}`,
    kind: { step: kind.internal, call: kind.client, message: kind.consumer }[as],
    failed,
    exceptions: isException ? [{ type }] : [],
    attributes: {
      ...(as === 'call' && failed ? { 'http.response.status_code': answered } : {}),
      ...(said === 'low' ? { 'tocsin.severity': 'low' } : {}),
      ...(said === 'expected' ? { 'error.type': type } : {}),
    },
  };
}

/** With times by which each is within its parent. */
function timed(spans: readonly SpanSpec[]): SpanSpec[] {
  let now = 0;
  const times = new Map<number, [from: number, to: number]>();
  const run = ({ id }: SpanSpec): void => {
    const from = (now += 5);
    for (const span of spans) if (span.parent === id) run(span);
    times.set(id, [from, (now += 5)]);
  };
  run(spans[0]!);
  return spans.map((span) => {
    const [from, to] = times.get(span.id)!;
    return { ...span, ...ran(from, to - from) };
  });
}

/** An order for the spans, and where one request ends and the next begins. */
export interface Sending {
  ranks: number[];
  cuts: boolean[];
}

export const sendings: fc.Arbitrary<Sending> = fc.record({
  ranks: fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }),
  cuts: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
});

/** Requests with these spans, in an order in which each comes when those that it may wait for have come. */
export function requestsOf(
  spans: readonly SpanSpec[],
  { ranks, cuts }: Sending,
  mustWait: (span: SpanSpec, other: SpanSpec) => boolean,
): SpanSpec[][] {
  const left = spans.map((span, at) => ({ span, rank: ranks[at % ranks.length]! }));
  const requests: SpanSpec[][] = [[]];
  for (let sent = 0; left.length > 0; sent++) {
    const free = left.filter(({ span }) => left.every((other) => !mustWait(span, other.span)));
    const next = free.reduce((least, each) => (each.rank < least.rank ? each : least));
    left.splice(left.indexOf(next), 1);
    requests.at(-1)!.push(next.span);
    if (cuts[sent % cuts.length] === true && left.length > 0) requests.push([]);
  }
  return requests;
}
