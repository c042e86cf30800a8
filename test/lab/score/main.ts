import { baseline } from './baseline.ts';
import { type Scored, scoreAll } from './figures.ts';
import { onlySure } from './inferred.ts';
import { type Options, readOptions, UsageWrong, usage } from './options.ts';
import { breakersText, faultsText, linksText } from './report.ts';
import { subject } from './subject.ts';
import { shortfalls } from './targets.ts';

function score({ parts, conditions, ...options }: Options): void {
  const chosen = options.baseline ? baseline : subject;
  const scoredSubject = options.sure ? onlySure(chosen) : chosen;
  const json: object[] = [];
  for (const part of parts) {
    const scored = scoreAll(scoredSubject, part, conditions);
    if (options.json) json.push(...scored.map(briefly));
    else process.stdout.write(text(`${scoredSubject.name}, recordings for ${part}`, scored, options));
    if (!options.strict) continue;
    for (const shortfall of shortfalls(scored)) {
      process.stderr.write(`FAILED ${part}: ${shortfall}\n`);
      process.exitCode = 1;
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(json, undefined, 1)}\n`);
}

type Shown = Pick<Options, 'verbose' | 'faults'>;

function text(title: string, scored: readonly Scored[], { verbose, faults }: Shown): string {
  const shown = faults ? `\n${faultsText(scored.filter(({ part }) => part === 'tuning'))}\n` : '';
  return `${title}\n\n${linksText(scored, verbose)}${breakersText(scored, verbose)}${shown}\n`;
}

function briefly({ name, part, truth, condition, links, breaker }: Scored): object {
  const { wrongLinks: _wrong, missedLinks: _missed, ...counts } = links;
  return { name, part, class: truth.class, condition, links: counts, breaker };
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
