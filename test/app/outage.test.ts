import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { Severity } from '../../src/errors/error-event.ts';
import { noRouting, type RoutingOptions } from '../../src/alerting/routing/routing.ts';
import type { Message } from '../../src/notify/message.ts';
import type { Outcome } from '../../src/notify/receiver.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { RecordingReceiver, type Shown } from '../support/recording-receiver.ts';
import { startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const hour = 60 * minute;
const toSlack: RoutingOptions = { ...noRouting, route: routeSpec({ receiver: 'slack' }) };
/** Longer than is waited between two tries. */
const afterwards = 6 * minute;

const outages: Record<string, Outcome> = {
  'cannot be reached': { kind: 'failed', reason: 'connect ECONNREFUSED' },
  'answers 500': { kind: 'failed', reason: 'HTTP 500' },
  'asks to come later, again and again': { kind: 'throttled', retryAfterMillis: 30_000 },
  'revoked the token': { kind: 'refused', reason: 'token_revoked', remedy: 'give it another' },
};

async function start(t: TestContext) {
  const store = new InlineStore();
  await store.start();
  t.after(() => store.stop());
  const slack = new RecordingReceiver('slack');
  const budget = { perHour: 60, burst: 20 };
  const run = (at?: number) =>
    startAlerting(toSlack, { store, receivers: [slack], budget, ...(at !== undefined && { at }) });
  let running = await run();
  t.after(() => running.stop());
  return {
    slack,
    pass: (millis: number) => running.pass(millis),
    fail: (services: readonly string[], severity: Severity = 'high') => {
      const time = running.clock.now();
      return running.record(
        ...services.map((service) => ({ service, severity, fingerprint: `1:${service}`, time })),
      );
    },
    resolve: (service: string) => running.resolveAll(service),
    /** Nothing is remembered but what is in the store. */
    restart: async () => {
      await running.stop();
      running = await run(running.clock.now());
    },
  };
}

/** What people read of a message, in short. */
function said(message: Message): string {
  const count = message.facts.find(({ name }) => name === 'Count')?.value as string;
  const news = message.news
    .map(({ text }) => `, ${/is back|is critical now|Resolved/.exec(text)?.[0]}`)
    .join('');
  return `${message.incident?.labels['service']} ${message.severity} ${message.state}, ${count}${news}`;
}

for (const [how, outcome] of Object.entries(outages)) {
  suite(`after an hour in which Slack ${how}`, () => {
    for (const isRestarted of [false, true]) {
      test(`people read how it is now, once of each incident, and not how it came to be${isRestarted ? ', also after a restart meanwhile' : ''}`, async (t) => {
        const { slack, fail, resolve, pass, restart } = await start(t);
        await fail(['goes-on', 'worse', 'ended', 'back']);
        await resolve('back');
        assert.equal(posts(slack).length, 4);

        slack.outcomes.push(...Array.from({ length: 10_000 }, () => outcome));
        await fail(['over']);
        for (let passed = 0; passed < hour; passed += 10 * minute) {
          if (passed === 20 * minute) for (const service of ['ended', 'over']) await resolve(service);
          if (passed === 20 * minute && isRestarted) await restart();
          await fail(['goes-on', 'new', 'back']);
          await fail(['worse'], passed === 0 ? 'high' : 'critical');
          await pass(10 * minute);
        }

        slack.shown.length = 0;
        slack.outcomes.length = 0;
        await pass(afterwards);
        const read = slack.shown.map(
          (shown) => `${shown.in === undefined ? 'new message' : 'edit'}: ${said(shown.message)}`,
        );
        assert.deepEqual(read.toSorted(), [
          'edit: back high firing, 7, is back',
          'edit: ended high ended, 1, Resolved',
          'edit: goes-on high firing, 7',
          'edit: worse critical firing, 7, is critical now',
          'new message: new high firing, 6',
          'new message: over high ended, 1',
        ]);
        // Nor later.
        slack.shown.length = 0;
        await pass(hour / 4);
        assert.deepEqual(posts(slack), []);
      });
    }
  });
}

function posts({ shown }: RecordingReceiver): readonly Shown[] {
  return shown.filter((each) => each.in === undefined);
}
