import { parseArgs } from 'node:util';
import { figure, table } from '../report/table.ts';
import { median, quantile } from '../statistics.ts';
import { measure } from './measure.ts';
import { shapes, type Size } from './shapes.ts';

const usage = `usage: npm run bench:rules -- [option]...

  --rules N        (1000)
  --services N     (1000)
  --operations N   of each service (1)
  --ticks N        of each shape (100)
  --smoke          only that it runs
`;
const targetMillis = 50;

const { values } = parseArgs({
  options: {
    rules: { type: 'string' },
    services: { type: 'string' },
    operations: { type: 'string', default: '1' },
    ticks: { type: 'string' },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const size: Size = {
  rules: Number(values.rules ?? (values.smoke ? 50 : 1000)),
  services: Number(values.services ?? (values.smoke ? 50 : 1000)),
  operations: Number(values.operations),
};
const tickCount = Number(values.ticks ?? (values.smoke ? 5 : 100));
const isRight = [...Object.values(size), tickCount].every((number) => Number.isInteger(number) && number > 0);
if (values.help || !isRight) {
  process.stdout.write(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  report();
}

function report(): void {
  const rows = [['shape', '', 'p50', 'p95', 'first', 'plain p50', 'ratio', 'firing']];
  let most = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const { fast, first, plain, firing } = measure(shape, size, tickCount);
    const [p50, p95] = [median(fast), quantile(fast, 0.95)];
    most = Math.max(most, p95);
    const figures = [p50, p95, first, median(plain), median(plain) / p50, firing];
    rows.push([name, shape.about, ...figures.map(figure)]);
  }
  process.stdout.write(
    `${size.rules} rules, ${size.services} services, ${tickCount} ticks: milliseconds of processor time\n` +
      `${table(rows, 2)}${most <= targetMillis ? 'ok    ' : 'MISSED'} p95 ≤ ${targetMillis} ms\n`,
  );
}
