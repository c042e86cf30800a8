import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { before, beforeEach, suite, test } from 'node:test';
import type { EventAnswer, PageAnswer, ProblemAnswer } from '../../../src/admin/contract.ts';
import { routes } from '../../../src/admin/contract.ts';
import { errorEvent } from '../../support/builders.ts';
import { eventually } from '../../support/eventually.ts';
import { aliceToken, TestApi } from '../support.ts';
import { readCsv } from './read-csv.ts';

const path = '/api/events/export';
const many = 1500;

suite('an export of events', () => {
  let pages = 0;
  let failsAt = Infinity;
  const api = new TestApi({
    around: (store) => ({
      ...store,
      listEvents: (query) => {
        if (++pages >= failsAt) throw new Error('the disk is gone');
        return store.listEvents(query);
      },
    }),
  });
  const exported = async (query: string): Promise<EventAnswer[]> => {
    const { status, body } = await api.ask(`${path}?${query}`);
    assert.equal(status, 200, body);
    const answer = routes.exportEvents.answer.parse(JSON.parse(body));
    return answer;
  };
  /** Of one who takes only what is read. */
  const open = async (query: string): Promise<IncomingMessage> => {
    const headers = { authorization: `Bearer ${aliceToken}` };
    const request = get({
      port: api.port,
      host: '127.0.0.1',
      path: `${path}?${query}`,
      headers,
      agent: false,
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    // What is broken off on purpose.
    request.on('error', () => undefined);
    return response;
  };

  before(async () => {
    const events = Array.from({ length: many }, (_, i) =>
      errorEvent({
        time: api.clock.now() - i * 1000,
        service: i % 3 === 0 ? 'mail' : 'checkout',
        severity: i % 10 === 0 ? 'critical' : 'low',
        message: i === 7 ? '=cmd|\'/c calc\'!A0, "quoted"\nsecond line; -3' : `card ${i} was refused`,
        stack: 'x'.repeat(20_000),
        fingerprint: `1:${i % 5}`,
        attributes: i === 7 ? { 'game.id': 17, 'job.id': 'j-1', 'job.name': 'nightly' } : {},
        indexed: i === 7 ? ['game.id'] : [],
      }),
    );
    for (let from = 0; from < many; from += 100)
      await api.store.record(events.slice(from, from + 100), api.clock.now());
  });
  beforeEach(() => {
    pages = 0;
    failsAt = Infinity;
  });

  test('has every event once, the newest first, as the list has it', async () => {
    const all = await exported('');
    assert.equal(new Set(all.map(({ id }) => id)).size, many);
    const { items } = await api.get<PageAnswer<EventAnswer>>('listEvents', '/api/events?limit=50');
    assert.deepEqual(all.slice(0, 50), items);
    assert.ok(pages > 10);
  });

  test('takes the filters of the list', async () => {
    for (const [query, found] of [
      ['service=mail&severity=critical', 50],
      ['since=1s', 2],
      ['attr.game.id=17', 1],
      ['job_name=nightly&job_id=j-1', 1],
      ['component=none', 0],
    ] as const)
      assert.equal((await exported(query)).length, found, query);
    assert.equal((await api.ask(`${path}?component=none`)).body, '[]\n');
  });

  test('is a file of CSV, harmless in a spreadsheet', async () => {
    const { headers, body } = await api.ask(`${path}?format=csv&since=10s`);
    assert.equal(headers['content-type'], 'text/csv; charset=utf-8; header=present');
    assert.equal(
      headers['content-disposition'],
      'attachment; filename="tocsin-events-2026-01-02T03-04-05Z.csv"',
    );
    assert.equal(headers['x-content-type-options'], 'nosniff');
    const [names = [], ...rows] = readCsv(body);
    assert.equal(rows.length, 11);
    assert.ok(rows.every((row) => row.length === names.length));
    const [listed] = await exported('attr.game.id=17');
    const row = Object.fromEntries(names.map((name, column) => [name, rows[7]![column]!]));
    assert.equal(row['message'], "'=cmd|'/c calc'!A0, \"quoted\"\nsecond line; '-3");
    assert.deepEqual(JSON.parse(row['attributes']!), listed!.attributes);
    for (const name of ['id', 'issue_id', 'time', 'stack', 'support_code', 'job_id'] as const)
      assert.equal(row[name], listed![name]);
    const { body: empty } = await api.ask(`${path}?format=csv&component=none`);
    assert.deepEqual(readCsv(empty), [names]);
  });

  test('refuses what it does not know, before it begins', async () => {
    for (const [query, says] of [
      ['format=xml', /^format: not one of: csv, json$/],
      ['limit=5', /^there is no parameter "limit"/],
      ['severity=urgent', /^severity: not one of/],
    ] as const) {
      const { status, body } = await api.ask(`${path}?${query}`);
      assert.equal(status, 400);
      assert.match((JSON.parse(body) as ProblemAnswer).detail, says);
    }
    assert.equal((await api.ask(path, { token: undefined })).status, 401);
    assert.equal((await api.ask(path, { method: 'POST' })).status, 405);
    assert.equal(pages, 0);
  });

  test('says to HEAD what it would be, and reads a page', async () => {
    const { status, headers, body } = await api.ask(`${path}?format=csv`, { method: 'HEAD' });
    assert.deepEqual([status, body, pages], [200, '', 1]);
    assert.match(headers['content-disposition']!, /\.csv"$/);
  });

  test('waits for a client that does not read, while others are answered, and ends when it goes away', async () => {
    const response = await open('');
    await eventually('a second page', () => pages > 1);
    const answered = api.codes.length;
    let asked = 0;
    let before = 0;
    let unchanged = 0;
    await eventually('no more pages', async () => {
      await api.get('getStats', '/api/stats');
      asked++;
      unchanged = before === pages ? unchanged + 1 : 0;
      before = pages;
      return unchanged === 10;
    });
    assert.ok(before < 12, `${before} of 15 pages`);
    response.destroy();
    await eventually('the end of it', () => api.codes.length > answered + asked);
    await api.get('getStats', '/api/stats');
    assert.ok(pages < 12, `${pages} of 15 pages`);
  });

  test('is broken off where the store fails, so that nobody takes a part for all', async () => {
    failsAt = 3;
    const response = await open('format=csv');
    await assert.rejects(response.toArray(), /aborted/);
    await eventually('the word of it', () => api.unexpected.length === 1);
    assert.match(String(api.unexpected.pop()), /the disk is gone/);
    failsAt = 1;
    assert.equal((await api.ask(path)).status, 500);
    assert.match(String(api.unexpected.pop()), /the disk is gone/);
  });

  test('is one of four at the most, and leaves its place when it ends', async () => {
    const responses = [];
    for (let i = 0; i < 4; i++) responses.push(await open(''));
    const { status, headers } = await api.ask(path);
    assert.deepEqual([status, headers['retry-after']], [503, '5']);
    for (const response of responses) response.destroy();
    await eventually('a free place', async () => (await api.ask(`${path}?component=none`)).status === 200);
  });
});
