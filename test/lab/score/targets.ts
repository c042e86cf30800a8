import type { Class } from '../truth.ts';
import { breakerFigures, linkFigures, type Scored } from './figures.ts';

/** A sum over recordings, and what it is to be if it has a target. */
export interface Sum {
  name: string;
  of: (scored: Scored) => boolean;
  /** Without one where it is known to be missed: which of many calls at the same time a retry belongs to does not show. */
  target?: { precision: number; recall: number };
}

const inOrder = ({ condition }: Scored): boolean => condition === 'in order';
const isOneOf =
  (...classes: Class[]) =>
  ({ truth }: Scored): boolean =>
    classes.includes(truth.class);

/** What can be told from spans at all. Calls that leave no span are in its recall of all. */
const fair = isOneOf('ordinary', 'negative');

export const sums: readonly Sum[] = [
  {
    name: 'in order, what can be told apart',
    of: (one) => inOrder(one) && fair(one),
    target: { precision: 0.98, recall: 0.97 },
  },
  {
    name: 'in order, with interchangeable calls',
    of: (one) => inOrder(one) && isOneOf('ordinary', 'negative', 'interchangeable')(one),
  },
  { name: 'in order, everything', of: inOrder },
  {
    name: 'shuffled, what can be told apart',
    of: (one) => one.condition === 'shuffled' && fair(one),
    target: { precision: 0.95, recall: 0.95 },
  },
];

export const breakerTarget = 0.95;

/** One line for each target that is not reached, and could be. */
export function shortfalls(scored: readonly Scored[]): string[] {
  const ofLinks = sums.flatMap(({ name, of, target }) => {
    if (target === undefined) return [];
    const { precision, recall } = target;
    const figures = linkFigures(scored.filter(of));
    const found: string[] = [];
    if (figures.precision < precision)
      found.push(`${name}: precision ${figures.precision.toFixed(3)} < ${precision}`);
    if (figures.recallOfAll < recall)
      found.push(`${name}: recall ${figures.recallOfAll.toFixed(3)} < ${recall}`);
    return found;
  });
  const wrong = linkFigures(scored.filter(isOneOf('negative'))).wrong;
  const { f1 } = breakerFigures(
    scored.filter((one) => inOrder(one) && one.truth.breaker?.of === 'reference'),
  );
  return [
    ...ofLinks,
    ...(wrong > 0 ? [`negative controls: ${wrong} retries inferred`] : []),
    ...(f1 < breakerTarget ? [`shadow breakers: F1 ${f1.toFixed(3)} < ${breakerTarget}`] : []),
  ];
}
