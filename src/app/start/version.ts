import { readFileSync } from 'node:fs';

/** What the build put into the bundle; not there when it runs from source. */
declare const TOCSIN_BUILD: { version: string; commit: string } | undefined;

export interface Version {
  version: string;
  /** Of the commit that was built, or `source`. */
  commit: string;
}

export function readVersion(): Version {
  if (typeof TOCSIN_BUILD !== 'undefined') return TOCSIN_BUILD;
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return { version: manifest.version, commit: 'source' };
}
