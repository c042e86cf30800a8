import type { Condition, Redact } from '../conditions/condition.ts';
import type { Facts } from '../conditions/facts.ts';
import { Aggregation, aggregationKey } from './aggregation.ts';
import { SampleTable } from './sample-table.ts';
import type { SampleKind } from './samples.ts';
import { findByUserRule, type UserRule } from './user-rule.ts';

/** Some milliseconds where all is new to them. */
const inOnePiece = 20;

/** Rules that add up the same, each with its place among all rules. */
interface Sharing {
  aggregation: Aggregation;
  rules: { rule: UserRule; place: number }[];
}

/** All rules of the user's own, and what they remember of the labels that they look at. */
export class UserRules {
  private readonly redact: Redact;
  private readonly kinds = new Map<SampleKind, { table: SampleTable; sharing: Map<string, Sharing> }>();

  constructor(rules: readonly UserRule[], redact: Redact) {
    this.redact = redact;
    for (const [place, rule] of rules.entries()) {
      const { over } = rule;
      const kind = this.kinds.get(over) ?? { table: new SampleTable(over), sharing: new Map() };
      this.kinds.set(over, kind);
      const key = aggregationKey(rule);
      const sharing = kind.sharing.get(key) ?? { aggregation: new Aggregation(rule), rules: [] };
      kind.sharing.set(key, sharing);
      sharing.rules.push({ rule, place });
    }
  }

  /** What holds now, in the order of the rules; in pieces, between which others may have their turn. @param standing by the subject */
  *find(facts: Facts, standing: Pick<ReadonlySet<string>, 'has'>): Generator<undefined, Condition[]> {
    const around = { environmentOf: facts.environmentOf, standing, redact: this.redact };
    const found: Condition[][] = [];
    let looked = 0;
    for (const { table, sharing } of this.kinds.values()) {
      const come = table.look(facts);
      for (const { aggregation } of sharing.values()) aggregation.forget(come, table.labels.length);
      for (const { aggregation, rules } of sharing.values()) {
        const groups = aggregation.groups(table);
        for (const { rule, place } of rules) {
          found[place] = findByUserRule(rule, groups, around);
          if (++looked % inOnePiece === 0) yield;
        }
      }
    }
    return found.flat();
  }
}
