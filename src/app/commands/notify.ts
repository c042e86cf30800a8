import type { Environment } from '../../config/environment.ts';
import { suggest } from '../../config/suggest.ts';
import type { Message } from '../../notify/message.ts';
import type { Outcome } from '../../notify/receiver.ts';
import type { Clock } from '../../runtime/clock.ts';
import { createReceivers } from '../composition/create-receivers.ts';
import type { Configuration } from '../configuration/options.ts';

export interface Notified {
  delivered: boolean;
  /** What came of it, for people. */
  text: string;
}

/** Sends one test notification to a receiver, the way real ones go. */
export async function notifyCommand(
  configuration: Configuration,
  name: string,
  environment: Environment,
  clock: Clock,
): Promise<Notified> {
  const receivers = createReceivers(configuration, environment, clock);
  const receiver = receivers.find((each) => each.name === name);
  if (receiver === undefined) {
    const names = receivers.map((each) => each.name);
    return { delivered: false, text: noSuchReceiver(name, names) };
  }
  const { signal } = new AbortController();
  const obstacle = await receiver.verify(signal);
  const outcome = obstacle ?? (await receiver.notify(testMessage(clock.now()), undefined, signal));
  return {
    delivered: outcome.kind === 'delivered',
    text: `${receiver.description}: ${said(outcome)}`,
  };
}

function noSuchReceiver(name: string, names: readonly string[]): string {
  if (names.length === 0)
    return 'no receiver is configured: set SLACK_BOT_TOKEN and SLACK_CHANNEL, or SLACK_WEBHOOK_URL, or alerts.receivers in a file';
  const meant = suggest(name, names);
  return `there is no receiver ${name}: ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`}`;
}

function said(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'delivered':
      return 'the test notification was taken; look whether it is there';
    case 'throttled':
      return `it wants to be left alone for ${Math.ceil(outcome.retryAfterMillis / 1000)} s; try again then`;
    case 'refused':
      return `${outcome.reason}. ${outcome.remedy}`;
    case 'failed':
    case 'gone':
    case 'rejected':
      return outcome.reason;
  }
}

export function testMessage(now: number): Message {
  return {
    state: 'ended',
    severity: 'low',
    summary: '[TEST] Tocsin can reach you here',
    title: 'Test notification',
    detail: 'Somebody ran `tocsin notify`. Nothing has failed.',
    facts: [{ name: 'Sent', value: { at: now } }],
    news: [],
    links: [],
    frames: [],
    footer: 'tocsin notify',
  };
}
