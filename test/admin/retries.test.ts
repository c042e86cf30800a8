import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PageAnswer, ProblemAnswer, RetriesAnswer } from '../../src/admin/contract.ts';
import type { DependencyRetries } from '../../src/derive/retries/dependency-retries.ts';
import { TestApi } from './support.ts';

function known(given: Partial<DependencyRetries>): DependencyRetries {
  return {
    service: 'shop',
    dependency: 'payments:8080',
    attempts: 100,
    retries: 0,
    recovered: 0,
    exhausted: 0,
    amplification: 1,
    stormSince: undefined,
    ...given,
  };
}

suite('GET /api/retries', () => {
  const api = new TestApi();
  api.retries = [
    known({ dependency: 'db' }),
    known({
      retries: 60,
      recovered: 10,
      exhausted: 5,
      amplification: 2.5,
      stormSince: Date.UTC(2026, 0, 2),
    }),
    known({ service: 'cart', retries: 7 }),
  ];
  const list = (query = '') => api.get<PageAnswer<RetriesAnswer>>('listRetries', `/api/retries${query}`);
  const names = async (query = ''): Promise<string[]> =>
    (await list(query)).items.map(({ service, dependency }) => `${service} ${dependency}`);

  test('says how often who tries again what, and whether that is a storm', async () => {
    const { items } = await list('?service=shop');
    assert.deepEqual(items[0], {
      service: 'shop',
      dependency: 'payments:8080',
      attempts: 100,
      retries: 60,
      recovered: 10,
      exhausted: 5,
      amplification_ratio: 2.5,
      storm_since: '2026-01-02T00:00:00.000Z',
    });
    assert.equal(items[1]!.storm_since, null);
  });

  test('lists the most retried first, or by name in pages', async () => {
    assert.deepEqual(await names(), ['shop payments:8080', 'cart payments:8080', 'shop db']);
    assert.deepEqual(await names('?limit=1'), ['shop payments:8080']);
    assert.deepEqual(await names('?dependency=db'), ['shop db']);
    const first = await list('?sort=name&limit=2');
    assert.deepEqual(await names(`?sort=name&cursor=${first.next_cursor}`), ['shop payments:8080']);
  });

  for (const [query, detail] of [
    ['?sort=age', /^sort: not one of: retries, name/],
    ['?sort=name&cursor=x', /^cursor: not one that a page gave out/],
  ] as const)
    test(`refuses ${query}`, async () => {
      const { status, body } = await api.ask(`/api/retries${query}`);
      assert.equal(status, 400);
      assert.match((JSON.parse(body) as ProblemAnswer).detail, detail);
    });
});
