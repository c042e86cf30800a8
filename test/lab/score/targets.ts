import type { Class } from '../truth.ts';
import { breakerFigures, linkFigures, type Scored } from './figures.ts';

/** A sum that has a target, and what it is to be. */
export interface Target {
  name: string;
  of: (scored: Scored) => boolean;
  precision: number;
  recall: number;
  /** It is missed, and known to be: which of many calls at the same time a retry belongs to does not show. */
  isOutOfReach?: true;
}

const inOrder = ({ condition }: Scored): boolean => condition === 'in order';
const isOneOf =
  (...classes: Class[]) =>
  ({ truth }: Scored): boolean =>
    classes.includes(truth.class);

/** What can be told from spans at all. Calls that leave no span are in its recall of all. */
const fair = isOneOf('ordinary', 'negative');

export const targets: readonly Target[] = [
  {
    name: 'in order, what can be told apart',
    of: (one) => inOrder(one) && fair(one),
    precision: 0.98,
    recall: 0.97,
  },
  {
    name: 'in order, with interchangeable calls',
    of: (one) => inOrder(one) && isOneOf('ordinary', 'negative', 'interchangeable')(one),
    precision: 0.98,
    recall: 0.97,
    isOutOfReach: true,
  },
  { name: 'in order, everything', of: inOrder, precision: 0.95, recall: 0.95, isOutOfReach: true },
  {
    name: 'shuffled, what can be told apart',
    of: (one) => one.condition === 'shuffled' && fair(one),
    precision: 0.95,
    recall: 0.95,
  },
];

export const breakerTarget = 0.95;

/** One line for each target that is not reached, and could be. */
export function shortfalls(scored: readonly Scored[]): string[] {
  const reachable = targets.filter(({ isOutOfReach }) => isOutOfReach !== true);
  const ofLinks = reachable.flatMap(({ name, of, precision, recall }) => {
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
