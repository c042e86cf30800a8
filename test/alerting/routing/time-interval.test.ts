import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { contains, intervalsAt, type TimeInterval } from '../../../src/alerting/routing/time-interval.ts';
import { isLocation } from '../../../src/alerting/routing/zoned-time.ts';

const only = (first: number, last = first) => [{ first, last }];
const office: Partial<TimeInterval> = { times: only(9 * 60, 17 * 60 - 1), weekdays: only(1, 5) };

suite('a time interval contains', () => {
  const table: [what: string, interval: Partial<TimeInterval>, at: string, expected: boolean][] = [
    ['everything if it says nothing', {}, '2026-11-29T12:00Z', true],
    ['its first minute', office, '2026-11-30T09:00Z', true],
    ['the end of its last minute', office, '2026-11-30T16:59:59.999Z', true],
    ['not the minute after', office, '2026-11-30T17:00Z', false],
    ['not another day of the week', office, '2026-11-29T12:00Z', false],
    ['the last minute of a day', { times: only(0, 1439) }, '2026-11-30T23:59:59Z', true],
    ['sunday, the first day', { weekdays: only(0) }, '2026-11-29T12:00Z', true],
    ['saturday, the last', { weekdays: only(6) }, '2026-11-28T23:59Z', true],
    ['the last day of a month', { days_of_month: only(-1) }, '2026-02-28T12:00Z', true],
    ['of a leap year too', { days_of_month: only(-1) }, '2028-02-28T12:00Z', false],
    ['the last three', { days_of_month: only(-3, -1) }, '2026-11-28T12:00Z', true],
    ['no more', { days_of_month: only(-3, -1) }, '2026-11-27T12:00Z', false],
    ['the rest of a month', { days_of_month: only(20, -1) }, '2026-11-30T12:00Z', true],
    ['what is beyond a month not at all', { days_of_month: only(30, 31) }, '2026-02-28T12:00Z', false],
    ['from before the first', { days_of_month: only(-31, -28) }, '2026-02-01T12:00Z', true],
    ['a month', { months: only(3, 5) }, '2026-05-31T23:59Z', true],
    ['not the next', { months: only(3, 5) }, '2026-06-01T00:00Z', false],
    ['a year', { years: only(2026) }, '2026-01-01T00:00Z', true],
    ['not the one before', { years: only(2026) }, '2025-12-31T23:59Z', false],
    ['what is true of all parts', { ...office, months: only(12) }, '2026-11-30T12:00Z', false],
    ['any of several', { weekdays: [...only(1), ...only(0)] }, '2026-11-29T12:00Z', true],
  ];
  for (const [what, interval, at, expected] of table) {
    test(`${what}: ${at}`, () =>
      assert.equal(contains({ location: 'UTC', ...interval }, Date.parse(at)), expected));
  }
});

suite('by the clocks of a place', () => {
  const nine = only(9 * 60, 10 * 60 - 1);
  const table: [location: string, interval: Partial<TimeInterval>, at: string, expected: boolean][] = [
    // Summer time ends there on 25 October 2026, at 01:00 UTC.
    ['Europe/Berlin', { times: nine }, '2026-10-24T07:30Z', true],
    ['Europe/Berlin', { times: nine }, '2026-10-25T07:30Z', false],
    ['Europe/Berlin', { times: nine }, '2026-10-25T08:30Z', true],
    // The hour from two to three comes twice …
    ['Europe/Berlin', { times: only(120, 179) }, '2026-10-25T00:30Z', true],
    ['Europe/Berlin', { times: only(120, 179) }, '2026-10-25T01:30Z', true],
    ['Europe/Berlin', { times: only(120, 179) }, '2026-10-25T02:00Z', false],
    // … and in spring not at all.
    ['Europe/Berlin', { times: only(120, 179) }, '2026-03-29T00:59Z', false],
    ['Europe/Berlin', { times: only(120, 179) }, '2026-03-29T01:00Z', false],
    ['Europe/Berlin', { times: only(180, 239) }, '2026-03-29T01:00Z', true],
    // A month in which an hour is missing is as long as any other.
    ['Europe/Berlin', { days_of_month: only(-1) }, '2026-03-31T12:00Z', true],
    ['Europe/Berlin', { days_of_month: only(-1) }, '2026-03-30T12:00Z', false],
    ['Australia/Lord_Howe', { times: only(9 * 60 + 30) }, '2026-11-29T22:30Z', true],
    ['Asia/Kathmandu', { times: only(5 * 60 + 45) }, '2026-11-29T00:00Z', true],
    // Where it is another day, month and year already.
    [
      'Pacific/Kiritimati',
      { weekdays: only(5), days_of_month: only(1), months: only(1), years: only(2027) },
      '2026-12-31T10:30Z',
      true,
    ],
    ['America/New_York', { years: only(2026) }, '2027-01-01T04:59Z', true],
    ['America/New_York', { times: only(0) }, '2026-11-29T05:00Z', true],
  ];
  for (const [location, interval, at, expected] of table) {
    test(`${location} ${JSON.stringify(interval)} ${expected ? 'contains' : 'does not contain'} ${at}`, () =>
      assert.equal(contains({ ...interval, location }, Date.parse(at)), expected));
  }

  test('which are those of the IANA database, and of this machine', () => {
    for (const name of ['UTC', 'Local', 'Europe/Berlin', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'])
      assert.ok(isLocation(name), name);
    for (const name of ['Mars/Olympus', '+02:00', '', 'Europe/Berlin ', '02:00'])
      assert.ok(!isLocation(name), name);
  });
});

test('a named one contains what any of its parts does', () => {
  const named = [
    {
      name: 'weekend',
      time_intervals: [
        { weekdays: only(6), location: 'UTC' },
        { weekdays: only(0), location: 'UTC' },
      ],
    },
    { name: 'never', time_intervals: [] },
    { name: 'always', time_intervals: [{ location: 'UTC' }] },
  ];
  assert.deepEqual([...intervalsAt(named, Date.parse('2026-11-29T12:00Z'))], ['weekend', 'always']);
});
