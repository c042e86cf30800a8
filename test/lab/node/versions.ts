import { readFileSync } from 'node:fs';

/** As installed here. */
export function versionOf(name: string): string {
  if (name === 'node') return process.versions.node;
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
