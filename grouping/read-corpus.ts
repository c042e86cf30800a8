import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from './sample.ts';

const corpus = join(import.meta.dirname, 'corpus');

export function languagesOfCorpus(): string[] {
  return readdirSync(corpus).map((file) => file.replace('.ndjson', ''));
}

export function readCorpus(languages: readonly string[]): Sample[] {
  return languages.flatMap((language) =>
    readFileSync(join(corpus, `${language}.ndjson`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Sample),
  );
}
