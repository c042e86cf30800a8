import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { BreakerAnswer, PageAnswer, ProblemAnswer } from '../../src/admin/contract.ts';
import type { BreakerSummary } from '../../src/derive/breakers/breaker-summary.ts';
import { BreakerBook } from '../../src/derive/reported/breaker-book.ts';
import { reportedBreakers } from '../../src/derive/reported/reported-breakers.ts';
import { TestClock } from '../support/test-clock.ts';
import { TestApi } from './support.ts';

const at = Date.UTC(2026, 0, 2);

function summary(given: Partial<BreakerSummary>): BreakerSummary {
  return {
    service: 'shop',
    name: 'payments',
    kind: 'reported',
    instances: { closed: 1, open: 0, half_open: 0 },
    since: at,
    calls: { success: 1, failure: 0, rejected: 0 },
    millisIn: { closed: 0, open: 0, half_open: 0 },
    failedProbes: 0,
    transitions: [],
    ...given,
  };
}

suite('GET /api/breakers', () => {
  const api = new TestApi();
  const list = (query = '') => api.get<PageAnswer<BreakerAnswer>>('listBreakers', `/api/breakers${query}`);
  const names = async (query = ''): Promise<string[]> =>
    (await list(query)).items.map(({ service, name, kind }) => `${service} ${name} ${kind}`);

  test('says how each is, of all instances together', async () => {
    const clock = new TestClock(at);
    const nothing = () => undefined;
    const book = new BreakerBook(clock, {
      transition: nothing,
      calls: nothing,
      spent: nothing,
      evicted: nothing,
    });
    const of = (instance: string) => ({ service: 'shop', instance });
    const change = { channel: 'span event', at: 0 } as const;
    book.changed(of('one'), 'payments', { ...change, from: 'closed', to: 'open' });
    clock.advance(1_000);
    book.changed(of('two'), 'payments', { ...change, from: 'closed', to: 'open' });
    clock.advance(1_000);
    book.changed(of('three'), 'payments', { ...change, from: 'half_open', to: 'closed' });
    clock.advance(1_000);
    book.called(of('one'), 'payments', 'rejected', 2, clock.now());
    book.called(of('two'), 'payments', 'failure', 1, clock.now());
    api.breakers = reportedBreakers(book);
    const { items } = await list();
    assert.deepEqual(items, [
      {
        service: 'shop',
        name: 'payments',
        kind: 'reported',
        state: 'open',
        since: '2026-01-02T00:00:00.000Z',
        instances: { closed: 1, open: 2, half_open: 0 },
        calls: { success: 0, failure: 1, rejected: 2 },
        state_seconds: { closed: 1, open: 5, half_open: 0 },
        failed_probes: 1,
        transitions: [
          { at: '2026-01-02T00:00:02.000Z', from: 'half_open', to: 'closed' },
          { at: '2026-01-02T00:00:01.000Z', from: 'closed', to: 'open' },
          { at: '2026-01-02T00:00:00.000Z', from: 'closed', to: 'open' },
        ],
      },
    ]);
  });

  test('says nothing of a state that is not known', async () => {
    api.breakers = [summary({ instances: { closed: 0, open: 0, half_open: 0 }, since: undefined })];
    const [{ state, since } = {}] = (await list()).items;
    assert.deepEqual([state, since], [null, null]);
    assert.deepEqual(await names('?state=open,closed,half_open'), []);
  });

  test('lists those that are asked for, in pages that follow one another', async () => {
    api.breakers = [
      summary({ name: 'stock', kind: 'shadow', instances: { closed: 0, open: 1, half_open: 0 } }),
      summary({ instances: { closed: 3, open: 0, half_open: 1 } }),
      summary({ service: 'mail' }),
    ];
    const all = ['mail payments reported', 'shop payments reported', 'shop stock shadow'];
    assert.deepEqual(await names(), all);
    assert.deepEqual(await names('?service=shop&kind=reported'), [all[1]]);
    assert.deepEqual(await names('?state=open,half_open'), all.slice(1));
    const first = await list('?limit=1');
    assert.deepEqual(await names(`?cursor=${first.next_cursor}`), all.slice(1));
    assert.equal((await list(`?limit=2&cursor=${first.next_cursor}`)).next_cursor, null);
  });

  for (const [query, detail] of [
    ['?kind=real', /^kind: not one of: reported, shadow/],
    ['?state=ajar', /^state: not one of: closed, open, half_open/],
    ['?cursor=x', /^cursor: not one that a page gave out/],
    ['?name=x', /no parameter "name"/],
  ] as const) {
    test(`refuses ${query}`, async () => {
      const { status, body } = await api.ask(`/api/breakers${query}`);
      assert.equal(status, 400);
      assert.match((JSON.parse(body) as ProblemAnswer).detail, detail);
    });
  }
});
