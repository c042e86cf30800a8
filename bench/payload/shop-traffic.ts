import {
  type Context,
  type HrTime,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { seededRandom } from './random.ts';
import { type Call, type Failure, type Route, shopResource, shopRoutes } from './shop-routes.ts';
import { hrTime, nanosOf, recordingSdk } from './span-recorder.ts';

/** Where the traffic begins; times are moved to now when it is sent. */
export const trafficStartNanos = 1_700_000_000_000_000_000n;

/** Of the requests that can fail, those that do, unless something else is asked for: 4 % of all spans. */
const usualFailingShare = 0.107;

export interface Traffic {
  /** At least so many spans; requests that have begun are ended. */
  spans: number;
  /** On average, in the traffic's own time: how many requests are under way at once follows from it. */
  spansPerSecond: number;
  /** Of the requests that can fail, those that do. */
  failingShare?: number | undefined;
}

/**
 * The spans of a small shop in the order in which they ended, which is that in which an SDK exports them: those of many requests
 * interleaved, and children before their parents.
 */
export function shopTraffic({
  spans: wanted,
  spansPerSecond,
  failingShare = usualFailingShare,
}: Traffic): ReadableSpan[] {
  const random = seededRandom(20_260_101);
  const { provider, spans } = recordingSdk(shopResource, random);
  const nanosPerSpan = 1e9 / spansPerSecond;
  for (let request = 1; spans.length < wanted; request++) {
    const start = trafficStartNanos + BigInt(Math.round(spans.length * nanosPerSpan));
    new ShopRequest(provider, request, random, failingShare).run(start);
  }
  return spans.toSorted((one, other) => compare(nanosOf(one.endTime), nanosOf(other.endTime)));
}

function compare(one: bigint, other: bigint): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

class ShopRequest {
  private readonly provider: TracerProvider;
  private readonly number: number;
  private readonly route: Route;
  private readonly fails: boolean;
  private readonly durationNanos: number;

  constructor(provider: TracerProvider, number: number, random: () => number, failingShare: number) {
    this.provider = provider;
    this.number = number;
    this.route = pickRoute(random());
    this.fails = random() < failingShare;
    this.durationNanos = this.route.meanMillis * 1e6 * (0.4 + 1.2 * random());
  }

  run(start: bigint): void {
    this.call(this.route.root, ROOT_CONTEXT, Number(start - trafficStartNanos), this.durationNanos);
  }

  private call(call: Call, parent: Context, start: number, duration: number): void {
    const { name, kind, attributes } = call;
    const failure = this.fails ? failureOf(call) : undefined;
    const startTime = hrTime(trafficStartNanos + BigInt(Math.round(start)));
    const endTime = hrTime(trafficStartNanos + BigInt(Math.round(start + duration)));
    const span = this.tracer(call).startSpan(name, { kind, attributes, startTime }, parent);
    const context = trace.setSpan(parent, span);
    for (const child of call.calls ?? [])
      this.call(child, context, start + child.at * duration, (child.to - child.at) * duration);
    if (failure !== undefined) {
      this.fail(span, failure, endTime);
      if (parent === ROOT_CONTEXT) span.setAttribute('http.response.status_code', 500);
    }
    span.end(endTime);
  }

  /** What is thrown is recorded by every span that it passes through, as most instrumentations do. */
  private fail(span: Span, { type, message, stack }: Failure, at: HrTime): void {
    const text = message(100_000 + this.number);
    span.recordException({ name: type, message: text, stack: `${type}: ${text}\n${stack}` }, at);
    span.setStatus({ code: SpanStatusCode.ERROR, message: text });
  }

  private tracer({ scope }: Call): Tracer {
    return this.provider.getTracer(scope, '0.210.0');
  }
}

/** What a call fails with in a request that fails: by itself, or by what it calls. */
function failureOf({ failure, calls = [] }: Call): Failure | undefined {
  return failure ?? calls.map(failureOf).find((of) => of !== undefined);
}

function pickRoute(share: number): Route {
  let left = share;
  return shopRoutes.find((route) => (left -= route.share) < 0) ?? shopRoutes[0]!;
}
