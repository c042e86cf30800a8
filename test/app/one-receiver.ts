import type { TestContext } from 'node:test';
import type { PostedAlert } from '../../src/alerting/posted/posted-alert.ts';
import { noRouting } from '../../src/alerting/routing/routing.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { routeSpec, type ShortRoute } from '../alerting/routing/support.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { startAlerting } from './routed-alerting.ts';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
/** By which failures are of the shop, and different. */
export const failure = (type: string, given: Partial<ErrorEvent> = {}): Partial<ErrorEvent> => ({
  service: 'shop',
  type,
  fingerprint: `1:${type}`,
  severity: 'high',
  ...given,
});
export const alert = (name: string, endsAt: number): PostedAlert => ({
  labels: { alertname: name, service: 'db' },
  annotations: { summary: name },
  startsAt: undefined,
  endsAt,
  generatorURL: '',
});

/** One receiver, and what it was told as a line each: in which message, and what was said beside it. */
export async function startOne(
  t: TestContext,
  route: ShortRoute,
  given: Parameters<typeof startAlerting>[1] = {},
) {
  const chat = given.receivers?.[0] ?? new RecordingReceiver('slack');
  const running = await startAlerting(
    { ...noRouting, route: routeSpec({ receiver: 'slack', ...route }) },
    { ...given, receivers: [chat] },
  );
  t.after(running.stop);
  const told = (): string[] =>
    chat.shown.splice(0).map(({ message, in: edited }) => {
      const news = message.news.map(
        ({ text }) => ` + ${text.replace(' in POST /charge: card 17 was refused', '')}`,
      );
      const also = message.facts.find(({ name }) => name === 'In this group')?.value;
      const more = typeof also === 'string' ? ` and ${also}` : '';
      const type = message.title.split(' ')[0];
      return `${edited?.['post'] ?? 'new'}: ${type} ${message.state}${more}${news.join('')}`;
    });
  const post = async (...alerts: PostedAlert[]): Promise<void> => {
    const taken = running.loop.post(alerts);
    await running.pass(0);
    await taken;
  };
  const types = async (state: 'firing' | 'ended'): Promise<string[]> =>
    (await running.store.calls.listIncidents({ limit: 100, states: [state] })).items.map(
      ({ issue, alertname }) => issue?.type ?? alertname,
    );
  return { ...running, chat, told, post, types };
}
