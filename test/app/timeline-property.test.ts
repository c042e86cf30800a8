import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noRouting, type RoutingOptions } from '../../src/alerting/routing/routing.ts';
import type { TimelineRecord } from '../../src/alerting/timeline.ts';
import type { Message } from '../../src/notify/message.ts';
import type { Outcome, Reference } from '../../src/notify/receiver.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import type { Store } from '../../src/store/store.ts';
import { routeSpec } from '../alerting/routing/support.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { runs } from '../support/runs.ts';
import { startAlerting } from './routed-alerting.ts';

const minute = 60_000;
const services = ['a', 'b', 'c'];
const names = ['slack', 'mail', 'pager'];
type Kind = Outcome['kind'];

/** Takes what it is to take, and remembers what that was. */
class FitfulReceiver extends RecordingReceiver {
  /** What is to come of the next tries; after them everything is taken. */
  readonly moods: Kind[] = [];
  readonly counts = { posts: 0, edits: 0, digests: 0, replies: 0 };
  readonly perIncident = new Map<string, number>();

  constructor(name: string, canEdit: boolean) {
    super(name);
    this.canEdit = canEdit;
  }

  override notify({ incident, news }: Message, reference: Reference | undefined): Promise<Outcome> {
    const kind = this.moods.shift() ?? 'delivered';
    if (kind !== 'delivered') {
      const rest = { reason: 'a mood', remedy: 'none', retryAfterMillis: 1000 };
      return Promise.resolve({ kind, ...rest } as Outcome);
    }
    if (reference !== undefined) this.counts.edits++;
    else if (incident === undefined) this.counts.digests++;
    else this.counts.posts++;
    if (incident !== undefined) {
      if (reference !== undefined) this.counts.replies += news.length;
      this.perIncident.set(incident.key, (this.perIncident.get(incident.key) ?? 0) + 1);
    }
    return Promise.resolve({ kind: 'delivered', reference: this.canEdit ? { post: '1' } : undefined });
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ fail: fc.constantFrom(...services), critical: fc.boolean() }) },
  fc.record({ resolve: fc.constantFrom(...services) }),
  { weight: 2, arbitrary: fc.record({ pass: fc.constantFrom(1000, 10_000, 5 * minute, 40 * minute) }) },
  fc.record({ dryRun: fc.boolean() }),
  fc.record({
    mood: fc.constantFrom<Kind>('failed', 'refused', 'rejected', 'throttled', 'gone'),
    of: fc.constantFrom(...names),
  }),
  fc.record({ routing: fc.constantFrom(0, 1) }),
);

const routings: RoutingOptions[] = [
  noRouting,
  {
    ...noRouting,
    route: routeSpec({
      receiver: 'slack',
      routes: [{ receiver: 'pager', matchers: ['severity="critical"'] }],
    }),
  },
];

async function timelines(calls: Store): Promise<Map<string, readonly TimelineRecord[]>> {
  const { items } = await calls.listIncidents({ limit: 1000 });
  const read = items.map(async ({ key }) => [key, (await calls.readTimeline(key))!] as const);
  return new Map(await Promise.all(read));
}

test('a timeline says of each message that was sent, and of none that was not; and so does the report', async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 5, maxLength: 40 }),
    fc.boolean(),
    async (steps, hasBudget) => {
      const store = new InlineStore();
      await store.start();
      const receivers = names.map((name) => new FitfulReceiver(name, name !== 'mail'));
      const alerting = await startAlerting(noRouting, {
        store,
        receivers,
        fallbacks: { slack: 'mail' },
        ...(hasBudget && { budget: { perHour: 60, burst: 4 } }),
      });
      for (const each of steps) {
        if ('fail' in each)
          await alerting.record({ service: each.fail, severity: each.critical ? 'critical' : 'high' });
        else if ('resolve' in each) await alerting.resolveAll(each.resolve);
        else if ('pass' in each) await alerting.pass(each.pass);
        else if ('dryRun' in each) await alerting.setDryRun(each.dryRun);
        else if ('routing' in each) alerting.loop.route(routings[each.routing]!);
        else receivers.find(({ name }) => name === each.of)!.moods.push(each.mood);
      }
      await alerting.pass(2 * minute);
      await alerting.stop();
      const told = await timelines(store.calls);
      const { items: days } = await store.calls.listSent({ limit: 1000 });
      for (const { name, perIncident, counts } of receivers) {
        for (const [key, entries] of told) {
          const said = entries.filter(
            ({ receiver, kind }) => receiver === name && (kind === 'sent' || kind === 'edited'),
          );
          const sum = said.reduce((total, { count }) => total + count, 0);
          assert.equal(sum, perIncident.get(key) ?? 0, `${name} ${JSON.stringify(entries)}`);
        }
        const own = days.filter(({ receiver, isDryRun }) => receiver === name && !isDryRun);
        for (const count of ['posts', 'edits', 'digests', 'replies'] as const)
          assert.equal(
            own.reduce((total, day) => total + day[count], 0),
            counts[count],
            `${name} ${count}`,
          );
      }
      await store.stop();
    },
  );
  await fc.assert(property, { numRuns: runs(30), seed: 20_261_130 });
});
