import type { Matcher } from '../match/matcher.ts';
import { Interner } from '../otlp/interner.ts';
import type { SpanView } from '../otlp/span-view.ts';
import { GrpcHealth } from './grpc-health.ts';
import { HealthChecks } from './health-checks.ts';
import { MetricsScrapes } from './metrics-scrapes.ts';
import { type BuiltInRule, builtInRules, type Check, never, type Rule } from './rule.ts';
import { UserRule } from './user-rule.ts';

/** Of roots, that are told apart. */
const mostNames = 4096;

interface NamedCheck {
  /** The rule's name. */
  rule: string;
  check: Check;
}

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
  private rootNames = new Interner(mostNames);
  /** By the number of a root's name. */
  private checks: (readonly NamedCheck[])[] = [];

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
    this.rootNames = new Interner(mostNames);
    this.checks = [];
  }

  /** Those that are asked, in their order. */
  get names(): readonly string[] {
    return this.rules.map(({ name }) => name);
  }

  /** Name of the first rule under which this local root is noise. @param service that it is of */
  judge(root: SpanView, service: string): string | undefined {
    for (const { rule, check } of this.checksFor(root)) if (check(root, service)) return rule;
    return undefined;
  }

  private checksFor(root: SpanView): readonly NamedCheck[] {
    const number = root.internName(this.rootNames);
    if (number === -1) return this.checksForName(root.name);
    return (this.checks[number] ??= this.checksForName(this.rootNames.text(number)));
  }

  private checksForName(rootName: string): readonly NamedCheck[] {
    return this.rules
      .map((rule) => ({ rule: rule.name, check: rule.checkFor(rootName) }))
      .filter(({ check }) => check !== never);
  }
}
