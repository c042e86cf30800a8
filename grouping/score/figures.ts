import { type Part, parts } from '../sample.ts';
import type { Fingerprinted } from './fingerprinted.ts';
import { countPairs, precision, recall } from './pairs.ts';

export interface Figures {
  part: Part;
  /** `all` for all of them together. */
  language: string;
  samples: number;
  bugs: number;
  /** How many issues the samples became: as many as there are bugs, at best. */
  issues: number;
  precision: number;
  recall: number;
  /** Samples with a stack trace, and those of them that frames were found in. */
  stacks: number;
  parsed: number;
}

/** By part, and in it by language; what is of all languages comes last. */
export function figuresOf(samples: readonly Fingerprinted[]): Figures[] {
  return parts.flatMap((part) => {
    const ofPart = samples.filter((sample) => sample.part === part);
    if (ofPart.length === 0) return [];
    const languages = Map.groupBy(ofPart, ({ language }) => language);
    const rows = [...languages].map(([language, own]) => figures(part, language, own));
    return [...rows, figures(part, 'all', ofPart)];
  });
}

function figures(part: Part, language: string, samples: readonly Fingerprinted[]): Figures {
  const pairs = countPairs(samples);
  const withStack = samples.filter(({ stacktrace }) => stacktrace !== '');
  return {
    part,
    language,
    samples: samples.length,
    bugs: distinct(samples, ({ bug }) => bug),
    issues: distinct(samples, ({ fingerprint }) => fingerprint),
    precision: precision(pairs),
    recall: recall(pairs),
    stacks: withStack.length,
    parsed: withStack.filter(({ frames }) => frames.length > 0).length,
  };
}

function distinct(samples: readonly Fingerprinted[], fact: (sample: Fingerprinted) => string): number {
  return new Set(samples.map((sample) => `${sample.scope} ${fact(sample)}`)).size;
}

/** Of the parts as a whole: `tuning: recall is 0.912, less than 0.97`. */
export function shortfalls(figures: readonly Figures[], least: number): string[] {
  return figures
    .filter(({ language }) => language === 'all')
    .flatMap(({ part, precision, recall }) =>
      Object.entries({ precision, recall })
        .filter(([, value]) => value < least)
        .map(([name, value]) => `${part}: ${name} is ${value.toFixed(3)}, less than ${least}`),
    );
}
