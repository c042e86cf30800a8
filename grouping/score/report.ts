import { table } from '../../bench/report/table.ts';
import { sourceFile } from '../../src/errors/source-file.ts';
import type { Fault } from './faults.ts';
import type { Figures } from './figures.ts';
import type { Fingerprinted } from './fingerprinted.ts';

const heading = ['part', 'language', 'samples', 'bugs', 'issues', 'precision', 'recall', 'stacks parsed'];

export function figuresText(figures: readonly Figures[]): string {
  const rows = figures.map((row) => [
    row.part,
    row.language,
    String(row.samples),
    String(row.bugs),
    String(row.issues),
    row.precision.toFixed(3),
    row.recall.toFixed(3),
    `${row.parsed} of ${row.stacks}`,
  ]);
  return table([heading, ...rows], 2);
}

/** How many of each kind are shown, unless all are. */
const worst = 5;
/** Samples of a group that are shown, unless all are. */
const fewSamples = 2;

export function faultsText(faults: readonly Fault<Fingerprinted>[], verbose: boolean): string {
  return (['split', 'merged'] as const)
    .map((kind) => {
      const ofKind = faults.filter((fault) => fault.kind === kind);
      const shown = verbose ? ofKind : ofKind.slice(0, worst);
      const title = kind === 'split' ? 'bugs that are split' : 'fingerprints that merge bugs';
      const rest = ofKind.length === shown.length ? '' : `, the worst ${shown.length}`;
      return `${title}: ${ofKind.length}${rest}\n${shown.map((fault) => faultText(fault, verbose)).join('')}`;
    })
    .join('\n');
}

function faultText({ kind, pairs, groups }: Fault<Fingerprinted>, verbose: boolean): string {
  const first = groups[0]![0]!;
  const what =
    kind === 'split' ? `${first.bug}: ${groups.length} issues` : `${groups.length} bugs in one issue`;
  return `\n${first.scope}, ${first.part}: ${what}, ${pairs} pairs wrong\n${groups.map((group) => groupText(kind, group, verbose)).join('')}`;
}

function groupText(
  kind: Fault<Fingerprinted>['kind'],
  group: readonly Fingerprinted[],
  verbose: boolean,
): string {
  const name = kind === 'split' ? group[0]!.fingerprint.slice(0, 10) : group[0]!.bug;
  const variants = group.map(({ variant }) => variant).join(', ');
  const shown = verbose ? group : group.slice(0, fewSamples);
  return `  ${name}: ${variants}\n${shown.map((sample) => sampleText(sample, verbose)).join('')}`;
}

function sampleText({ type, message, frames }: Fingerprinted, verbose: boolean): string {
  const said = `${type}: ${message}`.replaceAll(/\s+/g, ' ');
  const calls = frames
    .filter(({ inApp }) => inApp)
    .map(({ module, file = '', function: name = '' }) => `${module ?? sourceFile(file)} ${name}`);
  const called = verbose && calls.length > 0 ? `      ${calls.join(' < ')}\n` : '';
  return `    ${said.length > 120 ? `${said.slice(0, 119)}…` : said}\n${called}`;
}
