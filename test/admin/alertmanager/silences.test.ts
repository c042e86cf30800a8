import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mostSilences } from '../../../src/alerting/silences/silence.ts';
import { matchersOf } from '../../alerting/silences/support.ts';
import { TestApi } from '../support.ts';
import { Client, hour, silenceJson } from './support.ts';

const unknown = '11111111-1111-4111-8111-111111111111';

suite('silences, as Alertmanager’s clients make them,', () => {
  const api = new TestApi();
  const client = new Client(api);
  const iso = (millis: number): string => new Date(millis).toISOString();

  test('are given back as they were posted', async () => {
    const now = api.clock.now();
    const given = silenceJson(now, ['service=shop', 'class!=timeout', 'type=~a|b', 'operation!~GET .*']);
    const id = await client.silence(given);
    const silence = await client.get('getSilence', `/silence/${id}`);
    assert.deepEqual(silence, {
      ...given,
      id,
      status: { state: 'active' },
      updatedAt: iso(now),
      annotations: {},
    });
    assert.deepEqual(await client.get('getSilences', '/silences'), [silence]);
    await client.delete(id);
  });

  test('match by equality if an old client does not say', async () => {
    const { matchers, ...given } = silenceJson(api.clock.now(), ['a=b']);
    const old = matchers.map(({ name, value, isRegex }) => ({ name, value, isRegex }));
    const id = await client.silence({ ...given, matchers: old });
    assert.equal((await client.get('getSilence', `/silence/${id}`)).matchers[0]!.isEqual, true);
    await client.delete(id);
  });

  test('are taken with what a newer client says besides, with any time zone, and as precisely as Go is', async () => {
    const given = {
      annotations: { team: 'x' },
      startsAt: '2099-01-01T02:00:00.123456789+02:00',
      endsAt: '2099-01-01T02:00:00Z',
    };
    const id = await client.silence(silenceJson(0, ['a=b'], given));
    const { startsAt, endsAt } = await client.get('getSilence', `/silence/${id}`);
    assert.deepEqual([startsAt, endsAt], ['2099-01-01T00:00:00.123Z', '2099-01-01T02:00:00.000Z']);
    await client.delete(id);
  });

  test('begin now, if they are to have begun before', async () => {
    const now = api.clock.now();
    const id = await client.silence(silenceJson(now - 1000, ['a=b']));
    assert.equal((await client.get('getSilence', `/silence/${id}`)).startsAt, iso(now));
    await client.delete(id);
  });

  test('are changed by their id, and become others if they match something else', async () => {
    const now = api.clock.now();
    const id = await client.silence(silenceJson(now, ['a=b']));
    const posted = await client.get('getSilence', `/silence/${id}`);
    const longer = { ...posted, endsAt: iso(now + 5 * hour) };
    assert.equal(await client.silence(longer), id);
    const other = await client.silence({ ...longer, ...silenceJson(now, ['a=c']) });
    assert.notEqual(other, id);
    assert.equal((await client.get('getSilence', `/silence/${id}`)).status.state, 'expired');
    await client.delete(other);
  });

  test('end when they are deleted, as often as one likes', async () => {
    const id = await client.silence(silenceJson(api.clock.now() + hour, ['a=b']));
    assert.equal((await client.get('getSilence', `/silence/${id}`)).status.state, 'pending');
    assert.deepEqual(await client.delete(id), [200, undefined]);
    assert.deepEqual(await client.delete(id), [200, undefined]);
    const { status, startsAt, endsAt } = await client.get('getSilence', `/silence/${id}`);
    const now = iso(api.clock.now());
    assert.deepEqual([status.state, startsAt, endsAt], ['expired', now, now]);
  });
});

suite('a list of silences', () => {
  const api = new TestApi();
  const client = new Client(api);
  const comments = async (query: string): Promise<string> =>
    (await client.get('getSilences', `/silences${query}`)).map(({ comment }) => comment).join(' ');

  test('has those that act first, and can be filtered by state and by matchers', async () => {
    const now = api.clock.now();
    const make = (
      comment: string,
      matchers: readonly string[],
      from: number,
      until: number,
    ): Promise<string> => {
      const endsAt = new Date(now + until * hour).toISOString();
      return client.silence(silenceJson(now + from * hour, matchers, { comment, endsAt }));
    };
    await make('over', ['a=b'], 0, 1);
    await make('later-over', ['a=b'], 0, 2);
    await make('last', ['a=~b', 'c=d'], 0, 9);
    await make('soon', ['a=b', 'c=d'], 0, 5);
    await make('far', ['a!=b'], 8, 9);
    await make('near', ['a=b'], 6, 9);
    api.clock.advance(3 * hour);
    assert.equal(await comments(''), 'soon last near far later-over over');
    assert.equal(await comments('?expired=false'), 'soon last near far');
    assert.equal(await comments('?active=false&pending=false'), 'later-over over');
    assert.equal(await comments('?filter=a%3D%22b%22&expired=0'), 'soon near');
    assert.equal(await comments('?filter=a%3Db&filter=c%3Dd'), 'soon');
    assert.equal(await comments('?filter=%7Ba%3D~%22b%22%2Cc%3Dd%7D'), 'last');
    assert.equal(await comments('?filter=a!%3Db'), 'far');
    assert.equal(await comments('?filter=a%3Dx'), '');
    // What only a newer client knows.
    assert.equal(await comments('?pending=false&creator=bob'), 'soon last later-over over');
  });
});

suite('a silence that cannot be made', () => {
  const api = new TestApi();
  const client = new Client(api);
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const at = (millis: number): string => new Date(millis).toISOString();
  const good = silenceJson(now, ['a=b']);

  const table: [what: string, posted: unknown, status: number, message: RegExp][] = [
    ['has no matchers', { ...good, matchers: [] }, 400, /^body\.matchers: at least one/],
    ['has none at all', { ...good, matchers: undefined }, 400, /^body\.matchers: /],
    [
      'has half a matcher',
      { ...good, matchers: [{ name: 'a', value: 'b' }] },
      400,
      /^body\.matchers\.0\.isRegex: /,
    ],
    ['matches everything', silenceJson(now, ['a=~.*']), 400, /must not match the empty string/],
    ['has no expression', silenceJson(now, ['a=~(']), 400, /matcher 1: not a regular expression \(RE2\)/],
    ['has a label without a name', silenceJson(now, ['=b']), 400, /matcher 1: its name is empty/],
    ['ends before it begins', { ...good, endsAt: at(now - 1) }, 400, /start time must be before end time/],
    ['is past', silenceJson(now - 2 * hour, ['a=b']), 400, /end time can't be in the past/],
    ['begins at no time', { ...good, startsAt: 'yesterday' }, 400, /^body\.startsAt: not a time such as/],
    ['ends at no time', { ...good, endsAt: undefined }, 400, /^body\.endsAt: /],
    ['has no author', { ...good, createdBy: '' }, 400, /createdBy is empty/],
    ['names no author', { ...good, createdBy: undefined }, 400, /^body\.createdBy: /],
    ['has no comment', { ...good, comment: '' }, 400, /comment is empty/],
    ['says too much', { ...good, comment: 'x'.repeat(9000) }, 400, /longer than 8192/],
    ['is far too long', { ...good, comment: 'x'.repeat(70_000) }, 413, /larger than 64 KiB/],
    ['is none', [], 400, /^body: /],
    ['is nothing', null, 400, /^the path or the body|^body/],
    ['is to be changed and is not there', { ...good, id: unknown }, 404, /^silence not found$/],
    ['is to be changed, by what is no id', { ...good, id: "'; DROP" }, 404, /^silence not found$/],
  ];
  for (const [what, posted, status, message] of table) {
    test(`since it ${what} is refused with a text`, async () => {
      const [answered, body] = await client.post(posted);
      assert.equal(answered, status);
      assert.equal(typeof body, 'string');
      assert.match(String(body), message);
      assert.deepEqual(await client.get('getSilences', '/silences'), []);
    });
  }

  test('since its JSON breaks off is refused with a text', async () => {
    const headers = { 'content-type': 'application/json' };
    const [status, body] = await client.ask('/silences', { method: 'POST', headers, body: '{' });
    assert.deepEqual([status, typeof body], [400, 'string']);
  });

  test('is not found, or ended', async () => {
    for (const id of [unknown, 'x', '%2e%2e', '%00'])
      for (const method of ['GET', 'DELETE'])
        assert.deepEqual(await client.ask(`/silence/${id}`, { method }), [404, 'silence not found']);
  });

  test('since there are too many is refused, until one of them has expired', async () => {
    for (let i = 0; i < mostSilences; i++) {
      const given = { matchers: matchersOf('a=b'), startsAt: now, endsAt: now + hour };
      const made = await api.silences.set({ ...given, createdBy: 'alice', comment: String(i) });
      assert.equal(made.kind, 'set');
    }
    const [status, body] = await client.post(good);
    assert.equal(status, 400);
    assert.match(String(body), /^there are 1000 silences already, or .*: end one first$/);
    const [first] = await client.get('getSilences', '/silences');
    await client.delete(first!.id);
    await client.silence(good);
    assert.equal((await client.get('getSilences', '/silences')).length, mostSilences);
  });
});
