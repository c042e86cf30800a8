/** What happened in a trace before something failed in it. */
export interface Breadcrumb {
  type: 'span' | 'log';
  /** When it began, or was logged; milliseconds since the Unix epoch. */
  time: number;
  /** The span's name and whom it called, or what was logged. */
  message: string;
  level: 'debug' | 'info' | 'warning' | 'error';
  /** Of a span; undefined for a log record. */
  durationMillis?: number | undefined;
}

export const mostBreadcrumbs = 16;

/** The last ones before a time, in their order. */
export function lastBreadcrumbs<T extends Pick<Breadcrumb, 'time'>>(
  found: readonly T[],
  until: number,
): readonly T[] {
  return found
    .filter(({ time }) => time <= until)
    .sort((a, b) => a.time - b.time)
    .slice(-mostBreadcrumbs);
}
