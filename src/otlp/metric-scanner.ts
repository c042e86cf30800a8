import { dataPoints, exportMetricsServiceRequest, metric } from './schema/metrics.ts';
import { KeyIndex } from './schema/key-index.ts';
import { SchemaWalk } from './schema-walk.ts';
import { WireReader } from './wire.ts';

/** Metrics by name that somebody reads: a fixed set, declared once. */
export class KnownMetrics<Name extends string = string> {
  readonly names: readonly Name[];
  private readonly index = new KeyIndex<Name>();
  /** 1 at the length of each. */
  private readonly lengths: Uint8Array;

  constructor(names: readonly Name[]) {
    this.names = names;
    this.lengths = new Uint8Array(1 + Math.max(0, ...names.map((name) => name.length)));
    for (const name of names) {
      this.index.add(name, name);
      this.lengths[name.length] = 1;
    }
  }

  /** The name that these bytes are; undefined if nobody reads a metric of that name. */
  find(bytes: Uint8Array, start: number, end: number): Name | undefined {
    // Asked for every metric: most are told apart by the length of their name.
    return this.lengths[end - start] === 1 ? this.index.find(bytes, start, end) : undefined;
  }
}

/** Where a metric that is known stands, and the ResourceMetrics that it is in. */
export interface MetricRange<Name extends string = string> {
  name: Name;
  start: number;
  end: number;
  resourceStart: number;
  resourceEnd: number;
}

/** What stands in one request. */
export interface MetricBatch<Name extends string = string> {
  readonly bytes: Uint8Array;
  /** Data points of all metrics. */
  readonly points: number;
  /** The metrics that are known, in their order; none in most requests. */
  readonly known: readonly MetricRange<Name>[];
  /** Known metrics that are not in the list, since there were too many. */
  readonly leftOut: number;
}

/** An app has a few of each name in a request; more is made by who wants to fill a memory. */
export const mostKnownMetrics = 4_096;

const nameTag = 0x0a;

/**
 * Walks a whole ExportMetricsServiceRequest (metrics.proto, metrics_service.proto of opentelemetry-proto) once: counts its data points,
 * refuses what is broken, and notes where metrics with known names are. It decodes nothing; `MetricView` does, when asked.
 * @throws MalformedOtlp
 */
export function scanMetrics<Name extends string>(
  request: Uint8Array,
  names: KnownMetrics<Name>,
): MetricBatch<Name> {
  const bytes = new Uint8Array(request.buffer, request.byteOffset, request.byteLength);
  const known: MetricRange<Name>[] = [];
  let leftOut = 0;
  const reader = new WireReader();
  reader.reset(bytes);
  const found = (start: number, end: number, resourceStart: number, resourceEnd: number): void => {
    const name = knownName(reader, start, end, names);
    if (name === undefined) return;
    if (known.length < mostKnownMetrics) known.push({ name, start, end, resourceStart, resourceEnd });
    else leftOut++;
  };
  const points = new SchemaWalk(bytes, new Set(dataPoints), { message: metric, found }).count(
    exportMetricsServiceRequest,
  );
  return { bytes, points, known, leftOut };
}

/** Asked for every metric. The name comes first from every known sender; of several the first counts. */
function knownName<Name extends string>(
  reader: WireReader,
  start: number,
  end: number,
  names: KnownMetrics<Name>,
): Name | undefined {
  reader.at = start;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === nameTag) {
      const length = reader.length(end);
      return names.find(reader.bytes, reader.at, reader.at + length);
    }
    reader.skip(tag, end);
  }
  return undefined;
}
