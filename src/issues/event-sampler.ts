import type { ErrorEvent, Severity } from '../errors/error-event.ts';
import { isMoreSevere } from '../errors/severity.ts';

/** How much of an event is kept: that it was, all that its failure says, or what happened before it as well. */
export type Keeping = 'counted' | 'whole' | 'with breadcrumbs';

/** Of one issue. */
interface Sample {
  /** Events that may be kept whole at once. */
  room: number;
  /** The same of those with breadcrumbs. */
  breadcrumbRoom: number;
  /** As of this time; milliseconds. */
  at: number;
  /** Only then others may be counted: an event of which nothing is kept makes no issue. */
  isStored: boolean;
  severity: Severity;
  /** Of those whose severity is settled. */
  settled: Severity;
  versions: Set<string>;
  /** All of them were. */
  expected: boolean;
  /** One of them was. */
  swallowed: boolean;
}

type Sampled = Pick<ErrorEvent, 'severity' | 'held' | 'version' | 'expected' | 'swallowed'>;

/** Issues whose samples are remembered, twice over. */
const mostIssues = 4096;
/** Versions of the app that are told apart in one issue. */
const mostVersions = 64;
const minute = 60_000;
/** Of the events that are kept whole: they tell much the same, and take the most room and time. */
const breadcrumbsPerMinute = 20;

/**
 * Which error events are kept whole: of each issue so many a minute. What comes on top is counted, since the thousandth event of a storm
 * says what the others said. An event that is worse than those before it, or the first of a version, is always kept.
 */
export class EventSampler {
  private recent = new Map<string, Sample>();
  private older = new Map<string, Sample>();

  /**
   * @param now milliseconds of a clock that is never set back
   * @param perMinute on average; and at once, if there were few before
   */
  keeps(issueId: string, event: Sampled, now: number, perMinute: number): Keeping {
    const known = this.find(issueId);
    const sample = known ?? firstSample(event, now, perMinute);
    if (known === undefined) this.remember(issueId, sample);
    const minutes = (now - sample.at) / minute;
    sample.room = refilled(sample.room, minutes, perMinute);
    sample.breadcrumbRoom = refilled(sample.breadcrumbRoom, minutes, breadcrumbsPerMinute);
    sample.at = now;
    if (sample.isStored && !isNews(event, sample) && sample.room < 1) return 'counted';
    learn(event, sample);
    sample.room = Math.max(0, sample.room - 1);
    if (sample.breadcrumbRoom < 1) return 'whole';
    sample.breadcrumbRoom--;
    return 'with breadcrumbs';
  }

  /**
   * What became of an event that was only counted.
   * @returns whether its issue must hear of it: else it knows worse
   */
  settles(issueId: string, severity: Severity, isSwallowed: boolean): boolean {
    const sample = this.find(issueId);
    if (sample === undefined) return true;
    const isNews = isMoreSevere(severity, sample.settled) || (isSwallowed && !sample.swallowed);
    if (isMoreSevere(severity, sample.settled)) sample.settled = severity;
    sample.swallowed ||= isSwallowed;
    return isNews;
  }

  /** Whether the issue is certain to be in the store. */
  isStored(issueId: string): boolean {
    return this.find(issueId)?.isStored === true;
  }

  /** An event of this issue that was kept is stored. */
  stored(issueId: string): void {
    const sample = this.find(issueId);
    if (sample !== undefined) sample.isStored = true;
  }

  /** What was kept may not have been stored: the next event of each issue is kept again. */
  forget(): void {
    this.recent.clear();
    this.older.clear();
  }

  private find(issueId: string): Sample | undefined {
    const sample = this.recent.get(issueId);
    if (sample !== undefined) return sample;
    const before = this.older.get(issueId);
    if (before !== undefined) this.remember(issueId, before);
    return before;
  }

  private remember(issueId: string, sample: Sample): void {
    if (this.recent.size >= mostIssues) [this.older, this.recent] = [this.recent, new Map()];
    this.recent.set(issueId, sample);
  }
}

function firstSample(event: Sampled, now: number, perMinute: number): Sample {
  return {
    room: perMinute,
    breadcrumbRoom: breadcrumbsPerMinute,
    at: now,
    isStored: false,
    severity: event.held ?? event.severity,
    settled: event.severity,
    versions: new Set(),
    expected: event.expected,
    swallowed: false,
  };
}

function refilled(room: number, minutes: number, perMinute: number): number {
  return Math.min(perMinute, room + minutes * perMinute);
}

function learn({ severity, held, version, expected, swallowed }: Sampled, sample: Sample): void {
  if (isMoreSevere(held ?? severity, sample.severity)) sample.severity = held ?? severity;
  if (isMoreSevere(severity, sample.settled)) sample.settled = severity;
  sample.versions.add(version);
  sample.expected &&= expected;
  sample.swallowed ||= swallowed !== undefined;
}

function isNews({ severity, held, version, expected, swallowed }: Sampled, sample: Sample): boolean {
  return (
    isMoreSevere(held ?? severity, sample.severity) ||
    (swallowed !== undefined && !sample.swallowed) ||
    isAnother(version, sample.versions) ||
    (sample.expected && !expected)
  );
}

function isAnother(version: string, versions: ReadonlySet<string>): boolean {
  return versions.size < mostVersions && !versions.has(version);
}
