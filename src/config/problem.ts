import type { Path, Place } from './located.ts';

/** A mistake in the configuration, or something in it that does nothing. */
export interface Problem {
  severity: 'error' | 'warning';
  place: Place;
  /** What it is about, such as `intake.http.listen`; empty if it is about a file as a whole. */
  path: string;
  /** What is wrong, and what is allowed. */
  message: string;
}

/** Something in a configuration that is right and will most likely not do what was meant. */
export interface Advice {
  path: Path;
  message: string;
}

/** `FILE:LINE:COL: path: message`. */
export function formatProblem({ severity, place, path, message }: Problem): string {
  const where =
    'file' in place
      ? `${place.file}:${place.line}:${place.column}`
      : `environment variable ${place.variable}`;
  const about = path === '' ? '' : `${path}: `;
  return `${where}: ${about}${severity === 'warning' ? 'warning: ' : ''}${message}`;
}

/** The order in which they are read: by file as the files were given, from top to bottom; the environment last. */
export function sortProblems(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const rank = ({ place }: Problem): number[] =>
    'file' in place ? [files.indexOf(place.file), place.line, place.column] : [files.length, 0, 0];
  return [...problems].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return x[0]! - y[0]! || x[1]! - y[1]! || x[2]! - y[2]!;
  });
}
