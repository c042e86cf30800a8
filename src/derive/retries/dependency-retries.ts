/** How often a service tries again what it asks of another. Counts are since it is known, weighted by their sampling threshold. */
export interface DependencyRetries {
  service: string;
  dependency: string;
  attempts: number;
  retries: number;
  /** Calls that were tried again, by what became of them. */
  recovered: number;
  exhausted: number;
  /** Attempts for each call in the last minute. */
  amplification: number;
  /** Milliseconds since the Unix epoch; undefined if there is no storm. */
  stormSince: number | undefined;
}
