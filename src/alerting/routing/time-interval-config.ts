import * as z from 'zod';
import type { Range } from './time-interval.ts';
import { isLocation } from './zoned-time.ts';

/** A value that is read from text in YAML, where a number needs no quotes. */
const textOrNumber = (error: string) => z.union([z.string(), z.int()], { error });

interface RangeKind {
  /** Says what may stand there. */
  message: string;
  /** NaN if it is nothing of the kind. */
  member: (text: string) => number;
  isInOrder?: (range: Range) => boolean;
}

/** `monday:friday` or `monday`; both ends are included. */
function range({ message, member, isInOrder = ({ first, last }) => first <= last }: RangeKind) {
  return textOrNumber(message).transform((written, context): Range => {
    const [first = Number.NaN, last = first, ...more] = String(written).toLowerCase().split(':').map(member);
    const isRange = more.length === 0 && !Number.isNaN(first) && !Number.isNaN(last);
    if (isRange && isInOrder({ first, last })) return { first, last };
    const problem = isRange ? 'the end comes before the beginning: write two ranges' : message;
    context.issues.push({ code: 'custom', message: problem, input: undefined });
    return z.NEVER;
  });
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const months = 'january february march april may june july august september october november december'.split(
  ' ',
);

const numberOr = (words: readonly string[], offset: number, text: string): number =>
  words.includes(text) ? words.indexOf(text) + offset : Number.NaN;
const numberIn = (least: number, most: number, text: string): number => {
  const number = /^-?\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : Number.NaN;
};

const weekday = range({
  message:
    'not a day of the week: write one, such as monday, or several as monday:friday; a week begins with sunday',
  member: (text) => numberOr(weekdays, 0, text),
});
const month = range({
  message: 'not a month: write its name or number, or several as 1:3 or may:august',
  member: (text) => (months.includes(text) ? numberOr(months, 1, text) : numberIn(1, 12, text)),
});
const year = range({
  message: 'not a year: write one, such as 2026, or several as 2026:2028',
  member: (text) => numberIn(1, 9999, text),
});
const dayOfMonth = range({
  message: 'not a day of the month: write 1 to 31, or -1 to -31 from its end, or several as 1:5 or -3:-1',
  member: (text) => numberIn(-31, 31, text) || Number.NaN,
  isInOrder: ({ first, last }) => {
    // By the shortest month, as Alertmanager does; from the end of a month no range leads back to its beginning.
    const atLeast = (day: number): number => (day < 0 ? 28 + day : day);
    return !(first < 0 && last > 0) && atLeast(first) <= atLeast(last);
  },
});

const clock = z
  .string({ error: 'not a time of the day: write it as in 09:30, in quotes' })
  .regex(
    /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
    'not a time of the day: write hours and minutes, as in 09:30; 24:00 ends it',
  )
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

/** Of what is no time, which is text still, that has been said already. */
function isInOrder({ start_time: start, end_time: end }: Record<string, unknown>): boolean {
  return typeof start !== 'number' || typeof end !== 'number' || start < end;
}

const timeRange = z
  .strictObject({
    start_time: clock.describe('hours and minutes, such as 09:00'),
    end_time: clock.describe('the first minute that is not in it any more; 24:00 is the end of the day'),
  })
  .refine(isInOrder, {
    error:
      'the end must come after the beginning: write two ranges for a night, as in 22:00 to 24:00 and 00:00 to 06:00',
  })
  .transform(({ start_time: start, end_time: end }): Range => ({ first: start, last: end - 1 }));

const list = <T extends z.ZodType>(item: T, what: string) =>
  z
    .array(item)
    .min(1, 'an empty list, in which no time is: leave the key out if all are meant')
    .max(100, 'more than 100 values')
    .optional()
    .describe(what);

const interval = z.strictObject({
  times: list(timeRange, 'of the day'),
  weekdays: list(weekday, 'such as monday:friday, or saturday'),
  days_of_month: list(dayOfMonth, 'such as 1:5; -1 is the last day, and -3:-1 the last three'),
  months: list(month, 'by name or number, such as may:august or 12'),
  years: list(year, 'such as 2026 or 2026:2028'),
  location: z
    .string()
    .refine(isLocation, {
      error: 'not a place of the IANA time zone database: write one, such as Europe/Berlin, or UTC or Local',
    })
    .default('UTC')
    .describe(
      'whose clocks it is by: a name of the IANA time zone database, such as Europe/Berlin, or Local',
    ),
});

export const timeIntervalsSchema = z.strictObject({
  name: z.string().min(1).max(256).describe('by which routes refer to it'),
  time_intervals: z
    .array(interval)
    .max(100, 'more than 100 intervals')
    .default([])
    .describe('any of them will do; of one, everything that it says must be true'),
});
