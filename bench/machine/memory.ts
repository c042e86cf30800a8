import { readFileSync } from 'node:fs';

/** In bytes. PSS is RSS with what is shared counted in parts. */
export interface Memory {
  rss: number;
  pss: number;
}

/** @throws Error if the text is not that of `/proc/PID/smaps_rollup` */
export function parseSmapsRollup(text: string): Memory {
  return { rss: sizeOf('Rss', text), pss: sizeOf('Pss', text) };
}

export function memoryOf(pid: number): Memory {
  return parseSmapsRollup(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
}

function sizeOf(name: string, text: string): number {
  const match = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text);
  if (match === null) throw new Error(`smaps_rollup says nothing of ${name}`);
  return Number(match[1]) * 1024;
}
