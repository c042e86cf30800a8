export const subjectNames = ['tocsin', 'otelcol', 'reference'] as const;
export type SubjectName = (typeof subjectNames)[number];

/** How a program that is measured is started. */
export interface Launch {
  /** The binary; undefined = node. */
  program?: string;
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Where it takes OTLP, such as `http://127.0.0.1:4318`. */
  otlpUrl: string;
  /** The same over gRPC; undefined = nowhere. */
  grpcUrl?: string;
  readyUrl: string;
  /** Where a Prometheus scrapes the calls that it counted. */
  metricsUrl: string;
  /** Where, and in which counter, it says how many spans it dropped; undefined = nowhere. */
  dropped?: { url: string; counter: string };
}

export interface LaunchOptions {
  /** Empty and its own; deleted afterwards. */
  directory: string;
  /** Where what is kept is sent on; undefined = nowhere. */
  forward: { endpoint: string; gzip: boolean } | undefined;
}

export interface Subject {
  name: SubjectName;
  launch(options: LaunchOptions): Promise<Launch>;
}

export function forwardEnvironment(forward: LaunchOptions['forward']): Record<string, string> {
  if (forward === undefined) return {};
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: forward.endpoint,
    OTEL_EXPORTER_OTLP_COMPRESSION: forward.gzip ? 'gzip' : 'none',
  };
}
