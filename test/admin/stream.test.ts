import assert from 'node:assert/strict';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { suite, type TestContext, test } from 'node:test';
import { streamEvents } from '../../src/admin/contract/stream.ts';
import { ChangeFeed } from '../../src/admin/stream/change-feed.ts';
import { evaluateChanges } from '../../src/alerting/evaluate.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { errorEvent } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { aliceToken, TestApi } from './support.ts';

interface Received {
  id?: string;
  event?: string;
  data?: unknown;
}

/** A reader of one stream, as the standard says that it is to be read. */
class Reader {
  text = '';
  ended = false;
  readonly response: IncomingMessage;

  constructor(response: IncomingMessage) {
    this.response = response;
    response.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    response.on('close', () => (this.ended = true));
    response.on('error', () => undefined);
  }

  get blocks(): Received[] {
    const blocks = this.text.split('\n\n').slice(0, -1);
    return blocks.map((block) => {
      const fields = block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)!);
      const read = Object.fromEntries(fields.map(([, name, value]) => [name!, value!]));
      return { ...read, ...('data' in read && { data: JSON.parse(read['data']) as unknown }) };
    });
  }

  /** Without what is no event: comments and ids alone. */
  get events(): Received[] {
    return this.blocks.filter(({ data }) => data !== undefined);
  }
}

suite('the stream of changes', () => {
  const api = new TestApi();

  const open = (
    t: TestContext,
    headers: Record<string, string> = { authorization: `Bearer ${aliceToken}` },
    method = 'GET',
  ): Promise<Reader> =>
    new Promise((resolve, reject) => {
      const options = {
        port: api.port,
        host: '127.0.0.1',
        path: '/api/stream',
        method,
        headers,
        agent: false,
      };
      const request = httpRequest(options, (response) => resolve(new Reader(response)));
      request.on('error', reject);
      request.end();
      t.after(() => request.destroy());
    });
  const bearer = { authorization: `Bearer ${aliceToken}` };
  const noneOpen = (): Promise<true> => eventually('all streams to be closed', () => api.streams.count === 0);

  test('tells what is committed, in order, with ids', async (t) => {
    const reader = await open(t);
    assert.equal(reader.response.headers['content-type'], 'text/event-stream');
    assert.equal(reader.response.headers['cache-control'], 'no-store');
    await api.store.record([errorEvent()], 0);
    const pending = await api.store.pendingChanges(10);
    api.feed.publishStep(pending, evaluateChanges(pending, 0, issueRuleDefaults));
    await eventually('two events', () => reader.events.length === 2);
    const [issue, incident] = reader.events;
    const { id, shortId } = pending[0]!.issue;
    assert.deepEqual(issue, {
      id: 'epoch-1',
      event: 'issue',
      data: { id, short_id: shortId, kind: 'created' },
    });
    assert.partialDeepStrictEqual(incident, { id: 'epoch-2', event: 'incident', data: { state: 'firing' } });
    assert.deepEqual(streamEvents.issue.parse(issue?.data), issue?.data);
    assert.deepEqual(streamEvents.incident.parse(incident!.data), incident!.data);
    reader.response.destroy();
    await noneOpen();
  });

  test('begins with the id from which it can be resumed', async (t) => {
    const reader = await open(t);
    await eventually('the first id', () => reader.blocks.length > 0);
    assert.deepEqual(reader.blocks, [{ retry: '2000', id: 'epoch-2' }]);
    reader.response.destroy();
    await noneOpen();
  });

  test('goes on after the last event that was seen', async (t) => {
    api.feed.publish('incident', { key: 'a', state: 'firing' });
    api.feed.publish('incident', { key: 'a', state: 'ended' });
    const reader = await open(t, { ...bearer, 'last-event-id': 'epoch-3' });
    await eventually('what was missed', () => reader.events.length > 0);
    api.feed.publish('incident', { key: 'b', state: 'firing' });
    await eventually('what is new', () => reader.events.length > 1);
    assert.deepEqual(
      reader.events.map(({ id }) => id),
      ['epoch-4', 'epoch-5'],
    );
    reader.response.destroy();
    await noneOpen();
  });

  const unknown = ['other-3', 'epoch-999', 'epoch-', 'nonsense', '', 'epoch-1e1', `epoch-${'9'.repeat(400)}`];
  for (const id of unknown) {
    test(`tells one who saw ${id.slice(0, 20) || 'nothing'} to begin anew`, async (t) => {
      const reader = await open(t, { ...bearer, 'last-event-id': id });
      await eventually('an event', () => reader.events.length > 0);
      assert.deepEqual(reader.events, [{ retry: '2000', id: 'epoch-5', event: 'reset', data: {} }]);
      reader.response.destroy();
      await noneOpen();
    });
  }

  test('says that it is still there every 15 seconds, and needs no timer while nobody listens', async (t) => {
    assert.equal(api.clock.pendingTimers, 0);
    const reader = await open(t);
    await eventually('the stream', () => reader.text !== '');
    for (let beats = 1; beats <= 3; beats++) {
      api.clock.advance(14_999);
      api.clock.advance(1);
      await eventually('a heartbeat', () => reader.text.split(': still here\n\n').length === beats + 1);
    }
    reader.response.destroy();
    await noneOpen();
    assert.equal(api.clock.pendingTimers, 0);
  });

  test('ends for a browser that has logged out', async (t) => {
    const cookie = await api.login();
    const reader = await open(t, { cookie });
    await api.ask('/logout', { method: 'POST', token: undefined, headers: { cookie, origin: api.origin } });
    api.clock.advance(15_000);
    await eventually('the end', () => reader.ended);
    assert.equal(api.streams.count, 0);
  });

  test('is not open to who has no token, and has no body for HEAD', async (t) => {
    assert.equal((await open(t, {})).response.statusCode, 401);
    const head = await open(t, bearer, 'HEAD');
    await eventually('the end', () => head.ended);
    assert.deepEqual([head.response.statusCode, head.text], [200, '']);
    assert.equal(api.streams.count, 0);
  });

  test('is open to 50 at once, and to another when one has left', async (t) => {
    const readers = await Promise.all(Array.from({ length: 50 }, () => open(t)));
    const refused = await open(t);
    assert.equal(refused.response.statusCode, 503);
    assert.equal(refused.response.headers['retry-after'], '5');
    assert.equal(refused.response.headers['content-type'], 'application/problem+json; charset=utf-8');
    readers[0]!.response.destroy();
    await eventually('room', () => api.streams.count < 50);
    assert.equal((await open(t)).response.statusCode, 200);
    api.feed.publish('incident', { key: 'c', state: 'firing' });
    await eventually('all to hear', () => readers.slice(1).every(({ events }) => events.length === 1));
    for (const { response } of readers) response.destroy();
    await eventually('one to be left', () => api.streams.count === 1);
  });

  test('drops who does not read, and nobody else', async (t) => {
    await eventually('the rest to be closed', () => api.streams.count === 0);
    const slow = await open(t);
    const quick = await open(t);
    slow.response.pause();
    const key = 'k'.repeat(60_000);
    let sent = 0;
    await eventually('the slow one to be dropped', () => {
      if (api.streams.count < 2) return true;
      api.feed.publish('incident', { key, state: 'firing' });
      sent++;
      assert.ok(sent < 2000, 'it is never dropped');
      return false;
    });
    await eventually('the other to have all', () => quick.events.length === sent);
    assert.equal(api.streams.count, 1);
    quick.response.destroy();
  });

  test('ends when Tocsin stops, and then is not opened any more', async (t) => {
    const reader = await open(t);
    await api.streams.stop();
    await eventually('the end', () => reader.ended);
    assert.equal((await open(t)).response.statusCode, 503);
    await api.streams.stop();
  });
});

suite('the feed of changes', () => {
  test('remembers the last thousand events, however many there were', () => {
    const feed = new ChangeFeed('e');
    for (let i = 0; i < 5000; i++) feed.publish('incident', { key: String(i), state: 'firing' });
    const count = (text: string): number => text.split('event: incident').length - 1;
    assert.equal(count(feed.catchUp('e-4000')), 1000);
    assert.equal(count(feed.catchUp('e-4999')), 1);
    assert.match(feed.catchUp('e-3999'), /event: reset/);
    assert.equal(feed.catchUp('e-5000'), 'id: e-5000\n\n');
  });

  test('stops telling who does not want to be told', () => {
    const feed = new ChangeFeed('e');
    const heard: string[] = [];
    const unsubscribe = feed.subscribe((text) => heard.push(text));
    feed.publish('reset', {});
    unsubscribe();
    unsubscribe();
    feed.publish('reset', {});
    assert.deepEqual(heard, ['id: e-1\nevent: reset\ndata: {}\n\n']);
  });
});
