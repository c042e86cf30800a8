import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { LoadOrder, LoadResult } from '../load/protocol.ts';
import { Helper } from '../machine/helper.ts';
import { figure } from '../report/table.ts';
import { quantile } from '../statistics.ts';
import { Chat } from './chat.ts';
import { fail } from './fail.ts';
import { startTelling } from './running.ts';

const usage = `usage: npm run bench:alerts -- [option]...

  --failures N   each of another kind (200)
  --load N       spans a second beside them (1000)
  --smoke        only that it runs
`;
const targetMillis = 250;
/** On average: not in step with anything. */
const gapMillis = 300;

const { values } = parseArgs({
  options: {
    failures: { type: 'string', default: '200' },
    load: { type: 'string', default: '1000' },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const failures = values.smoke ? 5 : Number(values.failures);
const load = Number(values.load);
if (values.help || !Number.isInteger(failures) || failures < 1 || !Number.isInteger(load) || load < 1) {
  process.stdout.write(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  await measure();
}

/** From a request with a failure of a new kind until somebody is told of it, beside an app's usual traffic. */
async function measure(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-bench-alerts-'));
  const chat = await Chat.start();
  const generator = new Helper<LoadOrder, LoadResult>(new URL('../load/main.ts', import.meta.url));
  const subject = await startTelling(directory, chat.url);
  try {
    const url = subject.otlpUrl;
    const traffic = generator.ask({
      url,
      load,
      millis: 5_000 + failures * gapMillis * 1.2,
      transport: 'http',
      encoding: 'protobuf',
      gzip: false,
    });
    await delay(5_000);
    const times: number[] = [];
    for (let i = 0; i < failures; i++) {
      const name = `Failure${i}Of${failures}`;
      const told = chat.told(name);
      const sentAt = performance.now();
      await fail(url, name);
      times.push((await told) - sentAt);
      await delay(gapMillis * (0.5 + Math.random()));
    }
    await traffic;
    report(times);
  } finally {
    await subject.stop();
    await generator.stop();
    await chat.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function report(times: readonly number[]): void {
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(times, share));
  const most = Math.max(...times);
  process.stdout.write(
    `${times.length} failures, told beside ${load} spans a second: p50 ${figure(p50!)}, p99 ${figure(p99!)}, most ${figure(most)} ms\n` +
      `${p99! <= targetMillis ? 'ok    ' : 'MISSED'} p99 ≤ ${targetMillis} ms\n`,
  );
}
