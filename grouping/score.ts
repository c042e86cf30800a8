import { writeFileSync } from 'node:fs';
import { languagesOfCorpus, readCorpus } from './read-corpus.ts';
import type { Sample } from './sample.ts';
import { type Fault, faultsOf } from './score/faults.ts';
import { figuresOf, shortfalls } from './score/figures.ts';
import { type Fingerprinted, fingerprinted } from './score/fingerprinted.ts';
import { type Options, readOptions, UsageWrong, usage } from './score/options.ts';
import { faultsText, figuresText } from './score/report.ts';

/** @throws UsageWrong if there is no corpus of a language */
function readSamples({ languages, part }: Options): Sample[] {
  const all = languagesOfCorpus();
  const unknown = languages.find((language) => !all.includes(language));
  if (unknown !== undefined) throw new UsageWrong(`--language: ${unknown} is not one of: ${all.join(', ')}`);
  const samples = readCorpus(languages.length === 0 ? all : languages);
  return part === undefined ? samples : samples.filter((sample) => sample.part === part);
}

function score(options: Options): void {
  const { verbose, json, least } = options;
  const samples = readSamples(options).map(fingerprinted);
  const figures = figuresOf(samples);
  const faults = faultsOf(samples);
  if (json !== undefined) {
    const written = { figures, faults: faults.map(briefly) };
    writeFileSync(json, `${JSON.stringify(written, undefined, 2)}\n`);
  }
  process.stdout.write(`${figuresText(figures)}\n${faultsText(faults, verbose)}`);
  for (const shortfall of shortfalls(figures, least)) {
    process.stdout.write(`FAILED ${shortfall}\n`);
    process.exitCode = 1;
  }
}

/** Without the traces, which the corpus has. */
function briefly({ groups, ...fault }: Fault<Fingerprinted>) {
  const samples = groups
    .flat()
    .map(({ bug, variant, type, message, fingerprint }) => ({ bug, variant, type, message, fingerprint }));
  const { scope, part } = groups[0]![0]!;
  return { scope, part, ...fault, samples };
}

try {
  const args = process.argv.slice(2);
  if (args.includes('--help')) process.stdout.write(usage);
  else score(readOptions(args));
} catch (error) {
  if (!(error instanceof UsageWrong)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
