import type { Matcher } from '../match/matcher.ts';
import type { SpanView } from '../otlp/span-view.ts';
import { GrpcHealth } from './grpc-health.ts';
import { HealthChecks } from './health-checks.ts';
import { MetricsScrapes } from './metrics-scrapes.ts';
import { type BuiltInRule, builtInRules, type Rule } from './rule.ts';
import { UserRule } from './user-rule.ts';

export interface NoiseOptions {
  /** Built-in rules that are asked. */
  builtIn: ReadonlySet<BuiltInRule>;
  /** Rules of the user, which are asked first, in this order. */
  drop: readonly { name: string; where: readonly Matcher[] }[];
}

/**
 * Says of a local root whether its local trace is noise. It only knows the root; that a local trace in which something
 * failed is never dropped is the pipeline's to see to, since only it knows the whole of it.
 */
export class Noise {
  private rules: readonly Rule[] = [];

  constructor(options: NoiseOptions) {
    this.configure(options);
  }

  /** Takes other rules from now on. */
  configure({ builtIn, drop }: NoiseOptions): void {
    const made: Record<BuiltInRule, () => Rule> = {
      'health-checks': () => new HealthChecks(),
      'grpc-health': () => new GrpcHealth(),
      'metrics-scrapes': () => new MetricsScrapes(),
    };
    this.rules = [
      ...drop.map(({ name, where }) => new UserRule(name, where)),
      ...builtInRules.filter((name) => builtIn.has(name)).map((name) => made[name]()),
    ];
  }

  /** Those that are asked, in their order. */
  get names(): readonly string[] {
    return this.rules.map(({ name }) => name);
  }

  /** Name of the first rule under which this local root is noise. @param service that it is of */
  judge(root: SpanView, service: string): string | undefined {
    for (const rule of this.rules) if (rule.matches(root, service)) return rule.name;
    return undefined;
  }
}
