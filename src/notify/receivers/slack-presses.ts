import type { Clock } from '../../runtime/clock.ts';
import { withinDeadline } from '../../runtime/deadline.ts';
import type { ButtonEvents } from '../../telemetry/button-events.ts';
import type { ActionOutcome, ActOnIncident, IncidentAction } from '../incident-action.ts';
import { readPresses, type SlackPress } from './slack-press.ts';

/** Slack gives an app 3 seconds to say that it has heard of a press; some of them are for the way. */
const patienceMillis = 2_000;

/** Tells one person something in a channel, that nobody else sees. @returns why that could not be done. Never throws */
export type TellOne = (channelId: string, userId: string, text: string) => Promise<string | undefined>;

export interface SlackPressesDependencies {
  clock: Clock;
  act: ActOnIncident;
  tellOne: TellOne;
  events: ButtonEvents;
}

/** What is pressed in Slack, whichever way it comes. */
export class SlackPresses {
  private readonly dependencies: SlackPressesDependencies;

  constructor(dependencies: SlackPressesDependencies) {
    this.dependencies = dependencies;
  }

  /**
   * Does what was pressed. Settled when that is done, so that whoever is told it was heard can rely on it; but soon enough for Slack,
   * which waits: a store that is slow is not. Never throws.
   */
  async handle(payload: unknown): Promise<void> {
    const { clock, events } = this.dependencies;
    const pressed = readPresses(payload);
    const work = pressed.map(async (press) => {
      if (typeof press === 'string') events.pressedInVain(press);
      else await this.press(press);
    });
    await withinDeadline(Promise.all(work), patienceMillis, clock).catch(() => undefined);
  }

  private async press({ action, channelId, userId }: SlackPress): Promise<void> {
    const { act, events } = this.dependencies;
    const outcome = await act(action);
    events.pressed(action, outcome.kind, 'reason' in outcome ? outcome.reason : undefined);
    const text = answerTo(action, outcome);
    // Not waited for: Slack is told that it was heard before it is asked to tell somebody something.
    if (text !== undefined && channelId !== undefined) void this.tell(channelId, userId, text);
  }

  private async tell(channelId: string, userId: string, text: string): Promise<void> {
    const problem = await this.dependencies.tellOne(channelId, userId, text);
    if (problem !== undefined) this.dependencies.events.answerFailed(problem);
  }
}

/** Undefined if the message itself says what came of it. */
function answerTo({ name }: IncidentAction, outcome: ActionOutcome): string | undefined {
  switch (outcome.kind) {
    case 'done':
      return name === 'silence' ? 'Silenced for an hour.' : undefined;
    case 'already':
      return `Nothing was done: ${outcome.reason}.`;
    case 'refused':
      return `It could not be done: ${outcome.reason}.`;
    case 'unknown':
      return 'Nothing was done: the Tocsin that heard of it does not know the incident. It is too long ago, or another Tocsin told of it by the same Slack app.';
    case 'failed':
      return 'It is not known whether it was done. If the message does not change in a moment, press again; the log of Tocsin says what is wrong.';
  }
}
