import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AdviceAnswer, PageAnswer, ProblemAnswer } from '../../src/admin/contract.ts';
import { Profile } from '../../src/derive/advice/profile.ts';
import { outcome } from '../../src/derive/client-calls/outcome.ts';
import { TestApi } from './support.ts';

function seen(calls: number): Profile {
  const profile = new Profile();
  profile.count(outcome.success, 20, calls);
  profile.count(outcome.failure, 20, 1);
  return profile;
}

suite('GET /api/dependencies/:name/advice', () => {
  const api = new TestApi();
  const database = 'db:5432 postgresql/shop';
  api.called = [
    { service: 'cart', dependency: database, profile: seen(10) },
    { service: 'shop', dependency: database, profile: seen(1_000) },
    { service: 'shop', dependency: 'payments', profile: seen(5) },
  ];
  const advice = (query = '') =>
    api.get<PageAnswer<AdviceAnswer>>(
      'getAdvice',
      `/api/dependencies/${encodeURIComponent(database)}/advice${query}`,
    );

  test('says for each service that calls it what was seen, who calls most first', async () => {
    const { items } = await advice();
    assert.deepEqual(
      items.map(({ service, calls, failures, is_grounded }) => [service, calls, failures, is_grounded]),
      [
        ['shop', 1_001, 1, true],
        ['cart', 11, 1, false],
      ],
    );
    assert.equal(items[0]!.timeout_ms.value, 100);
    assert.match(items[0]!.timeout_ms.evidence, /99 of 100 calls/);
    assert.match(items[0]!.configurations.opossum, /^new CircuitBreaker/);
  });

  test('says it for one of them', async () => {
    const { items } = await advice('?service=cart');
    assert.deepEqual(
      items.map(({ service }) => service),
      ['cart'],
    );
  });

  test('does not know whom nobody calls', async () => {
    const { status, body } = await api.ask('/api/dependencies/nobody/advice');
    assert.equal(status, 404);
    assert.match((JSON.parse(body) as ProblemAnswer).detail, /nobody was seen to call "nobody"/);
  });
});
