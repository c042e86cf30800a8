import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { errorEvent } from '../support/builders.ts';
import { aliceToken, TestApi } from './support.ts';

const runs = { seed: 20_260_102, numRuns: 300 };

/** What node lets through to us: no spaces or control characters, which its parser refuses. */
const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
});
const names = [
  'state',
  'severity',
  'class',
  'service',
  'q',
  'since',
  'sort',
  'limit',
  'cursor',
  '__proto__',
  'x',
];
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(...names),
      fc.oneof(visible, fc.string(), fc.constantFrom('high', '1', '7d', 'count')),
    ),
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${encodeURIComponent(wellFormed(value))}`).join('&'));

/** `encodeURIComponent` refuses halves of surrogate pairs. */
function wellFormed(text: string): string {
  return text.replaceAll(/[\ud800-\udfff]/g, '?');
}

suite('whatever is asked, the API', () => {
  const api = new TestApi();
  const send = (target: string, ...headers: readonly string[]): Promise<string> =>
    api.raw(`GET ${target} HTTP/1.1\r\n${[...headers, 'connection: close'].join('\r\n')}\r\n\r\n`);
  const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
  const host = 'host: localhost';
  const bearer = `authorization: Bearer ${aliceToken}`;

  test('answers queries with a page or with what is wrong', async () => {
    await api.store.record([errorEvent()], 0);
    await fc.assert(
      fc.asyncProperty(fc.oneof(query, visible), async (given) => {
        const status = statusOf(await send(`/api/issues?${given}`, host, bearer));
        assert.ok(status === 200 || status === 400, `${status}`);
      }),
      runs,
    );
  });

  test('has nothing at paths that are not in the table', async () => {
    await fc.assert(
      fc.asyncProperty(visible, async (path) => {
        const status = statusOf(await send(`/api/${path}`, host, bearer));
        assert.ok([200, 400, 404].includes(status), `${status}`);
        assert.ok(
          status !== 200 ||
            /^(issues|alerts|deliveries|ledger|tasks|retries|breakers|stream|openapi)/.test(path),
          path,
        );
      }),
      runs,
    );
  });

  test('gives who has no token nothing, whatever the target, the cookie and the token look like', async () => {
    await fc.assert(
      fc.asyncProperty(visible, visible, visible, async (target, cookie, token) => {
        api.clock.advance(10_000);
        const headers = [host, `cookie: tocsin_session=${cookie}`, `authorization: ${token} ${cookie}`];
        for (const path of [
          `/api/issues?${target}`,
          `/api/${target}`,
          `//${target}`,
          `http://localhost/api/${target}`,
        ]) {
          const status = statusOf(await send(path, ...headers));
          assert.ok([400, 401, 404, 429].includes(status), `${status}`);
        }
      }),
      { ...runs, numRuns: 100 },
    );
  });

  test('answers to no host that it is not known by', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(visible, fc.domain(), fc.ipV6(), fc.ipV4()), async (name) => {
        fc.pre(!name.startsWith('127.') && !/^(localhost|\[::1\])\.?(:\d*)?$/i.test(name));
        const status = statusOf(await send('/api/issues', `host: ${name}`, bearer));
        assert.ok(status === 421 || status === 400, `${status}`);
      }),
      runs,
    );
  });

  test('gives ids that are not there as such', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (id) => {
        const path = `/api/issues/${encodeURIComponent(wellFormed(id)).replaceAll('.', '%2e')}`;
        assert.equal(statusOf(await send(path, host, bearer)), 404);
      }),
      runs,
    );
  });
});
