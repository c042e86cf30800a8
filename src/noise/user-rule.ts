import { type Matcher, matchesAll } from '../match/matcher.ts';
import { SpanSubject } from '../otlp/span-subject.ts';
import type { Check, Rule } from './rule.ts';

/** A rule of the configuration. */
export class UserRule implements Rule {
  readonly name: string;
  private readonly where: readonly Matcher[];

  constructor(name: string, where: readonly Matcher[]) {
    this.name = name;
    this.where = where;
  }

  checkFor(): Check {
    return (root, service) => matchesAll(this.where, new SpanSubject(root, service));
  }
}
