import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter } from '../metrics/scalar.ts';
import type { Log } from './log.ts';
import { type TellOwnFailure, untold } from './own-failure.ts';

const actions = ['acknowledge', 'resolve', 'silence', 'ignore'] as const;
/** What came of a press of a button. */
const outcomes = ['done', 'already', 'unknown', 'refused', 'failed'] as const;
/** Why a press was nothing to act on; what it was for is not known then. */
const vain = ['foreign', 'invalid', 'repeated'] as const;
/** Answers to requests of chats. */
const codes = ['200', '401', '429'] as const;

interface Pressed {
  name: (typeof actions)[number];
  incidentKey: string;
  by: string;
}

/** What happens to the buttons of messages: its counters and log lines. */
export class ButtonEvents {
  private readonly log: Log;
  private readonly tellOfFailure: TellOwnFailure;
  private readonly presses: Counter;
  private readonly requests: Counter;
  private clockIsDoubted = false;

  /** @param tell is told of what failed */
  constructor(registry: MetricRegistry, log: Log, tell: TellOwnFailure = untold) {
    this.log = log;
    this.tellOfFailure = tell;
    this.presses = registry.counter({
      name: 'tocsin_button_presses_total',
      help: 'Buttons of messages that were pressed, by what came of it.',
      labels: ['action', 'outcome'],
    });
    for (const action of actions) for (const outcome of outcomes) this.presses.series([action, outcome]);
    for (const outcome of vain) this.presses.series(['', outcome]);
    this.requests = registry.counter({
      name: 'tocsin_button_requests_total',
      help: 'Requests of chats, by the code of the answer.',
      labels: ['code'],
    });
    for (const code of codes) this.requests.series([code]);
  }

  pressed(
    { name, incidentKey: incident, by }: Pressed,
    outcome: (typeof outcomes)[number],
    reason?: string,
  ): void {
    this.presses.add(this.presses.series([name, outcome]));
    const facts = { action: name, incident, by, outcome, ...(reason === undefined ? {} : { reason }) };
    if (outcome === 'done') this.log.info(facts, 'a button was pressed');
    else this.log.warn(facts, 'a button was pressed, and nothing was done');
  }

  /** Counted only: others may use the same app of a chat. */
  pressedInVain(why: (typeof vain)[number]): void {
    this.presses.add(this.presses.series(['', why]));
  }

  /** What was pressed may have been done or not. */
  actionFailed(error: unknown): void {
    this.log.error({ err: error }, 'what was pressed could not be done');
  }

  /** Whoever pressed is not told what came of it. */
  answerFailed(reason: string): void {
    this.log.warn({ reason }, 'who pressed a button could not be told what came of it');
  }

  requestAnswered(code: number): void {
    this.requests.add(this.requests.series([String(code)]));
  }

  /** Told when it begins: one of the two clocks is wrong, or somebody sends again what was recorded. */
  requestOutOfTime(seconds: number): void {
    if (this.clockIsDoubted) return;
    this.clockIsDoubted = true;
    this.log.warn(
      { seconds },
      'a request that Slack signed was refused, since it was signed minutes ago, or will be: is the clock of this machine right?',
    );
  }

  requestInTime(): void {
    this.clockIsDoubted = false;
  }

  requestFailed(error: unknown): void {
    this.log.error({ err: error }, 'a request of a chat could not be answered');
  }

  /** For the first time, or again. */
  socketOpened(receivers: readonly string[]): void {
    this.log.info({ receivers }, 'Slack tells Tocsin which buttons are pressed (Socket Mode)');
  }

  /** Told when it begins, not for every try. */
  socketFailing(receivers: readonly string[], reason: string): void {
    this.log.warn({ receivers, reason }, 'buttons in Slack do nothing at the moment; connecting again');
    this.tellOf(receivers, reason);
  }

  /** Told once a pause. */
  socketRefused(receivers: readonly string[], reason: string, remedy: string): void {
    this.log.error(
      { receivers, reason },
      `buttons in Slack do nothing until this is mended: ${reason}. ${remedy}`,
    );
    this.tellOf(receivers, `${reason}. ${remedy}`);
  }

  /** @param others connections of the same app of Slack */
  socketShared(receivers: readonly string[], others: number): void {
    this.log.warn(
      { receivers, others },
      'others are connected by the same Slack app, and each press goes to one of them: give each Tocsin an app of its own',
    );
  }

  /** An issue of its own, however often it is told of. */
  private tellOf(receivers: readonly string[], reason: string): void {
    const message = `buttons in Slack do nothing: ${reason}`;
    this.tellOfFailure({ kind: 'ButtonsFailing', subject: receivers.join(', '), message });
  }
}
