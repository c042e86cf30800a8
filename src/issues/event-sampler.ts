import type { ErrorEvent, Severity } from '../errors/error-event.ts';
import { isMoreSevere } from '../errors/severity.ts';

/** Of one issue. */
interface Sample {
  /** Events that may be kept whole at once. */
  room: number;
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
  keeps(issueId: string, event: Sampled, now: number, perMinute: number): boolean {
    const { version, expected } = event;
    const severity = event.held ?? event.severity;
    const swallowed = event.swallowed !== undefined;
    const sample = this.find(issueId);
    if (sample === undefined) {
      const versions = new Set([version]);
      const isStored = false;
      this.remember(issueId, {
        room: perMinute - 1,
        at: now,
        isStored,
        severity,
        settled: event.severity,
        versions,
        expected,
        swallowed,
      });
      return true;
    }
    sample.room = Math.min(perMinute, sample.room + ((now - sample.at) * perMinute) / minute);
    sample.at = now;
    if (sample.isStored && !isNews(event, sample) && sample.room < 1) return false;
    if (isMoreSevere(severity, sample.severity)) sample.severity = severity;
    if (isMoreSevere(event.severity, sample.settled)) sample.settled = event.severity;
    sample.versions.add(version);
    sample.expected &&= expected;
    sample.swallowed ||= swallowed;
    sample.room = Math.max(0, sample.room - 1);
    return true;
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
