import { spanAttributes } from '../../conventions/attributes.ts';
import { grpcNumberOf } from '../../conventions/grpc-codes.ts';
import type { Outcome } from '../../errors/outcome.ts';
import { hasEscaped } from '../../errors/span-failure.ts';
import type { AttributeValue } from '../../otlp/attributes.ts';
import { encodeText } from '../../otlp/text.ts';
import { spanKind } from '../../otlp/span-kind.ts';
import { type SpanView, statusCode } from '../../otlp/span-view.ts';
import type { Attempts } from './attempts.ts';
import type { LocalTraces } from '../local-traces.ts';

/** What a local root came to. */
type RootOutcome = 'failed' | 'unhandled' | 'told' | 'well' | 'open';

const httpStatusKeys = spanAttributes.httpStatus.map(encodeText);
const grpcStatusKeys = spanAttributes.grpcStatus.map(encodeText);

/** What became of the failures of one request, as far as it says. */
export class Outcomes {
  private readonly traces: LocalTraces;
  private readonly view: SpanView;
  private readonly attempts: Pick<Attempts, 'isRecovered'>;
  private readonly roots = new Map<number, RootOutcome>();
  private readonly askFailed: (index: number) => boolean | undefined;

  constructor(traces: LocalTraces, view: SpanView, attempts: Pick<Attempts, 'isRecovered'>) {
    this.traces = traces;
    this.view = view;
    this.attempts = attempts;
    this.askFailed = traces.askUpwards((index) => {
      if (view.moveTo(index).statusCode === statusCode.error) return true;
      return traces.rootOf(index) === index ? false : undefined;
    });
  }

  of(index: number): Outcome {
    return this.attempts.isRecovered(index) ? 'recovered' : this.ofAnyAt(index, false);
  }

  /** What became of a failure at or below this span. @param spanFailed whether a span below it has the status ERROR */
  ofAnyAt(index: number, spanFailed: boolean): Outcome {
    const root = this.rootOutcome(this.traces.rootOf(index));
    if (root !== 'well' && root !== 'told') return root;
    return root === 'well' && (spanFailed || this.hasFailed(index)) ? 'swallowed' : 'handled';
  }

  /** Whether this span, or one above it in its local trace, has the status ERROR. */
  hasFailed(index: number): boolean {
    return this.askFailed(index) === true;
  }

  private rootOutcome(root: number): RootOutcome {
    let outcome = this.roots.get(root);
    if (outcome === undefined) this.roots.set(root, (outcome = this.readRoot(root)));
    return outcome;
  }

  private readRoot(root: number): RootOutcome {
    const span = this.view.moveTo(root);
    if (!this.traces.isLocalRoot(span)) return 'open';
    const isServer = span.kind === spanKind.server;
    const status = isServer ? Number(valueOf(span, httpStatusKeys) ?? 0) : 0;
    if (status >= 400 && status <= 499) return 'told';
    if (status >= 500 || span.statusCode === statusCode.error)
      return isUnhandledAt(span) ? 'unhandled' : 'failed';
    return isServer && (grpcNumberOf(valueOf(span, grpcStatusKeys)) ?? 0) > 0 ? 'told' : 'well';
  }
}

function valueOf(span: SpanView, keys: readonly Uint8Array[]): AttributeValue | undefined {
  return keys.map((key) => span.attribute(key)).find((each) => each !== undefined);
}

/** A server goes on with the next request; of anything else that the app does by itself, or was handed, nobody was left to handle it. */
function isUnhandledAt(root: SpanView): boolean {
  if (!root.hasException) return false;
  return !othersHandle.has(root.kind) || hasEscaped(root);
}

const othersHandle: ReadonlySet<number> = new Set([spanKind.server, spanKind.client, spanKind.producer]);
