import { figure, table } from '../bench/report/table.ts';
import { type FailureFacts, fingerprint } from '../src/errors/fingerprint.ts';
import { parseStack } from '../src/errors/stack/parse.ts';
import { languagesOfCorpus, readCorpus } from './read-corpus.ts';
import { hostileMessages } from './speed/hostile.ts';
import { type Micros, microsOf } from './speed/measure.ts';

/** In microseconds: the median of what apps throw, and all but one of a hundred, may take so long to be named. */
const aim = 30;

const samples = readCorpus(languagesOfCorpus());
const events = samples.map(({ type, message, stacktrace }) => ({ type, message, ...parseStack(stacktrace) }));
const withoutStack = events.map((event) => ({ ...event, frames: [], causes: [] }));
const hostile = hostileMessages().map((message) => ({ type: 'Error', message, frames: [], causes: [] }));

/** With a number that no event before has had, and frames that are not known. */
function fresh({ frames, message, ...facts }: FailureFacts, round: number): () => string {
  const unseen = { ...facts, message: `${message} ${round}`, frames: [...frames] };
  return () => fingerprint(unseen);
}

const rows: readonly (readonly [string, number, Micros])[] = [
  ['fingerprint of the corpus', events.length, microsOf(events, fresh)],
  ['the same without stack traces', withoutStack.length, microsOf(withoutStack, fresh)],
  ['fingerprint of hostile messages', hostile.length, microsOf(hostile, fresh)],
  [
    'parsing the stack traces',
    samples.length,
    microsOf(
      samples,
      ({ stacktrace }) =>
        () =>
          parseStack(stacktrace),
    ),
  ],
];

const text = rows.map(([what, count, { median, p99, most }]) => [
  what,
  String(count),
  ...[median, p99, most].map(figure),
]);
process.stdout.write(table([['microseconds', 'events', 'median', 'p99', 'most'], ...text], 1));
const { p99 } = rows[0]![2];
if (p99 > aim) {
  process.stdout.write(`FAILED p99 of the corpus is ${figure(p99)} µs, more than ${aim}\n`);
  process.exitCode = 1;
}
