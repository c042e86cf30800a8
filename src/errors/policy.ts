import { type Matcher, matchesAll } from '../match/matcher.ts';
import type { AttributeValue } from '../otlp/attributes.ts';
import type { ErrorEvent, Frame, Severity } from './error-event.ts';
import { longestBreadcrumb } from './breadcrumb.ts';
import { EventSubject } from './event-subject.ts';
import { type Failure, knownFailure } from './failure.ts';
import { type FingerprintRule, fingerprintByRule } from './fingerprint/rule.ts';

export interface ErrorOptions {
  /** The first that matches decides. */
  severity: readonly { severity: Severity; where: readonly Matcher[] }[];
  expected: readonly { where: readonly Matcher[] }[];
  /** The first that matches decides, and else `fingerprint`. */
  fingerprint: readonly FingerprintRule[];
  enrich: readonly { set: Readonly<Record<string, AttributeValue>>; where: readonly Matcher[] }[];
  redaction: Redaction;
  environmentsIgnored: ReadonlySet<string>;
  /** Attributes that events are found by. */
  indexAttributes: readonly string[];
  /** Events of one issue that are kept whole. */
  keptPerMinute: number;
}

/** Takes out of texts what is not to be stored. */
export interface Redaction {
  text(text: string): string;
  attribute<T>(key: string, value: T): T | string;
}

/** What the user says of error events. */
export class ErrorPolicy {
  private options: ErrorOptions;
  private knownFrames = new WeakMap<readonly Frame[], readonly Frame[]>();

  constructor(options: ErrorOptions) {
    this.options = options;
  }

  /** Takes other rules from now on. */
  configure(options: ErrorOptions): void {
    this.options = options;
    this.knownFrames = new WeakMap();
  }

  get keptPerMinute(): number {
    return this.options.keptPerMinute;
  }

  /** As the rules see it; undefined if it is no event here. */
  judge(failure: Failure): Failure | undefined {
    const { severity, expected, fingerprint, enrich, environmentsIgnored } = this.options;
    if (environmentsIgnored.has(failure.environment)) return undefined;
    if (severity.length + expected.length + fingerprint.length + enrich.length === 0) return failure;
    return this.judged(this.enriched(failure.describe()), failure);
  }

  /** The event as it may be stored. Its fingerprint stays: it is made of what it says, and says nothing of it. */
  redact(event: ErrorEvent): ErrorEvent {
    const { redaction, indexAttributes } = this.options;
    const indexed = indexAttributes.filter((key) => Object.hasOwn(event.attributes, key));
    const attributes = Object.entries(event.attributes).map(([key, value]) => [
      key,
      redaction.attribute(key, value),
    ]);
    return {
      ...event,
      type: redaction.text(event.type),
      component: redaction.text(event.component),
      message: redaction.text(event.message),
      stack: redaction.text(event.stack),
      frames: this.redactedFrames(event.frames),
      operation: redaction.text(event.operation),
      ...(event.likelyCause === undefined ? {} : { likelyCause: redaction.text(event.likelyCause) }),
      ...(event.breadcrumbs === undefined
        ? {}
        : {
            breadcrumbs: event.breadcrumbs.map((each) => ({
              ...each,
              message: redaction.text(each.message).slice(0, longestBreadcrumb),
            })),
          }),
      ...(event.swallowed === undefined
        ? {}
        : {
            swallowed: {
              operation: redaction.text(event.swallowed.operation),
              dependency: redaction.text(event.swallowed.dependency),
            },
          }),
      causes:
        event.causes.length === 0
          ? event.causes
          : event.causes.map((cause) => ({
              type: redaction.text(cause.type),
              message: redaction.text(cause.message),
              frames: this.redactedFrames(cause.frames),
            })),
      attributes: Object.fromEntries(attributes) as ErrorEvent['attributes'],
      ...(indexed.length === 0 ? {} : { indexed }),
    };
  }

  redactText(text: string): string {
    return this.options.redaction.text(text);
  }

  /** The same ones for the same frames, most often as they are: they are stored once for all events that have them. */
  private redactedFrames(frames: readonly Frame[]): readonly Frame[] {
    const known = this.knownFrames.get(frames);
    if (known !== undefined) return known;
    const { redaction } = this.options;
    const clean = frames.map((frame) => ({
      ...frame,
      ...(frame.file === undefined ? {} : { file: redaction.text(frame.file) }),
      ...(frame.function === undefined ? {} : { function: redaction.text(frame.function) }),
    }));
    const isClean = clean.every(
      ({ file, function: name }, i) => file === frames[i]!.file && name === frames[i]!.function,
    );
    this.knownFrames.set(frames, isClean ? frames : clean);
    return isClean ? frames : clean;
  }

  private enriched(event: ErrorEvent): ErrorEvent {
    const subject = new EventSubject(event);
    const rules = this.options.enrich.filter(({ where }) => matchesAll(where, subject));
    if (rules.length === 0) return event;
    return { ...event, attributes: Object.assign({}, event.attributes, ...rules.map(({ set }) => set)) };
  }

  private judged(event: ErrorEvent, { ifBecomes, user, breadcrumbs }: Failure): Failure {
    const matches = ({ where }: { where: readonly Matcher[] }, of: ErrorEvent): boolean =>
      matchesAll(where, new EventSubject(of));
    const rule = this.options.severity.find((each) => matches(each, event));
    const judged = rule === undefined ? event : { ...event, severity: rule.severity, held: undefined };
    const isExpected = this.options.expected.some((each) => matches(each, judged));
    const found = isExpected ? { ...judged, expected: true, swallowed: undefined } : judged;
    const known = knownFailure(this.named(found));
    return { ...known, user, breadcrumbs, ...(rule === undefined ? { ifBecomes } : {}) };
  }

  private named(event: ErrorEvent): ErrorEvent {
    const named = fingerprintByRule(this.options.fingerprint, event);
    return named === undefined ? event : { ...event, fingerprint: named };
  }
}
