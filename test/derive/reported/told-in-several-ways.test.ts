import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type BreakerState, breakerStates } from '../../../src/derive/breakers/breaker-state.ts';
import { type Entries, noEntries } from '../../../src/derive/reported/state-walk.ts';
import { minute, second, setUp } from './set-up.ts';

const seed = 20261130;

interface Step {
  /** After the one before. */
  gapMillis: number;
  /** Where there is a choice: from half open. */
  closes: boolean;
  told: ('span' | 'log')[];
  /** Until it is exported. */
  delays: number[];
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    gapMillis: fc.oneof(
      fc.integer({ min: 300, max: 5 * second }),
      fc.integer({ min: 10_000, max: 4 * minute }),
    ),
    closes: fc.boolean(),
    told: fc.constantFrom<Step['told']>(['span'], ['log'], ['span', 'log'], ['log', 'span']),
    delays: fc.array(fc.integer({ min: 0, max: 8 * second }), { minLength: 2, maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 14 },
);

interface Told {
  at: number;
  tell: () => void;
}

/** What a breaker did, told by events that come late and in any order, and in metrics as well if there are any. */
function live(given: readonly Step[], withMetrics: boolean, aheadMillis = 0) {
  const app = setUp();
  const { clock, changed, logged, metric } = app;
  const start = clock.now();
  const truth: Record<string, number> = {};
  const changes: { at: number; to: BreakerState }[] = [];
  const told: Told[] = [];
  let state: BreakerState = 'closed';
  let at = start + 1;
  for (const { gapMillis, closes, told: ways, delays } of given) {
    at += gapMillis;
    const from: BreakerState = state;
    state = from === 'half_open' ? (closes ? 'closed' : 'open') : from === 'open' ? 'half_open' : 'open';
    truth[`${from} ${state}`] = (truth[`${from} ${state}`] ?? 0) + 1;
    changes.push({ at, to: state });
    for (const [i, way] of ways.entries()) {
      const change = { state, from, at: at + i + aheadMillis };
      const tell = (): void => (way === 'span' ? changed : logged)(change);
      told.push({ at: at + i + delays[i]!, tell });
    }
  }
  const end = at + 2 * minute;
  const exports = withMetrics ? Math.ceil((end - start) / minute) : 0;
  for (const timeMillis of Array.from({ length: exports }, (_, i) => start + i * minute)) {
    const totals: Entries = noEntries();
    for (const change of changes) if (change.at <= timeMillis) totals[change.to]++;
    const points = breakerStates.map((each) => ({
      value: totals[each],
      timeMillis: timeMillis + aheadMillis,
      startMillis: start - 1 + aheadMillis,
      attributes: { 'failsafe.circuit_breaker.name': 'payments', 'failsafe.circuit_breaker.state': each },
    }));
    told.push({ at: timeMillis, tell: () => metric('failsafe.circuit_breaker.state_change.count', points) });
  }
  // Series that nobody asks for expire.
  for (let scrape = start; scrape < end; scrape += 10 * minute)
    told.push({ at: scrape, tell: () => void app.text() });
  for (const { at: when, tell } of told.toSorted((a, b) => a.at - b.at)) {
    clock.advance(Math.max(0, when - clock.now()));
    tell();
  }
  return {
    truth,
    state,
    transitions: app.values('tocsin_breaker_transitions_total'),
    shown: app.values('tocsin_breaker_state'),
  };
}

suite('what a breaker did is counted once', () => {
  for (const withMetrics of [false, true])
    test(`however late and in whatever order events tell of it${withMetrics ? ', beside metrics' : ''}`, () => {
      fc.assert(
        fc.property(steps, (given) => {
          const { truth, state, transitions, shown } = live(given, withMetrics);
          assert.deepEqual(transitions, truth);
          assert.deepEqual(shown, { [state]: 1 });
        }),
        { seed, numRuns: 300 },
      );
    });

  for (const hours of [-1, 1])
    test(`also by a clock that is ${hours < 0 ? 'behind' : 'ahead'} by an hour`, () => {
      fc.assert(
        fc.property(steps, fc.boolean(), (given, withMetrics) => {
          const { truth, transitions } = live(given, withMetrics, hours * 60 * minute);
          assert.deepEqual(transitions, truth);
        }),
        { seed, numRuns: 300 },
      );
    });
});
