import { hash } from 'node:crypto';
import { requestFromJson } from '../../../src/otlp/json/request.ts';
import { Random } from '../../fuzz/random.ts';
import type { ExportRequest, RecordedSpan, ResourceSpans } from '../record/spans.ts';
import type { ArrivedRequest } from './inferred.ts';

/** How the spans of a recording come to be seen. */
export const conditions = ['in order', 'shuffled', 'sampled'] as const;
export type Condition = (typeof conditions)[number];

/** One way in which a recording was received. */
export interface Reception {
  condition: Condition;
  requests: readonly ArrivedRequest[];
  /** The ids of the spans in it. */
  spans: ReadonlySet<string>;
}

/** A span in what it was sent in, and when it came. */
interface Piece {
  within: ResourceSpans;
  span: RecordedSpan;
  at: number;
}

const shuffles = 3;
const mostDelayMillis = 10_000;
const mostSpansPerRequest = 30;
/** Ten samples of a tenth each: together they hold every trace once. */
const samples = 10;

/** @param arrivals when each line came */
export function receptions(
  lines: readonly string[],
  arrivals: readonly number[],
  wanted: readonly Condition[] = conditions,
): Reception[] {
  const requests = lines.map((line) => JSON.parse(line) as ExportRequest);
  const pieces = requests.flatMap((request, i) => piecesOf(request, arrivals[i]!));
  const made: Record<Condition, () => Reception[]> = {
    'in order': () => [reception('in order', requests, arrivals, pieces)],
    shuffled: () => Array.from({ length: shuffles }, (_, seed) => shuffled(pieces, seed)),
    sampled: () => Array.from({ length: samples }, (_, part) => sampled(pieces, part)),
  };
  return wanted.flatMap((condition) => made[condition]());
}

function piecesOf({ resourceSpans = [] }: ExportRequest, at: number): Piece[] {
  return resourceSpans.flatMap(({ scopeSpans = [], ...resource }) =>
    scopeSpans.flatMap(({ spans = [], ...scope }) =>
      spans.map((span) => ({ within: { ...resource, scopeSpans: [{ ...scope, spans: [span] }] }, span, at })),
    ),
  );
}

/**
 * Every span on its own way, which takes up to ten seconds more: as over several connections, collectors and retries of exports.
 */
function shuffled(pieces: readonly Piece[], seed: number): Reception {
  const random = new Random(seed, 2, pieces.length);
  const late = pieces
    .map((piece) => ({ ...piece, at: piece.at + random.below(mostDelayMillis) }))
    .sort((one, other) => one.at - other.at);
  const batches: Piece[][] = [];
  for (let i = 0; i < late.length; ) {
    const size = 1 + random.below(mostSpansPerRequest);
    batches.push(late.slice(i, i + size));
    i += size;
  }
  return rebatched('shuffled', batches);
}

/** As a sampler decides, by the id of the trace: all spans of it or none. */
function sampled(pieces: readonly Piece[], part: number): Reception {
  const kept = pieces.filter(({ span }) => sampleOf(span.traceId) === part);
  const batches = [...Map.groupBy(kept, ({ at }) => at).values()];
  return rebatched('sampled', batches);
}

const sampleOf = (traceId: string): number =>
  Number.parseInt(hash('sha256', traceId).slice(0, 8), 16) % samples;

function rebatched(condition: Condition, batches: readonly Piece[][]): Reception {
  return reception(
    condition,
    batches.map((batch) => ({ resourceSpans: batch.map(({ within }) => within) })),
    batches.map((batch) => batch.at(-1)!.at),
    batches.flat(),
  );
}

function reception(
  condition: Condition,
  requests: readonly ExportRequest[],
  arrivals: readonly number[],
  pieces: readonly Piece[],
): Reception {
  return {
    condition,
    requests: requests.map((request, i) => ({
      body: requestFromJson('traces', Buffer.from(JSON.stringify(request))),
      at: arrivals[i]!,
    })),
    spans: new Set(pieces.map(({ span }) => span.spanId)),
  };
}
