import { readFileSync } from 'node:fs';

/** The version of Tocsin, from the package it came in: one above the source, and above the bundle. */
export function readVersion(): string {
  const path = import.meta.url.endsWith('.ts') ? '../../package.json' : '../package.json';
  const manifest = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}
