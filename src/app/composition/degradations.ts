import type { HealthAnswer } from '../../admin/contract.ts';
import type { MetricRegistry } from '../../metrics/registry.ts';

/** Parts that Tocsin can do without, for a while, in one way or another. */
export type DegradedPart =
  | 'configuration'
  | 'data_directory'
  | 'store_replaced'
  | 'dry_run'
  | 'otlp_listener'
  | 'otlp_grpc_listener'
  | 'otlp_certificate'
  | 'otlp_grpc_certificate'
  | 'metrics_listener'
  | 'admin_listener'
  | 'buttons_listener';

/** Something that is not as it was configured, and what that means. */
export interface Degradation {
  part: DegradedPart;
  /** For people: what is wrong, and what is lost by it. */
  detail: string;
  /** It stands in for something without which Tocsin would not run at all, but for `--fail-open`. */
  isFailOpen: boolean;
}

/** What is not as it was configured, at this moment; one entry a part. */
export class Degradations {
  private readonly byPart = new Map<DegradedPart, Degradation>();

  set(degradation: Degradation): void {
    this.byPart.set(degradation.part, degradation);
  }

  clear(part: DegradedPart): void {
    this.byPart.delete(part);
  }

  get(part: DegradedPart): Degradation | undefined {
    return this.byPart.get(part);
  }

  get list(): readonly Degradation[] {
    return [...this.byPart.values()];
  }
}

/** Whether Tocsin runs on something only because of `--fail-open`. */
export function failOpenGauge(registry: MetricRegistry, degradations: Degradations): void {
  const gauge = registry.gauge({
    name: 'tocsin_fail_open',
    help: 'Whether Tocsin runs without something that it was configured with (--fail-open).',
  });
  registry.onCollect(() => {
    gauge.set(gauge.series(), degradations.list.some(({ isFailOpen }) => isFailOpen) ? 1 : 0);
  });
}

/** Health, with each of them as a component; nothing is healthy with one. */
export function withDegradations(answer: HealthAnswer, degradations: readonly Degradation[]): HealthAnswer {
  if (degradations.length === 0) return answer;
  const components = degradations.map(({ part, detail }) => [part, { status: 'degraded', detail }] as const);
  return {
    ...answer,
    status: answer.status === 'healthy' ? 'degraded' : answer.status,
    components: { ...answer.components, ...Object.fromEntries(components) },
  };
}
