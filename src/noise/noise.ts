import { spanAttributes } from '../conventions/attributes.ts';
import { Interner } from '../otlp/interner.ts';
import { type SpanView, spanKind } from '../otlp/span-view.ts';
import { encodeText } from '../otlp/text.ts';
import { isHealthCheckPath, isHealthCheckSpanName } from './health-checks.ts';

/** Name of a rule, as it is configured, counted and shown. */
export type NoiseRule = 'health-checks';
export const noiseRules: readonly NoiseRule[] = ['health-checks'];

export interface NoiseOptions {
  healthChecks: boolean;
}

const urlPaths = spanAttributes.urlPath.map(encodeText);
const httpMethods = spanAttributes.httpMethod.map(encodeText);

/** A check only looks; what changes something is business, whatever its path. */
const checkingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

type Verdict = 'noise' | 'not noise' | 'ask the path';

/**
 * Says of a local root whether its local trace is noise. It only knows the root; that a local trace in which something
 * failed is never dropped is the pipeline's to see to, since only it knows the whole of it.
 */
export class Noise {
  private options: NoiseOptions;
  /** Names are few and come again with every request, so each is judged once. */
  private readonly names = new Interner(4096);
  private readonly verdicts: Verdict[] = [];

  constructor(options: NoiseOptions) {
    this.options = options;
  }

  /** Judges by other options from here on. What is known of names does not depend on them. */
  configure(options: NoiseOptions): void {
    this.options = options;
  }

  /** The rule under which this local root is noise, if any is. */
  judge(root: SpanView): NoiseRule | undefined {
    if (!this.options.healthChecks || root.kind !== spanKind.server) return undefined;
    const verdict = this.verdictOnName(root);
    if (verdict === 'ask the path') return pathIsHealthCheck(root) ? 'health-checks' : undefined;
    return verdict === 'noise' ? 'health-checks' : undefined;
  }

  private verdictOnName(root: SpanView): Verdict {
    const number = root.internName(this.names);
    if (number === -1) return verdictOn(root.name);
    this.verdicts[number] ??= verdictOn(this.names.text(number));
    return this.verdicts[number];
  }
}

/** A name with a path in it is the route; one without (`GET`) says nothing of what was asked for. */
function verdictOn(name: string): Verdict {
  if (isHealthCheckSpanName(name)) return 'noise';
  return name.includes('/') ? 'not noise' : 'ask the path';
}

function pathIsHealthCheck(root: SpanView): boolean {
  const path = firstText(root, urlPaths);
  const method = firstText(root, httpMethods) ?? root.name;
  return path !== undefined && checkingMethods.has(method) && isHealthCheckPath(path);
}

function firstText(span: SpanView, keys: readonly Uint8Array[]): string | undefined {
  for (const key of keys) {
    const value = span.attribute(key);
    if (typeof value === 'string') return value;
  }
  return undefined;
}
