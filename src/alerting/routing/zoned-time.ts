/** What calendars and clocks show at one place of the earth. */
export interface ZonedTime {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  daysInMonth: number;
  /** 0 = Sunday. */
  weekday: number;
  /** Of the day. */
  minute: number;
}

/** Making one takes as long as a thousand uses; there are as many as a configuration names. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** @param at milliseconds since the Unix epoch */
export function timeIn(location: string, at: number): ZonedTime {
  const parts = new Map(
    formatOf(location)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const [year, month, day] = [parts.get('year')!, parts.get('month')!, parts.get('day')!];
  return {
    year,
    month,
    day,
    daysInMonth: daysInMonth(year, month),
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    minute: parts.get('hour')! * 60 + parts.get('minute')!,
  };
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Whether a place is in the IANA database, by a name that Alertmanager takes as well. */
export function isLocation(name: string): boolean {
  // Offsets such as +02:00 know nothing of summer.
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** @throws RangeError */
function formatOf(location: string): Intl.DateTimeFormat {
  const known = formats.get(location);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    ...(location === 'Local' ? {} : { timeZone: location }),
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(location, format);
  return format;
}
