import type { Log } from '../../src/telemetry/log.ts';

/** A log that is kept as texts, by level. */
export class RecordingLog {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  readonly infos: string[] = [];
  readonly debug: Log['debug'] = () => undefined;
  readonly info: Log['info'] = (...line: unknown[]) => void this.infos.push(text(line));
  readonly warn: Log['warn'] = (...line: unknown[]) => void this.warnings.push(text(line));
  readonly error: Log['error'] = (...line: unknown[]) => void this.errors.push(text(line));
}

function text(line: readonly unknown[]): string {
  return line.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
}
