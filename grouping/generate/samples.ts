import type { Sample } from '../sample.ts';
import type { Outcome } from './language.ts';
import { partsOf } from './split.ts';
import type { Variant } from './variants.ts';

export type Unassigned = Omit<Sample, 'part'>;

/** As an SDK with a limit for the length of attributes cuts it (OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT): recursion fills megabytes. */
const longestStack = 8000;

/** What the source does changes nothing in an error without a stack trace: these variants would only repeat others. */
const onlyOfStacks = new Set(['moved', 'renamed', 'reformatted', 'caller']);

/** @param directory where the program ran, which is not where the variant says that it stands */
export function samplesOf(
  language: string,
  variant: Variant,
  { thrown, runtime, service, places }: Outcome,
  directory: string,
): Unassigned[] {
  const all = [[directory, variant.path] as const, ...places];
  const elsewhere = (text: string): string =>
    all.reduce((moved, [here, there]) => moved.replaceAll(here, there), text);
  return thrown
    .filter(({ stacktrace }) => stacktrace !== '' || !onlyOfStacks.has(variant.name))
    .map(({ bug, type, message, stacktrace }) => ({
      language,
      bug,
      variant: variant.name,
      type,
      message: elsewhere(message),
      stacktrace: elsewhere(stacktrace).slice(0, longestStack),
      service,
      runtime,
    }));
}

/** A variant that changes nothing of what an error says, such as where Java's classes stand, would only be counted twice. */
export function withoutRepetitions(samples: readonly Unassigned[]): Unassigned[] {
  const seen = new Set<string>();
  return samples.filter(({ service, bug, type, message, stacktrace }) => {
    const said = JSON.stringify([service, bug, type, message, stacktrace]);
    const isNew = !seen.has(said);
    seen.add(said);
    return isNew;
  });
}

/** @param before what the corpus was */
export function withParts(
  language: string,
  samples: readonly Unassigned[],
  before: readonly Sample[],
): Sample[] {
  const bugs = samples.map(({ bug }) => bug);
  const parts = partsOf(language, bugs, new Map(before.map(({ bug, part }) => [bug, part])));
  return samples.map((sample) => ({ ...sample, part: parts.get(sample.bug)! }));
}
