import { fileURLToPath } from 'node:url';
import type { Fault } from '../../../src/demo/slack/faults.ts';
import type {
  RecordedCall,
  RecordedEphemeral,
  RecordedMessage,
  RecordedPress,
} from '../../../src/demo/slack/history.ts';
import { Child } from './child.ts';

const program = fileURLToPath(new URL('../../../src/demo/slack/main.ts', import.meta.url));
const token = 'xoxb-end-to-end';
export const appToken = 'xapp-end-to-end';

/** The stand-in for Slack, in a process of its own. */
export class SlackProcess {
  private readonly child: Child;
  private url = '';

  constructor(...options: string[]) {
    this.child = new Child([program, '--token', token, '--channel', 'alerts', ...options]);
  }

  async start(): Promise<void> {
    this.url = (await this.child.line(/(http:\/\/[\w.:[\]]+)/))[1]!;
  }

  /** What a user sets to have Tocsin post here. */
  get environment(): Record<string, string> {
    return { SLACK_BOT_TOKEN: token, SLACK_CHANNEL: '#alerts', SLACK_API_URL: `${this.url}/api/` };
  }

  async messages(): Promise<readonly RecordedMessage[]> {
    return ((await this.control('messages')) as { messages: RecordedMessage[] }).messages;
  }

  async calls(method: string): Promise<readonly RecordedCall[]> {
    const { calls } = (await this.control('calls')) as { calls: RecordedCall[] };
    return calls.filter((call) => call.method === method);
  }

  /** A receiver whose messages have buttons, for a configuration. */
  get receiver(): object {
    const slack = { token, channel: '#alerts', api_url: `${this.url}/api/`, app_token: appToken };
    return { name: 'slack', slack };
  }

  async play(fault: Fault): Promise<void> {
    await this.control('faults', fault);
  }

  /** Connections of Socket Mode that are open, and how many there have been. */
  async sockets(): Promise<{ open: number; opened: number; complaints: string[] }> {
    return (await this.control('sockets')) as Awaited<ReturnType<SlackProcess['sockets']>>;
  }

  async ephemerals(): Promise<readonly RecordedEphemeral[]> {
    return ((await this.control('ephemerals')) as { ephemerals: RecordedEphemeral[] }).ephemerals;
  }

  /** Presses a button, as jane. */
  async press({ channel, ts }: RecordedMessage, action_id: string): Promise<RecordedPress> {
    return (await this.control('press', { channel, ts, action_id })) as RecordedPress;
  }

  /** Ends all connections: by Slack's word for why, or by cutting them off. */
  async disconnect(reason?: string): Promise<void> {
    await this.control('disconnect', { ...(reason !== undefined && { reason }) });
  }

  async stop(): Promise<void> {
    await this.child.kill('SIGTERM');
  }

  private async control(what: string, posted?: object): Promise<unknown> {
    const request = posted === undefined ? {} : { method: 'POST', body: JSON.stringify(posted) };
    return (await fetch(`${this.url}/control/${what}`, request)).json();
  }
}

/** All texts of a message's blocks, one after the other, as a person reads them. */
export function shownText(message: RecordedMessage): string {
  const texts: string[] = [];
  JSON.stringify(message.blocks, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.join('');
}
