import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Severity } from '../../src/errors/error-event.ts';
import { EventSampler } from '../../src/issues/event-sampler.ts';

const minute = 60_000;
const usual = { severity: 'high' as Severity, version: '1', expected: false };

/** As the store answers: what is kept is stored at once. */
function keeps(
  sampler: EventSampler,
  issueId: string,
  event: typeof usual,
  now: number,
  perMinute: number,
): boolean {
  const isKept = sampler.keeps(issueId, event, now, perMinute) !== 'counted';
  if (isKept) sampler.stored(issueId);
  return isKept;
}

/** How many of so many events, one every `everyMillis`, are kept whole. */
function kept(
  perMinute: number,
  sampler: EventSampler,
  events: number,
  everyMillis: number,
  from = 0,
  issueId = 'a',
): number {
  let count = 0;
  for (let i = 0; i < events; i++)
    if (keeps(sampler, issueId, usual, from + i * everyMillis, perMinute)) count++;
  return count;
}

suite('of the events of an issue', () => {
  test('all are kept while there are few', () => {
    assert.equal(kept(60, new EventSampler(), 600, 1000), 600);
  });

  test('a storm’s first are kept, and then so many a minute', () => {
    const sampler = new EventSampler();
    assert.equal(kept(60, sampler, 10_000, 0), 60);
    const inTheNextMinute = kept(60, sampler, 10_000, 6, 1);
    assert.ok(inTheNextMinute >= 59 && inTheNextMinute <= 61, `${inTheNextMinute}`);
    assert.equal(kept(60, sampler, 1000, 0, 100 * minute), 60);
  });

  test('each issue has its own share', () => {
    const sampler = new EventSampler();
    for (const issueId of ['a', 'b', 'c']) assert.equal(kept(10, sampler, 100, 0, 0, issueId), 10);
  });

  test('one that is worse than all before is kept, and so is the first of a version', () => {
    const sampler = new EventSampler();
    kept(2, sampler, 10, 0);
    assert.equal(keeps(sampler, 'a', { ...usual, severity: 'low' }, 0, 2), false);
    assert.equal(keeps(sampler, 'a', { ...usual, severity: 'critical' }, 0, 2), true);
    assert.equal(keeps(sampler, 'a', { ...usual, severity: 'critical' }, 0, 2), false);
    assert.equal(keeps(sampler, 'a', { ...usual, version: '2' }, 0, 2), true);
    assert.equal(keeps(sampler, 'a', { ...usual, version: '2' }, 0, 2), false);
    assert.equal(keeps(sampler, 'a', usual, 0, 2), false);
  });

  test('the first that is not expected is kept', () => {
    const sampler = new EventSampler();
    const expected = { ...usual, expected: true };
    for (let i = 0; i < 10; i++) keeps(sampler, 'a', expected, 0, 2);
    assert.equal(keeps(sampler, 'a', expected, 0, 2), false);
    assert.equal(keeps(sampler, 'a', usual, 0, 2), true);
    assert.equal(keeps(sampler, 'a', usual, 0, 2), false);
  });

  test('no more are kept because an app makes up versions', () => {
    const sampler = new EventSampler();
    let count = 0;
    for (let i = 0; i < 1000; i++) if (keeps(sampler, 'a', { ...usual, version: `${i}` }, 0, 2)) count++;
    assert.ok(count < 100, `${count}`);
  });

  test('all are kept until one of them is stored', () => {
    const sampler = new EventSampler();
    for (let i = 0; i < 100; i++) assert.notEqual(sampler.keeps('a', usual, 0, 2), 'counted');
    sampler.stored('a');
    assert.equal(sampler.keeps('a', usual, 0, 2), 'counted');
  });

  test('the next is kept after what was kept is forgotten', () => {
    const sampler = new EventSampler();
    kept(2, sampler, 10, 0);
    sampler.forget();
    assert.equal(kept(2, sampler, 10, 0), 2);
  });

  test('the first of any issue is kept, and no more than its share, however many issues there are', () => {
    const step = fc.record({
      issue: fc.integer({ min: 0, max: 20 }),
      wait: fc.integer({ min: 0, max: 5000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const sampler = new EventSampler();
        const counts = new Map<number, number>();
        let now = 0;
        for (const { issue, wait } of steps) {
          now += wait;
          const isKept = keeps(sampler, `${issue}`, usual, now, 6);
          if (!counts.has(issue)) assert.ok(isKept);
          counts.set(issue, (counts.get(issue) ?? 0) + (isKept ? 1 : 0));
        }
        for (const count of counts.values()) assert.ok(count <= 6 + (6 * now) / minute + 1e-9);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('memory is bounded: what was asked of long ago begins anew', () => {
    const sampler = new EventSampler();
    assert.ok(keeps(sampler, 'first', usual, 0, 1));
    for (let i = 0; i < 20_000; i++) keeps(sampler, `issue ${i}`, usual, 0, 1);
    assert.ok(keeps(sampler, 'first', usual, 0, 1));
  });

  test('only some are kept with what happened before them, and the first always', () => {
    const sampler = new EventSampler();
    const kept: Record<string, number> = {};
    for (let i = 0; i < 200; i++) {
      const keeping = sampler.keeps('a', usual, 0, 100);
      sampler.stored('a');
      kept[keeping] = (kept[keeping] ?? 0) + 1;
    }
    assert.deepEqual(kept, { 'with breadcrumbs': 20, whole: 80, counted: 100 });
    assert.equal(sampler.keeps('a', usual, minute, 100), 'with breadcrumbs');
  });

  test('what became of one that was only counted is news if it is worse than what is settled', () => {
    const sampler = new EventSampler();
    const held = { ...usual, severity: 'low' as Severity, held: 'high' as Severity };
    sampler.keeps('a', held, 0, 1);
    sampler.stored('a');
    assert.equal(sampler.keeps('a', held, 0, 1), 'counted');
    assert.equal(sampler.settles('a', 'low', false), false);
    assert.equal(sampler.settles('a', 'high', false), true);
    assert.equal(sampler.settles('a', 'high', false), false);
    assert.equal(sampler.settles('a', 'high', true), true);
    assert.equal(sampler.settles('a', 'high', true), false);
    assert.equal(sampler.settles('unknown', 'low', false), true);
  });
});
