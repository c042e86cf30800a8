import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { languagesOfCorpus, readCorpus } from '../read-corpus.ts';
import type { Sample } from '../sample.ts';
import { type Inputs, inputsOf } from './inputs.ts';
import type { Language } from './language.ts';
import { languages } from './languages/index.ts';
import { samplesOf, type Unassigned, withoutRepetitions, withParts } from './samples.ts';
import { Upstream } from './upstream.ts';
import { type Variant, variants } from './variants.ts';

const usage = `usage: npm run grouping:generate -- [language]...

Runs the programs in grouping/programs in all variants and writes grouping/corpus. Languages: ${languages.map(({ name }) => name).join(', ')} (all).
What must be installed for each is in docs/accuracy.md.
`;

const home = join(import.meta.dirname, '..');

async function generate(language: Language, upstream: Upstream, scratch: string): Promise<Sample[]> {
  const cache = join(scratch, language.name, 'cache');
  mkdirSync(cache, { recursive: true });
  const samples: Unassigned[] = [];
  for (const [number, variant] of variants.entries()) {
    const directory = join(scratch, language.name, variant.name, 'program');
    prepare(language, variant, directory);
    const inputs: Inputs = {
      ...inputsOf(number, upstream.ports),
      CALLER: variant.middlewares ? 'middlewares' : 'direct',
    };
    for (const outcome of await language.run({ variant, inputs, directory, cache }))
      samples.push(...samplesOf(language.name, variant, outcome, directory));
    process.stderr.write(`${language.name}: ${variant.name}\n`);
  }
  const before = languagesOfCorpus().includes(language.name) ? readCorpus([language.name]) : [];
  return withParts(language.name, withoutRepetitions(samples), before);
}

function prepare({ name, sources, syntax }: Language, variant: Variant, directory: string): void {
  cpSync(join(home, 'programs', name), directory, { recursive: true });
  for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!sources.test(file)) continue;
    const path = join(directory, file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      variant.changes.reduce((text, change) => change(text, syntax), source),
    );
  }
}

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !languages.some((language) => language.name === name));
  if (unknown !== undefined) {
    process.stderr.write(usage);
    process.exitCode = 2;
    return;
  }
  await using upstream = await Upstream.listen(variants.length);
  const scratch = mkdtempSync(join(tmpdir(), 'grouping-'));
  try {
    for (const language of languages.filter(({ name }) => names.length === 0 || names.includes(name))) {
      const samples = await generate(language, upstream, scratch);
      const lines = samples.map((sample) => `${JSON.stringify(sample)}\n`);
      writeFileSync(join(home, 'corpus', `${language.name}.ndjson`), lines.join(''));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
