import type { Series } from '../metrics/family.ts';
import { labelName } from '../metrics/label-name.ts';
import type { LabelValues } from '../metrics/labels.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Info } from '../metrics/scalar.ts';
import type { SeriesBudget } from '../metrics/series-budget.ts';

/**
 * Attributes of resources that say what runs, beside service, version and environment: never which of many it is, since a series for
 * each pod would live on long after it.
 */
export const targetAttributes = [
  'service.namespace',
  'telemetry.sdk.language',
  'telemetry.sdk.name',
  'telemetry.sdk.version',
  'process.runtime.name',
  'process.runtime.version',
] as const;

export const targetLabels: readonly string[] = [
  'service.name',
  'service.version',
  'deployment.environment.name',
  ...targetAttributes,
].map(labelName);

/**
 * What is known of the resources that spans come from, to be joined with other metrics by `service_name`
 * (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#resource-attributes-1). The labels job and instance
 * are for who scrapes to set.
 */
export class TargetInfo {
  private readonly info: Info;
  /** By the values as the caller keeps them. */
  private readonly known = new WeakMap<LabelValues, Series>();

  constructor(registry: MetricRegistry, budget: SeriesBudget) {
    this.info = registry.info({
      name: 'target_info',
      help: 'What runs and sends spans.',
      labels: targetLabels,
      budget,
    });
  }

  /** @param values in the order of `targetLabels`; quick for those that are the same object as before */
  seen(values: LabelValues): void {
    const known = this.known.get(values);
    if (known !== undefined && this.info.touch(known)) return;
    const series = this.info.series(values);
    // Where there was no room, there may be some the next time.
    if (!this.info.isOverflow(series)) this.known.set(values, series);
  }
}
