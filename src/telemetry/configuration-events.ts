import type { MetricRegistry } from '../metrics/registry.ts';
import type { Gauge } from '../metrics/scalar.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from './log.ts';
import { type TellOwnFailure, untold } from './own-failure.ts';

/** One mistake most often makes others; who wants all of them asks `tocsin check`. */
const mostLines = 20;

/** What happens to the configuration while Tocsin runs; the metrics are named like Prometheus' and Alertmanager's own. */
export class ConfigurationEvents {
  private readonly log: Log;
  private readonly tell: TellOwnFailure;
  private readonly clock: Clock;
  private readonly successful: Gauge;
  private readonly succeededAt: Gauge;

  constructor(registry: MetricRegistry, log: Log, clock: Clock, tell: TellOwnFailure = untold) {
    this.log = log;
    this.tell = tell;
    this.clock = clock;
    this.successful = registry.gauge({
      name: 'tocsin_config_last_reload_successful',
      help: 'Whether the configuration was right when it was last read.',
    });
    this.succeededAt = registry.gauge({
      name: 'tocsin_config_last_reload_success_timestamp_seconds',
      help: 'When the configuration was last read and right; 0 = not since the start.',
    });
    this.set(this.successful, 1);
    this.set(this.succeededAt, clock.now() / 1000);
  }

  /** At the start; what runs is something else than what was to be read. */
  refusedAtStart(): void {
    this.set(this.successful, 0);
    this.set(this.succeededAt, 0);
  }

  /**
   * @param applied keys that were given new values
   * @param restart keys whose new values need a restart
   */
  reloaded(applied: readonly string[], restart: readonly string[], wasRefused: boolean): void {
    this.set(this.successful, 1);
    this.set(this.succeededAt, this.clock.now() / 1000);
    const what =
      applied.length === 0 ? 'nothing changed that takes effect now' : `applied: ${listed(applied)}`;
    this.log.info(`${wasRefused ? 'the configuration is right again' : 'configuration reloaded'}; ${what}`);
    if (restart.length > 0) this.log.warn(`needs a restart: ${listed(restart)}`);
  }

  warned(lines: readonly string[]): void {
    for (const line of bounded(lines)) this.log.warn(line);
  }

  refused(lines: readonly string[]): void {
    this.set(this.successful, 0);
    const mistakes = bounded(lines).map((line) => `\n  ${line}`);
    this.log.error(
      `THE NEW CONFIGURATION IS NOT USED, since it has mistakes; Tocsin runs on with the one before:${mistakes.join('')}`,
    );
    const more = lines.length > 1 ? ` (and ${lines.length - 1} more)` : '';
    this.tell({
      kind: 'ConfigurationRefused',
      message: `the new configuration is not used, since it has mistakes: ${lines[0] ?? ''}${more}`,
    });
  }

  /** @param isOn whether nobody is told of anything from now on */
  dryRun(isOn: boolean): void {
    if (isOn)
      this.log.warn(
        'DRY RUN: NOBODY IS TOLD of anything until alerts.dry_run is false; GET /api/alerts/report says what would have been sent',
      );
    else this.log.info('the dry run is over: people are told again');
  }

  private set(gauge: Gauge, value: number): void {
    gauge.set(gauge.series(), value);
  }
}

/** The first lines, and how many more there are. */
export function bounded(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostLines) return lines;
  const more = `and ${lines.length - mostLines} more: tocsin check tells all of them`;
  return [...lines.slice(0, mostLines), more];
}

function listed(keys: readonly string[]): string {
  return bounded(keys).join(', ');
}
