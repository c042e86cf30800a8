import * as z from 'zod';

/** What there is to say of a value that is written as text and read as something else. */
export interface ScalarKind {
  /** A word for the documentation. */
  name: string;
  /** For editors: a regular expression of JavaScript. It may let through what reading it refuses, but never the other way round. */
  pattern?: string;
  examples: readonly string[];
  /** Writes a value that was read, so that reading it gives the same again; without it, the value is the text. */
  print?: (value: unknown) => string;
  isSecret?: true;
}

/** The kind of each schema that `scalars.ts` makes. */
export const scalarKinds = z.registry<ScalarKind>();

const millisByUnit = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Milliseconds → `1h30m`. */
export function printDuration(value: unknown): string {
  let rest = Number(value);
  let text = '';
  for (const [unit, millis] of millisByUnit) {
    const count = Math.floor(rest / millis);
    rest -= count * millis;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}

const bytesByUnit = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;

/** Bytes → `64MiB`. */
export function printByteSize(value: unknown): string {
  const bytes = Number(value);
  const [unit, size] = bytesByUnit.find(([, size]) => bytes >= size && bytes % size === 0) ?? ['B', 1];
  return `${bytes / size}${unit}`;
}

/** `{host, port}` → `HOST:PORT`. */
export function printListenAddress(value: unknown): string {
  const { host, port } = value as { host: string; port: number };
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
