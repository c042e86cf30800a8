export const subjectNames = ['tocsin', 'reference'] as const;
export type SubjectName = (typeof subjectNames)[number];

/** How a program that is measured is started. */
export interface Launch {
  /** Arguments of node. */
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Where it takes OTLP, such as `http://127.0.0.1:4318`. */
  otlpUrl: string;
  readyUrl: string;
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
