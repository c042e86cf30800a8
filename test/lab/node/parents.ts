import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ParentCondition } from '../plan.ts';

const tracer = trace.getTracer('shop');

/** All calls, under one span or under none. */
export async function aroundAll(parent: ParentCondition, run: () => Promise<void>): Promise<void> {
  if (parent !== 'shared') return context.with(ROOT_CONTEXT, run);
  await tracer.startActiveSpan('nightly import', { kind: SpanKind.INTERNAL }, async (span) => {
    await run();
    span.end();
  });
}

/** One call, in the span of the request for which it is made. @returns what it returns @throws what it throws */
export async function aroundOne<T>(parent: ParentCondition, run: () => Promise<T>): Promise<T> {
  if (parent !== 'own') return run();
  return tracer.startActiveSpan('GET /checkout', { kind: SpanKind.SERVER, root: true }, async (span) => {
    try {
      return await run();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
