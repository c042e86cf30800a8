import { hash } from 'node:crypto';
import { type Matcher, matchesAll } from '../../match/matcher.ts';
import type { ErrorEvent } from '../error-event.ts';
import { EventSubject } from '../event-subject.ts';
import { joined } from './joined.ts';
import type { Template } from './template.ts';

/** What the user says of which events are one issue. */
export interface FingerprintRule {
  parts: readonly Template[];
  where: readonly Matcher[];
}

/** Counted up when the same rule gives the same event another fingerprint. It is not that of the built-in ones: what a rule says stays what it is. */
const version = 'rule1';

/** By the first rule that matches; undefined if none does. A hash, since what it is made of may be secret. */
export function fingerprintByRule(rules: readonly FingerprintRule[], event: ErrorEvent): string | undefined {
  const subject = new EventSubject(event);
  const rule = rules.find(({ where }) => matchesAll(where, subject));
  if (rule === undefined) return undefined;
  const parts = rule.parts.map((part) => part(event));
  // Nothing but the default is the default.
  const [only] = parts;
  if (parts.length === 1 && only === event.fingerprint) return only;
  return `${version}:${hash('sha256', joined(parts)).slice(0, 32)}`;
}
