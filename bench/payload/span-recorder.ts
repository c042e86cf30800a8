import type { HrTime } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  type IdGenerator,
  type ReadableSpan,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** Odd, so that multiplying by it gives every number of 32 bits once. */
const scatter = 0x9e3779b1;

/**
 * Ids look random, as compression must find them, and their last four bytes are in no other id: whatever the first four of all
 * ids of a round are changed by together, no two become equal.
 */
export class DistinctIds implements IdGenerator {
  private readonly random: () => number;
  private issued = 0;

  constructor(random: () => number) {
    this.random = random;
  }

  generateTraceId = (): string =>
    this.word() + this.word() + this.word() + hexWord(Math.imul(++this.issued, scatter));

  generateSpanId = (): string => this.word() + hexWord(Math.imul(++this.issued, scatter));

  private word(): string {
    return hexWord(this.random() * 2 ** 32);
  }
}

function hexWord(number: number): string {
  return (number >>> 0).toString(16).padStart(8, '0');
}

/** Keeps the spans that the SDK ends. */
class SpanRecorder implements SpanProcessor {
  readonly spans: ReadableSpan[] = [];

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.spans.push(span);
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** The SDK of an app, with what it ended. */
export function recordingSdk(
  resource: Readonly<Record<string, string | number | string[]>>,
  random: () => number,
): { provider: TracerProvider; spans: readonly ReadableSpan[] } {
  const recorder = new SpanRecorder();
  const provider = new TracerProvider({
    resource: resourceFromAttributes(resource),
    idGenerator: new DistinctIds(random),
    spanProcessors: [recorder],
  });
  return { provider, spans: recorder.spans };
}

/** The SDK takes a time as seconds and nanoseconds without rounding it. */
export function hrTime(nanos: bigint): HrTime {
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
}

export function nanosOf([seconds, nanos]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}
