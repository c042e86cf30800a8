import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { setUpFailures } from './failure-pipeline.ts';
import type { SpanSpec } from './otlp-builders.ts';

/** How the requests of one trace are sent. */
export type Send = (requests: readonly SpanSpec[][], pipeline: Pipeline) => Promise<unknown>;
type Pipeline = Awaited<ReturnType<typeof setUpFailures>>;

export const oneByOne: Send = async (requests, { send }) => {
  for (const request of requests) await send(...request);
};

/**
 * Sends traces, one after the other, through one pipeline: each has a trace id of its own, and types of its own.
 * @returns their events, by the span
 */
export async function traceTeller(given: Parameters<typeof setUpFailures>[0] = {}) {
  const pipeline = await setUpFailures(given);
  let trace = 0;
  return async (
    requests: readonly (readonly SpanSpec[])[],
    send: Send = oneByOne,
  ): Promise<Map<string, ErrorEvent>> => {
    trace++;
    const own = (spec: SpanSpec): SpanSpec => ({
      ...spec,
      trace,
      exceptions: (spec.exceptions ?? []).map((each) => ({ ...each, type: `${each.type}In${trace}` })),
    });
    await send(
      requests.map((request) => request.map(own)),
      pipeline,
    );
    await pipeline.settled();
    const found = await pipeline.events({ traceId: trace.toString(16).padStart(32, '0') });
    return new Map(found.map((event) => [String(Number.parseInt(event.spanId, 16)), event]));
  };
}

/** For who looks into a run that failed. */
export function shown(requests: readonly (readonly SpanSpec[])[]): string {
  const line = ({ id, parent, kind: is = 1, failed, exceptions = [], attributes = {} }: SpanSpec): string =>
    [
      id,
      '<',
      parent,
      'kind',
      is,
      failed && 'ERROR',
      exceptions.length > 0 && 'exception',
      JSON.stringify(attributes),
    ]
      .filter(Boolean)
      .join(' ');
  return requests.map((request) => request.map(line).join('\n')).join('\n--\n');
}
