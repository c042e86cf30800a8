import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { names, recordings } from './files.ts';

export type Part = 'tuning' | 'validation';

/** Chosen before anything was scored, and never changed: a recording that was looked at can judge no more. */
const seed = 'tocsin lab 1';
const file = join(recordings, 'manifest.json');

/** By its name alone, so that a recording stays in its part however many others come. */
export function partOf(name: string): Part {
  return Number.parseInt(hash('sha256', `${seed}/${name}`).slice(0, 2), 16) % 2 === 0
    ? 'tuning'
    : 'validation';
}

export function writeManifest(): void {
  const parts = Object.fromEntries(names().map((name) => [name, partOf(name)]));
  writeFileSync(file, `${JSON.stringify(parts, undefined, 1)}\n`);
}

export function readManifest(): Record<string, Part> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Part>;
}
