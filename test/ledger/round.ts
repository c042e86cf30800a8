import { setTimeout as delay } from 'node:timers/promises';
import { ledgerSignals } from '../../src/telemetry/events.ts';
import { Random } from '../fuzz/random.ts';
import { eventually } from '../support/eventually.ts';
import { AccountBounded } from './account.ts';
import { Expectations } from './expected.ts';
import { type Accounts, equation } from './inside.ts';
import { Lives } from './lives.ts';
import { Outside } from './outside.ts';
import type { MoodChange, Plan } from './plan.ts';
import { Scraper } from './scraper.ts';
import { Senders } from './senders.ts';
import { servicesOf } from './settings.ts';
import { wronglyAnswered } from './shipment.ts';
import { takenIn } from './sightings.ts';
import { Traffic } from './traffic.ts';
import { Upstream } from './upstream.ts';

/** In which all that was sent is answered, and then all that waits is forwarded. */
const answerMillis = 20_000;
const settleMillis = 90_000;

/** One Tocsin from its beginning to its end, and what is wrong with it. */
export class Round {
  readonly plan: Plan;
  readonly problems: string[] = [];
  readonly traffic: Traffic;
  readonly upstreams: readonly Upstream[];
  readonly checks: Outside[] = [];
  /** What the last process said when all had come to its end. */
  last: Accounts | undefined;
  lives: Lives | undefined;
  scrapes = 0;

  constructor(plan: Plan) {
    const { seed, round, moods, settings } = plan;
    this.plan = plan;
    this.traffic = new Traffic(new Random(seed, 2, round), servicesOf(settings));
    this.upstreams = moods.map(
      (_, i) => new Upstream(new Random(seed, 3 + i, round), settings.forwardTimeoutMillis),
    );
  }

  /** Never throws: what goes wrong is a problem. */
  async run(): Promise<void> {
    try {
      const endpoints = await Promise.all(this.upstreams.map((upstream) => upstream.start()));
      this.lives = new Lives(this.plan.settings, endpoints);
      await this.lives.start();
      const scraper = new Scraper(this.lives, this.upstreams[0]!);
      try {
        await this.play(this.lives, scraper);
      } finally {
        await scraper.stop();
        this.problems.push(...scraper.problems);
        this.scrapes = scraper.scrapes;
      }
    } catch (error) {
      this.problems.push(String((error as Error).stack));
    } finally {
      await this.close();
      this.problems.push(...(this.lives?.problems ?? []));
    }
  }

  private async play(lives: Lives, scraper: Scraper): Promise<void> {
    const { seed, round, senders: count, settings } = this.plan;
    const { traffic, upstreams } = this;
    const random = new Random(seed, 9, round);
    const senders = new Senders(count, {
      random,
      traffic,
      history: lives.history,
      at: () => lives.tocsin.at,
    });
    const changes = upstreams.map((upstream, i) => this.followMoods(upstream, this.plan.moods[i]!));
    try {
      await this.suffer(lives);
      await Promise.all(changes);
    } finally {
      await Promise.all([...changes, senders.stop(answerMillis)]);
    }
    this.problems.push(...traffic.shipments.flatMap((shipment) => wronglyAnswered(shipment) ?? []));
    // From here on it is asked by nobody else: what one of two was answered may be older than it seems.
    await scraper.stop();
    await this.settle(lives, scraper);
    if (scraper.slowestMillis > settings.forwardTimeoutMillis / 3)
      for (const upstream of upstreams) upstream.doubtAll();
    const { toldLost, notHeld } = scraper.all;
    const expectations = new Expectations(lives.history, settings.holdMillis, notHeld > 0);
    for (const [i, upstream] of upstreams.entries()) {
      const check = new Outside(upstream, {
        items: traffic.items,
        history: lives.history,
        expectations,
        isJournaled: settings.journal,
        toldLost,
      });
      this.checks.push(check);
      const problems = [...upstream.problems, ...check.problems];
      this.problems.push(...problems.map((what) => `back end ${i}: ${what}`));
    }
    await this.checkCounters(lives, scraper, expectations);
    await this.endWell(lives);
  }

  /** Until the load is to end. */
  private async suffer(lives: Lives): Promise<void> {
    const { faults, loadMillis } = this.plan;
    const beganAt = performance.now();
    const until = (at: number): Promise<void> => delay(Math.max(0, beganAt + at - performance.now()));
    for (const fault of faults) {
      await until(fault.at);
      await lives.suffer(fault);
    }
    await until(loadMillis);
  }

  /** In the end it is well. */
  private async followMoods(upstream: Upstream, changes: readonly MoodChange[]): Promise<void> {
    const { loadMillis } = this.plan;
    const beganAt = performance.now();
    for (const { at, mood } of [...changes, { at: loadMillis, mood: 'well' as const }]) {
      await delay(Math.max(0, beganAt + at - performance.now()));
      await upstream.setMood(mood);
    }
  }

  private async settle(lives: Lives, scraper: Scraper): Promise<void> {
    try {
      await eventually('nothing to be pending', () => this.isSettled(lives, scraper), settleMillis);
    } catch (error) {
      const { last } = this;
      const equations = ledgerSignals.map((signal) => `${signal}: ${last && equation(last[signal])}`);
      throw new Error(`${(error as Error).message}. ${equations.join('; ')}`, { cause: error });
    }
  }

  private async isSettled(lives: Lives, scraper: Scraper): Promise<boolean> {
    const { last } = this;
    this.last = (await scraper.scrape()) ?? last;
    if (ledgerSignals.some((signal) => this.last?.[signal].pending !== 0)) return false;
    const waits = ['tocsin_forward_queue_bytes', 'tocsin_forward_spool_requests'];
    for (const name of waits) if ((await lives.tocsin.sum(name)) > 0) return false;
    this.last = await scraper.scrape();
    return this.last !== undefined;
  }

  private async checkCounters(
    { history }: Lives,
    scraper: Scraper,
    expectations: Expectations,
  ): Promise<void> {
    const { last } = this;
    const [upstream] = this.upstreams;
    const own = upstream!.deliveries.filter(({ at }) => history.lifeAt(at) === history.current);
    const taken = takenIn(own);
    for (const signal of ledgerSignals) {
      const { forwarded } = last![signal];
      const [least, most] = taken[signal];
      if (forwarded < least || forwarded > most)
        this.problems.push(
          `${signal}: the last process counted ${forwarded} as forwarded, and the back end took ${least} to ${most}`,
        );
    }
    const wasCrashed = history.crashesAfter(0).length > 0;
    const totals = await scraper.totals();
    if (wasCrashed || totals === undefined) return;
    const { sightings } = this.checks[0]!;
    const problems = new AccountBounded(this.traffic.shipments, sightings, expectations).problemsOf(totals);
    this.problems.push(...problems.map((what) => `GET /api/ledger, in the end: ${what}`));
    if (problems.length === 0) return;
    for (const signal of ledgerSignals) this.problems.push(`${signal}: ${equation(totals[signal])}`);
  }

  /** Nothing is left for another process. */
  private async endWell(lives: Lives): Promise<void> {
    await lives.stop();
    if (!new Random(this.plan.seed, 8, this.plan.round).once(3)) return;
    await lives.start();
    const scraper = new Scraper(lives, this.upstreams[0]!);
    await scraper.stop();
    const left = await scraper.scrape();
    for (const signal of ledgerSignals)
      if ((left?.[signal].received ?? 0) > 0)
        this.problems.push(`${signal}: ${left![signal].received} were left for the next process`);
    await lives.stop();
  }

  /** Ends all that it has begun, whatever state that is in. */
  async close(): Promise<void> {
    await this.lives?.remove();
    await Promise.all(this.upstreams.map((upstream) => upstream.stop()));
  }
}
