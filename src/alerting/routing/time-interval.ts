import { timeIn } from './zoned-time.ts';

/** Both ends included. */
export interface Range {
  first: number;
  last: number;
}

/** Times that all of what is said here is true of; what is left out is true of all times. */
export interface TimeInterval {
  /** Minutes of the day. */
  times?: readonly Range[] | undefined;
  /** 0 = Sunday. */
  weekdays?: readonly Range[] | undefined;
  /** 1 is the first; -1 is the last, whatever the month. */
  days_of_month?: readonly Range[] | undefined;
  months?: readonly Range[] | undefined;
  years?: readonly Range[] | undefined;
  /** Name in the IANA database of time zones; `Local` is that of this machine. */
  location: string;
}

export interface NamedTimeIntervals {
  name: string;
  /** Any of them will do. */
  time_intervals: readonly TimeInterval[];
}

/** Names of those that contain a time, milliseconds since the Unix epoch. */
export function intervalsAt(intervals: readonly NamedTimeIntervals[], at: number): Set<string> {
  const containing = intervals.filter(({ time_intervals: any }) => any.some((each) => contains(each, at)));
  return new Set(containing.map(({ name }) => name));
}

export function contains(interval: TimeInterval, at: number): boolean {
  const { times, weekdays, days_of_month: days, months, years, location } = interval;
  const time = timeIn(location, at);
  return (
    isIn(times, time.minute) &&
    isIn(weekdays, time.weekday) &&
    isIn(years, time.year) &&
    isIn(months, time.month) &&
    isIn(days && daysIn(days, time.daysInMonth), time.day)
  );
}

function isIn(ranges: readonly Range[] | undefined, value: number): boolean {
  return ranges === undefined || ranges.some(({ first, last }) => value >= first && value <= last);
}

/** Days counted from the end of a month, as days of one that is so long. */
export function daysIn(ranges: readonly Range[], daysInMonth: number): Range[] {
  const fromStart = (day: number): number => (day < 0 ? daysInMonth + day + 1 : day);
  return ranges.map(({ first, last }) => ({ first: fromStart(first), last: fromStart(last) }));
}
