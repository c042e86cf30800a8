import { Dependencies } from '../../../src/derive/dependencies.ts';
import type { Attempts } from '../../../src/derive/retries/attempts.ts';
import { linkerOptions, retriesSchema } from '../../../src/derive/retries/config.ts';
import { breakerSettings, breakersSchema } from '../../../src/derive/breakers/config.ts';
import { MetricRegistry } from '../../../src/metrics/registry.ts';
import { SeriesBudget } from '../../../src/metrics/series-budget.ts';
import { ResourceReader } from '../../../src/pipeline/resource-facts.ts';
import { WorkSpace } from '../../../src/pipeline/work-space.ts';
import { usualRedactor } from '../../../src/redact/redactor.ts';
import { TestClock } from '../../support/test-clock.ts';
import type { SpanRef } from '../truth.ts';
import type { InferredLink, InferredTransition, Subject } from './inferred.ts';

/** The inference under test, as it is composed in Tocsin, on the time at which the requests came. */
export const subject: Subject = {
  name: 'tocsin',
  infer(requests, breaker) {
    const clock = new TestClock();
    const transitions: InferredTransition[] = [];
    let attempts: Attempts | undefined;
    const sure = new Map<number, InferredLink['confidence']>();
    const dependencies = new Dependencies({
      clock,
      registry: new MetricRegistry(clock),
      budget: new SeriesBudget(3_000),
      redaction: () => usualRedactor,
      retries: linkerOptions(retriesSchema.parse({})),
      breakers: breakerSettings(
        breakersSchema.parse({
          consecutive_failures: breaker.consecutiveFailures,
          open_for: `${breaker.openMillis}ms`,
        }),
      ),
      onLinked: ({ after, isUncertain }, of) => {
        attempts = of;
        sure.set(after, isUncertain ? 'low' : 'high');
      },
      onTransition: ({ dependency }, transition) => transitions.push({ dependency, ...transition }),
    });
    const spans = new Map<number, SpanRef>();
    const resources = new ResourceReader();
    for (const { body, at } of requests) {
      clock.advance(Math.max(0, at - clock.now()));
      const space = new WorkSpace();
      const batch = space.open(body, resources);
      const { view, count, traces, resourceFacts } = space;
      for (let index = 0; index < count; index++) {
        const { traceId, spanId, spanIdLow } = view.moveTo(index);
        spans.set(spanIdLow | 0, { traceId, spanId });
      }
      const given = { batch, view, count, traces, resourceFacts };
      dependencies.read(given, space.calls);
      dependencies.take(given, space.calls);
    }
    clock.advance(120_000);
    dependencies.stop();
    return { links: attempts === undefined ? [] : linksIn(attempts, sure, spans), transitions };
  },
};

/** Those that there are in the end: one that came out of order may have put itself between two others. */
function linksIn(
  attempts: Attempts,
  sure: ReadonlyMap<number, InferredLink['confidence']>,
  spans: ReadonlyMap<number, SpanRef>,
): InferredLink[] {
  const links: InferredLink[] = [];
  for (let row = 0; row < attempts.capacity; row++) {
    const before = attempts.before[row]!;
    if (!attempts.isInUse(row) || before === -1) continue;
    const [from, to] = [spans.get(attempts.id[before]!)!, spans.get(attempts.id[row]!)!];
    links.push({ from, to, confidence: sure.get(row) ?? 'high' });
  }
  return links;
}
