import { parseArgs } from 'node:util';
import { Stage } from '../measure/stage.ts';
import { readOptions } from '../options.ts';
import { soak } from './soak.ts';

const usage = `usage: npm run soak -- [option]...

  --minutes N   (20)
  --load N      spans a second (5000)
  --smoke       only that it runs, for a few seconds
`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    load: { type: 'string', default: '5000' },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const steps = values.smoke ? 2 : Number(values.minutes);
const load = Number(values.load);
if (values.help || !Number.isInteger(steps) || steps < 1 || !Number.isInteger(load) || load < 1) {
  print(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  const options = readOptions(['--subjects', 'tocsin']);
  const stepSeconds = values.smoke ? 3 : 60;
  const mistakes = await Stage.use(options, (stage) =>
    soak(stage, options, { load, steps, stepSeconds }, print),
  );
  for (const mistake of mistakes) print(`FAILED ${mistake}`);
  print(mistakes.length === 0 ? 'nothing lost, and memory is flat' : '');
  if (mistakes.length > 0) process.exitCode = 1;
}
