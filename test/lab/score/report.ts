import { table } from '../../../bench/report/table.ts';
import { classes } from '../truth.ts';
import { breakerFigures, linkFigures, type Scored } from './figures.ts';
import { sums } from './targets.ts';
import { conditions } from './variants.ts';

const linkHeading = [
  'pairs',
  'right',
  'wrong',
  'missed',
  'no span',
  'precision',
  'recall',
  'with no span',
  'retries: precision',
  'recall',
  'chains: precision',
  'recall',
];

const share = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(3));

function linkCells(scored: readonly Scored[]): string[] {
  const figures = linkFigures(scored);
  return [
    ...[figures.pairs, figures.right, figures.wrong, figures.missed, figures.unseen].map(String),
    ...[
      figures.precision,
      figures.recall,
      figures.recallOfAll,
      figures.retryPrecision,
      figures.retryRecall,
      figures.chainPrecision,
      figures.chainRecall,
    ].map(share),
  ];
}

type Group = readonly [name: string, scored: readonly Scored[]];

function groupsBy(scored: readonly Scored[], by: (one: Scored) => string): Group[] {
  return [...Map.groupBy(scored, by)].sort(([one], [other]) => (one < other ? -1 : 1));
}

function linkTable(title: string, groups: readonly Group[]): string {
  const rows = groups.map(([name, scored]) => [name, ...linkCells(scored)]);
  return rows.length === 0 ? '' : `${table([[title, ...linkHeading], ...rows], 1)}\n`;
}

/** In the order in which they are explained, and only those that there are. */
function byClass(scored: readonly Scored[]): Group[] {
  return conditions
    .flatMap((condition) =>
      classes.map(
        (of): Group => [
          `${condition}, ${of}`,
          scored.filter((one) => one.condition === condition && one.truth.class === of),
        ],
      ),
    )
    .filter(([, members]) => members.length > 0);
}

function conditionGroups(scored: readonly Scored[]): Group[] {
  const named = scored.flatMap((one) =>
    Object.entries(one.truth.conditions).map(([name, value]) => ({ name: `${name} ${value}`, one })),
  );
  return [...Map.groupBy(named, ({ name }) => name)]
    .map(([name, members]): Group => [name, members.map(({ one }) => one)])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** @param everyRecording a line for each of them as well */
export function linksText(scored: readonly Scored[], everyRecording: boolean): string {
  const fair = scored.filter(
    ({ condition, truth }) =>
      condition === 'in order' && (truth.class === 'ordinary' || truth.class === 'interchangeable'),
  );
  return [
    linkTable(
      'sums',
      sums.map(({ name, of }): Group => [name, scored.filter(of)]),
    ),
    linkTable('received, class', byClass(scored)),
    linkTable(
      'in order: library',
      groupsBy(fair, ({ truth }) => `${truth.runtime} ${truth.library}`),
    ),
    linkTable(
      'in order: failure',
      groupsBy(fair, ({ truth }) => truth.failure),
    ),
    linkTable('in order: condition', conditionGroups(fair)),
    everyRecording
      ? linkTable(
          'library × failure × condition',
          groupsBy(scored, ({ name, part, condition }) => `${part} ${name}, ${condition}`),
        )
      : '',
  ].join('');
}

const breakerHeading = ['right', 'wrong', 'missed', 'F1', 'time in agreement'];

export function breakersText(scored: readonly Scored[], everyRecording: boolean): string {
  const watched = scored.filter(({ breaker, condition }) => breaker !== undefined && condition !== 'sampled');
  const groups = groupsBy(watched, ({ condition, truth }) => `${condition}, ${truth.conditions['app']}`);
  const single = everyRecording ? groupsBy(watched, ({ name, condition }) => `${name}, ${condition}`) : [];
  const rows = [...groups, ...single].map(([name, members]) => {
    const { right, wrong, missed, f1, agreement } = breakerFigures(members);
    return [name, ...[right, wrong, missed].map(String), share(f1), share(agreement)];
  });
  return rows.length === 0 ? '' : table([['breakers: app', ...breakerHeading], ...rows], 1);
}

/** So many of each recording. */
const fewFaults = 5;

/** The links that are wrong and those that are missing, to look at. */
export function faultsText(scored: readonly Scored[]): string {
  return scored
    .filter(({ links }) => links.wrong + links.missed > 0)
    .map(({ name, condition, links }) =>
      [
        `${name}, ${condition}`,
        ...links.wrongLinks.slice(0, fewFaults).map((link) => `  wrong ${link}`),
        ...links.missedLinks.slice(0, fewFaults).map((link) => `  missed ${link}`),
      ].join('\n'),
    )
    .join('\n');
}
