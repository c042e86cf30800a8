import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerAnswer } from '../../src/admin/contract.ts';
import { builtInRules } from '../../src/noise/rule.ts';
import type { LedgerSignal } from '../../src/telemetry/events.ts';
import { type Account, accountsIn } from '../support/ledger-accounts.ts';
import { type Accounts, equation, LifeAccounts, wrongIn } from './inside.ts';
import type { Lives } from './lives.ts';
import { filesRule } from './settings.ts';
import { takenIn } from './sightings.ts';
import type { Upstream } from './upstream.ts';

const ruleNames: readonly string[] = [...builtInRules, filesRule];

const everyMillis = 40;
/** Of so many scrapes one asks for the totals as well. */
const totalsOneIn = 10;

/** What is read of the counters beside the ledger. */
export interface Remarks {
  /** Items that were lost for want of room, or after many tries, as the first destination says. */
  toldLost: number;
  /** Spans that there was no room to hold. */
  notHeld: number;
}

/** Looks at the counters all the time, whatever goes on. */
export class Scraper {
  readonly problems = new Set<string>();
  scrapes = 0;
  /** For so long nothing at all may have gone on, in milliseconds. */
  slowestMillis = 0;
  private readonly lives: Lives;
  private readonly upstream: Upstream;
  private readonly accounts = new Map<number, LifeAccounts>();
  private readonly remarks = new Map<number, Remarks>();
  private readonly running: Promise<void>;
  private isOver = false;

  /** @param upstream that of the first destination, by whose answers the ledger goes */
  constructor(lives: Lives, upstream: Upstream) {
    this.lives = lives;
    this.upstream = upstream;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  /** Of all lives together, as far as they were heard of. */
  get all(): Remarks {
    const all = [...this.remarks.values()];
    return {
      toldLost: all.reduce((sum, { toldLost }) => sum + toldLost, 0),
      notHeld: all.reduce((sum, { notHeld }) => sum + notHeld, 0),
    };
  }

  /** @returns what the process says that runs now; undefined if it is not there, or not the one any more that was asked */
  async scrape(): Promise<Accounts | undefined> {
    const life = this.lives.history.current;
    const beganAt = performance.now();
    const exposition = await this.lives.tocsin.metrics().catch(() => undefined);
    this.slowestMillis = Math.max(this.slowestMillis, performance.now() - beganAt);
    if (exposition === undefined || this.lives.history.current !== life || life.endedAt !== undefined)
      return undefined;
    this.scrapes++;
    const accounts = accountsIn(exposition);
    const known = this.accounts.get(life.number) ?? new LifeAccounts();
    this.accounts.set(life.number, known);
    this.remarks.set(life.number, remarksIn(exposition));
    for (const problem of known.next(accounts, this.forwardable(life.number)))
      this.problems.add(`life ${life.number}: ${problem}`);
    for (const problem of droppedWrong(exposition, accounts.spans.dropped))
      this.problems.add(`life ${life.number}: ${problem}`);
    return accounts;
  }

  /** Over all processes. */
  async totals(): Promise<Accounts | undefined> {
    const answer = await this.lives.tocsin.api('/api/ledger').catch(() => undefined);
    if (answer === undefined) return undefined;
    const { signals } = answer as LedgerAnswer;
    for (const [signal, account] of Object.entries(signals) as [LedgerSignal, Account][])
      for (const what of wrongIn(account))
        this.problems.add(`GET /api/ledger, ${signal}: ${what}. ${equation(account)}`);
    return signals;
  }

  private async run(): Promise<void> {
    for (let turn = 0; !this.isOver; turn++) {
      await this.scrape();
      if (turn % totalsOneIn === 0) await this.totals();
      await delay(everyMillis);
    }
  }

  private forwardable(life: number): Record<LedgerSignal, number> {
    const { history } = this.lives;
    const own = this.upstream.deliveries.filter(({ at }) => history.lifeAt(at).number === life);
    const { spans, log_records, data_points } = takenIn(own);
    return { spans: spans[1], log_records: log_records[1], data_points: data_points[1] };
  }
}

function remarksIn(exposition: string): Remarks {
  const remarks: Remarks = { toldLost: 0, notHeld: 0 };
  for (const line of exposition.split('\n')) {
    const value = Number(line.slice(line.lastIndexOf(' ') + 1));
    if (/^tocsin_forward_items_total\{.*outcome="(overflowed|given_up|expired)"/.test(line))
      remarks.toldLost += value;
    if (/^tocsin_local_trace_undecided_spans_total\{.*reason="full"/.test(line)) remarks.notHeld += value;
  }
  return remarks;
}

/** Every drop is counted under its rule. */
function droppedWrong(exposition: string, dropped: number): string[] {
  const rules = [...exposition.matchAll(/^tocsin_noise_spans_dropped_total\{rule="(.*)"} (.*)$/gm)];
  const sum = rules.reduce((total, [, , spans]) => total + Number(spans), 0);
  const unknown = rules.filter(([, rule]) => !ruleNames.includes(rule!));
  return [
    ...unknown.map(([line]) => `there is no such rule: ${line}`),
    ...(sum === dropped ? [] : [`by rules ${sum} spans were dropped, by the ledger ${dropped}`]),
  ];
}
