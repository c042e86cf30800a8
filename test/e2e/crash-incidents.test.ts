import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../bench/payload/random.ts';
import type { RecordedMessage } from '../../src/demo/slack/history.ts';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { failureType } from './support/failure-type.ts';
import { shownText, SlackProcess } from './support/slack.ts';
import { TocsinProcess } from './support/tocsin.ts';

/** `KILLS=200 npm run e2e` for a long run. */
const kills = Number(process.env['KILLS'] ?? 6);
const seed = 20261130;
const senders = 3;
/** A new incident begins with every so many: few enough, all in all, for each to have a message of its own. */
const failuresOfIncident = Math.max(5, Math.ceil(kills / 2));

const slack = new SlackProcess('--no-rate-limits');
let tocsin: TocsinProcess;
before(async () => {
  await slack.start();
  // So that many a kill comes before the answer.
  await slack.play({ kind: 'late', method: 'chat.postMessage', delayMillis: 60 });
  tocsin = new TocsinProcess(slack.environment, {
    alerts: { budget: { burst: 1_000, per_channel_per_hour: 3_600 } },
  });
  await tocsin.start();
});
after(async () => {
  await tocsin?.stop();
  await slack.stop();
});

const typeOf = (number: number): string => failureType(Math.floor(number / failuresOfIncident));

/** Each again and again until it is answered 200, as SDKs do. */
async function send(number: number): Promise<void> {
  const exceptions = [{ type: typeOf(number), message: `order ${number} failed` }];
  const span = { id: 1, trace: number + 1, name: 'POST /order', kind: 2, failed: true, exceptions };
  const body = new Uint8Array(traceRequestBytes([span]));
  while (!(await tocsin.takes(body))) await delay(10);
}

/** Those of incidents, the first first. */
async function posted(): Promise<RecordedMessage[]> {
  const messages = await slack.messages();
  return messages
    .filter(({ thread_ts }) => thread_ts === undefined)
    .toSorted((a, b) => a.arrivedMillis - b.arrivedMillis);
}

test(`killed ${kills} times while incident after incident begins, it tells of each, and twice at most of the one it was telling of`, {
  timeout: 120_000 + kills * 6_000,
}, async () => {
  const random = seededRandom(seed);
  let sent = 0;
  const state = { isOver: false };
  const sender = async (): Promise<void> => {
    while (!state.isOver) {
      await send(sent++);
      await delay(5);
    }
  };
  const streams = Array.from({ length: senders }, sender);
  /** When each process began; milliseconds since the Unix epoch. */
  const begun = [0];
  for (let kill = 0; kill < kills; kill++) {
    await delay(100 + random() * 900);
    await tocsin.stop('SIGKILL');
    begun.push(Date.now());
    await tocsin.start();
  }
  await delay(300);
  state.isOver = true;
  await Promise.all(streams);

  const counts = new Map<string, number>();
  for (let number = 0; number < sent; number++)
    counts.set(typeOf(number), (counts.get(typeOf(number)) ?? 0) + 1);
  const issues = await tocsin.issues();
  assert.deepEqual(new Map(issues.map(({ type, count }) => [type, count])), counts);

  for (const { id } of issues) await tocsin.api(`/api/issues/${id}/resolve`, 'POST');
  const messages = await eventually(
    'each message to show the end',
    async () => {
      const all = await posted();
      const saysAll = (type: string, count: number): boolean =>
        all.some(
          (message) =>
            message.text.startsWith('[RESOLVED]') &&
            message.text.includes(`${type} `) &&
            shownText(message).includes(`Count: ${count}\n`),
        );
      return [...counts].every(([type, count]) => saysAll(type, count)) && all;
    },
    60_000,
  );

  // Of two about one incident the first was the last message of a process, which was killed before it could note it.
  const twice: RecordedMessage[] = [];
  const life = ({ arrivedMillis }: RecordedMessage): number =>
    begun.findLastIndex((at) => at <= arrivedMillis);
  for (const [i, message] of messages.entries()) {
    const type = /Failed[A-Z]+Error/.exec(message.text)![0];
    const again = messages.slice(i + 1).find(({ text }) => text.includes(`${type} `));
    if (again === undefined) continue;
    twice.push(message);
    const next = messages[i + 1]!;
    assert.ok(life(next) > life(message), `${type} was told twice though nothing was killed`);
  }
  assert.ok(twice.length <= kills);
  assert.equal(messages.length - twice.length, counts.size);
  process.stdout.write(
    `${kills} × kill -9: ${sent} failures sent and counted, ${counts.size} incidents, ${messages.length} messages\n`,
  );
});
