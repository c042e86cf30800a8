import { type Matcher, matchesAll } from '../match/matcher.ts';
import type { AttributeValue } from '../otlp/attributes.ts';
import { type Redaction, readBeyond } from '../redact/redactor.ts';
import { remembered } from '../runtime/remembered.ts';
import { cleanCause } from './call-text.ts';
import type { ErrorEvent, Frame, Severity, Swallowed } from './error-event.ts';
import { EventSubject } from './event-subject.ts';
import { type Failure, isMinor, knownFailure } from './failure.ts';
import { longest } from './failure-details.ts';
import { supportCode } from '../conventions/support-code.ts';
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

/** What the user says of error events. */
export class ErrorPolicy {
  private options: ErrorOptions;
  private knownFrames = new WeakMap<readonly Frame[], readonly Frame[]>();
  /** The key of an attribute as it may be stored. */
  private cleanKey: (key: string) => string;

  constructor(options: ErrorOptions) {
    this.options = options;
    this.cleanKey = keyCleaner(options);
  }

  /** Takes other rules from now on. */
  configure(options: ErrorOptions): void {
    this.options = options;
    this.knownFrames = new WeakMap();
    this.cleanKey = keyCleaner(options);
  }

  /** Another object when it is another one. */
  get redaction(): Redaction {
    return this.options.redaction;
  }

  get keptPerMinute(): number {
    return this.options.keptPerMinute;
  }

  /** Whether a rule may say of a failure that it is expected, or low. */
  get playsDown(): boolean {
    const { severity, expected } = this.options;
    return expected.length > 0 || severity.some((rule) => rule.severity === 'low');
  }

  /** Whether what fails there is nothing to look at. */
  ignores(environment: string): boolean {
    return this.options.environmentsIgnored.has(environment);
  }

  /** As the rules see it; undefined if it is no event here. */
  judge(failure: Failure): Failure | undefined {
    const { severity, expected, fingerprint, enrich, environmentsIgnored } = this.options;
    if (environmentsIgnored.has(failure.environment)) return undefined;
    if (severity.length + expected.length + fingerprint.length + enrich.length === 0) return failure;
    return this.judged(this.enriched(failure.describe()), failure);
  }

  /** The event as it may be stored, its texts as long as they may be. Its fingerprint stays: it is made of what it says, and says nothing of it. */
  redact(event: ErrorEvent): ErrorEvent {
    const { redaction, indexAttributes } = this.options;
    const { likelyCause, breadcrumbs, swallowed } = event;
    const indexed = indexAttributes.filter((key) => Object.hasOwn(event.attributes, key));
    const attributes = Object.entries(event.attributes).map(([key, value]) => [
      this.cleanKey(key),
      redaction.attribute(key, value, longest.value),
    ]);
    return {
      ...event,
      type: redaction.text(event.type, longest.type),
      component: redaction.text(event.component, longest.value),
      message: redaction.text(event.message, longest.message),
      stack: redaction.text(event.stack, longest.stack),
      frames: this.redactedFrames(event.frames),
      operation: redaction.text(event.operation, longest.operation),
      ...(likelyCause === undefined ? {} : { likelyCause: this.redactCause(likelyCause) }),
      ...(breadcrumbs === undefined
        ? {}
        : {
            breadcrumbs: breadcrumbs.map((each) => ({
              ...each,
              message: redaction.text(each.message, longest.breadcrumb),
            })),
          }),
      ...(swallowed === undefined ? {} : { swallowed: this.redactSwallowed(swallowed) }),
      ...this.redactedCode(event),
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

  redactSwallowed({ operation, dependency }: Swallowed): Swallowed {
    const { redaction } = this.options;
    return {
      operation: redaction.text(operation, longest.operation),
      dependency: redaction.text(dependency, longest.operation),
    };
  }

  /** A short text in which there may be what an app says. */
  redactText(text: string): string {
    return this.options.redaction.text(text, longest.operation);
  }

  /** @param text see `causeText` */
  redactCause(text: string): string {
    return cleanCause(text, (line, most) => this.options.redaction.text(line, most));
  }

  /** One that the app made of a secret is none that anybody reads out. */
  private redactedCode({ ownSupportCode: own, traceId }: ErrorEvent): Partial<ErrorEvent> {
    return own === undefined || this.options.redaction.text(own) === own
      ? {}
      : { supportCode: supportCode(traceId), ownSupportCode: undefined };
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
      ...(frame.module === undefined ? {} : { module: redaction.text(frame.module) }),
    }));
    const isClean = clean.every(
      ({ file, function: name, module }, i) =>
        file === frames[i]!.file && name === frames[i]!.function && module === frames[i]!.module,
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

  private judged(event: ErrorEvent, { ifBecomes, user, breadcrumbs, formerFingerprints }: Failure): Failure {
    const matches = ({ where }: { where: readonly Matcher[] }, of: ErrorEvent): boolean =>
      matchesAll(where, new EventSubject(of));
    const rule = this.options.severity.find((each) => matches(each, event));
    const judged = rule === undefined ? event : { ...event, severity: rule.severity, held: undefined };
    const isExpected = this.options.expected.some((each) => matches(each, judged));
    const seen = { ...judged, expected: isExpected };
    const found = isMinor(seen) ? { ...seen, swallowed: undefined } : seen;
    const known = knownFailure(this.named(found));
    return {
      ...known,
      user,
      breadcrumbs,
      ...(rule === undefined ? { ifBecomes } : {}),
      // A rule may say how the default is to be split.
      formerFingerprints: () =>
        formerFingerprints()
          .map((fingerprint) => this.named({ ...found, fingerprint }).fingerprint)
          .filter((fingerprint) => fingerprint !== known.fingerprint),
    };
  }

  private named(event: ErrorEvent): ErrorEvent {
    const named = fingerprintByRule(this.options.fingerprint, event);
    return named === undefined ? event : { ...event, fingerprint: named };
  }
}

/** Keys are few and come again with every event. */
function keyCleaner({ redaction }: ErrorOptions): (key: string) => string {
  const memory = { most: 1024, longest: longest.key + readBeyond };
  return remembered(memory, (key) => redaction.text(key, longest.key));
}
