import { requestToJson } from '../../../src/otlp/json/request.ts';
import { spansOf } from '../record/spans.ts';
import { referenceTransitions } from '../reference-breaker.ts';
import { type ClientCall, clientCalls } from './client-calls.ts';
import type { InferredLink, Subject } from './inferred.ts';

/** As start times are whole milliseconds, a retry may seem to begin before its predecessor ended. */
const slackMillis = 5;

/**
 * What one would write in an hour, to compare with: a request is a retry of the newest failed one before it that has the same
 * parent, method and URL and that nothing retried yet. It sees all spans at once, sorted by time, as nothing that streams can.
 * Its breaker is the reference itself, fed by spans: what it gets wrong is what spans do not show.
 */
export const baseline: Subject = {
  name: 'baseline',
  infer(requests, breaker) {
    const spans = spansOf(requests.map(({ body }) => requestToJson('traces', body)));
    const calls = clientCalls(spans).sort((one, other) => one.start - other.start);
    const byDependency = Map.groupBy(calls, ({ dependency }) => dependency);
    return {
      links: [...Map.groupBy(calls, keyOf).values()].flatMap(linksAmong),
      transitions: [...byDependency].flatMap(([dependency, made]) =>
        referenceTransitions(made, breaker).map((transition) => ({ ...transition, dependency })),
      ),
    };
  },
};

function keyOf({ traceId, parentSpanId, method, url }: ClientCall): string {
  return [traceId, parentSpanId, method, url].join(' ');
}

function linksAmong(calls: readonly ClientCall[]): InferredLink[] {
  const links: InferredLink[] = [];
  const failed: ClientCall[] = [];
  for (const call of calls) {
    const at = failed.findLastIndex(({ end }) => call.start >= end - slackMillis);
    if (at !== -1) {
      const [from] = failed.splice(at, 1);
      links.push({ from: from!, to: call, confidence: 'high' });
    }
    if (!call.ok) failed.push(call);
  }
  return links;
}
