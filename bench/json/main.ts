import { parseArgs } from 'node:util';
import { figure, table } from '../report/table.ts';
import { median, quantile } from '../statistics.ts';
import { bodies, measure } from './measure.ts';

const usage = `usage: npm run bench:json -- [option]...

  --rounds N   both are measured by turns so often (20)
  --millis N   of processor time, each time (1000)
  --smoke      only that it runs
`;
const targetRatio = 2.5;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    millis: { type: 'string' },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.smoke ? 2 : 20));
const millis = Number(values.millis ?? (values.smoke ? 100 : 1000));
if (values.help || ![rounds, millis].every((number) => Number.isInteger(number) && number > 0)) {
  process.stdout.write(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  report();
}

function report(): void {
  const given = bodies();
  const measured = measure(given, rounds, millis);
  const bytes = given.reduce((sum, { json }) => sum + json.length, 0);
  const spans = given.reduce((sum, each) => sum + each.spans, 0);
  const row = (name: string, nanos: readonly number[]): string[] => [
    name,
    ...[median(nanos), quantile(nanos, 0.05), quantile(nanos, 0.95), 1e9 / median(nanos)].map(figure),
    figure((bytes / spans / median(nanos)) * 1000),
  ];
  const ratios = measured.map((round) => round.plain / round.tocsin);
  const rows = [
    ['from JSON to protobuf', 'ns/span', 'p5', 'p95', 'spans/s', 'MB/s'],
    row(
      'Tocsin',
      measured.map((round) => round.tocsin),
    ),
    row(
      'JSON.parse + protobufjs',
      measured.map((round) => round.plain),
    ),
  ];
  const isMet = median(ratios) >= targetRatio;
  process.stdout.write(
    `${rounds} rounds by turns, ${Math.round(bytes / spans)} bytes of JSON a span; of processor time\n${table(rows, 1)}` +
      `${isMet ? 'ok    ' : 'MISSED'} ratio ${figure(median(ratios))} (p5 ${figure(quantile(ratios, 0.05))}, p95 ${figure(quantile(ratios, 0.95))}) ≥ ${targetRatio}\n`,
  );
}
