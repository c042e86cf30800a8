import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { errorEvent } from '../../support/builders.ts';
import { TestApi } from '../support.ts';
import { Client, silenceJson } from './support.ts';

const seed = 20_261_130;
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('(', 'a{9999}', '.*', '\u0000', '{', '"', '__proto__', 'a="b"', '{a=~"b|c",}', 'true'),
);

suite('whatever is asked of Alertmanager’s API', () => {
  const api = new TestApi();
  const client = new Client(api);

  test('the answer is a list, or a text that says what is wrong', async () => {
    await api.store.record([errorEvent()], api.clock.now());
    await api.alert();
    const name = fc.constantFrom('filter', 'active', 'silenced', 'receiver', 'expired', '__proto__', 'x');
    const query = fc.array(fc.tuple(name, text), { maxLength: 6 });
    const path = fc.constantFrom('/alerts', '/alerts/groups', '/silences');
    const seen = { 200: 0, 400: 0 };
    await fc.assert(
      fc.asyncProperty(path, query, async (at, given) => {
        const parameters = new URLSearchParams();
        for (const [key, value] of given) parameters.append(key, value.toWellFormed());
        const [status, body] = await client.ask(`${at}?${parameters.toString()}`);
        assert.ok(
          status === 200 ? Array.isArray(body) : status === 400 && typeof body === 'string',
          `${status}`,
        );
        seen[status as 200 | 400]++;
      }),
      { seed, numRuns: 300 },
    );
    assert.ok(seen[200] > 30 && seen[400] > 30, JSON.stringify(seen));
  });

  test('a silence is made and can be read, or nothing is', async () => {
    const matcher = fc.record(
      { name: text, value: text, isRegex: fc.boolean(), isEqual: fc.boolean(), x: fc.anything() },
      { requiredKeys: ['name', 'value', 'isRegex'] },
    );
    const time = fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      text,
    );
    const matchers = fc.oneof(
      { weight: 5, arbitrary: fc.array(matcher, { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.anything() },
    );
    /** One thing is odd, and all else as it should be. */
    const odd = fc.oneof(
      { weight: 4, arbitrary: fc.record({ matchers }) },
      { weight: 1, arbitrary: fc.record({ id: text }) },
      { weight: 1, arbitrary: fc.record({ startsAt: time }) },
      { weight: 1, arbitrary: fc.record({ endsAt: time }) },
      { weight: 2, arbitrary: fc.record({ createdBy: text }) },
      { weight: 2, arbitrary: fc.record({ comment: fc.oneof(text, fc.anything()) }) },
    );
    const whole = silenceJson(api.clock.now(), ['a=b']);
    const seen = { 200: 0, 400: 0, 404: 0 };
    await fc.assert(
      fc.asyncProperty(odd, async (given) => {
        const before = (await api.silences.list()).length;
        const [status, body] = await client.post({ ...whole, ...given });
        seen[status as 200 | 400 | 404]++;
        if (status !== 200) assert.equal(typeof body, 'string');
        assert.equal((await api.silences.list()).length, before + Number(status === 200));
        if (status === 200) {
          const { silenceID: id } = body as { silenceID: string };
          const { matchers, createdBy, comment } = await client.get('getSilence', `/silence/${id}`);
          const asked: Record<string, unknown> = { ...whole, ...given };
          const known = { createdBy: asked['createdBy'], comment: asked['comment'] };
          assert.deepEqual({ createdBy, comment }, known);
          assert.equal(matchers.length, (asked['matchers'] as unknown[]).length);
        }
      }),
      { seed, numRuns: 300 },
    );
    assert.ok(seen[200] > 10 && seen[400] > 30 && seen[404] > 10, JSON.stringify(seen));
    await client.get('getAlerts', '/alerts');
  });
});
