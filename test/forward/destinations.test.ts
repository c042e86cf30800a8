import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { readConfiguration } from '../../src/app/configuration/configuration.ts';
import { destinationsOf } from '../../src/forward/config.ts';
import { fannedOut } from '../../src/forward/fan-out.ts';
import type { Batch, Settlement } from '../../src/pipeline/sink.ts';
import { lines, loadWhole } from '../config/support.ts';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { request, setUp, setUpSeveral, spansOf, type WrittenConfig } from './support.ts';

suite('a batch for several destinations', () => {
  function fanOut(destinations: number) {
    const told: [Settlement, number][] = [];
    const bytes = Uint8Array.of(1, 2, 3);
    const settled: Batch['settled'] = (fate, items) => told.push([fate, items]);
    return { told, bytes, batches: fannedOut({ signal: 'traces', bytes, items: 5, settled }, destinations) };
  }

  test('has the fate of the first, once none has anything of it in memory alone', () => {
    const { told, batches } = fanOut(3);
    const [first, second, third] = batches;
    first!.settled('forwarded', 3);
    second!.settled('lost', 5);
    first!.settled('lost', 2);
    assert.deepEqual(told, []);
    third!.settled('stored', 5);
    assert.deepEqual(told, [
      ['forwarded', 3],
      ['lost', 2],
    ]);
  });

  test('is in memory of its own for each: who is done with it frees it', () => {
    const { batches, bytes } = fanOut(2);
    assert.equal(batches[0]!.bytes, bytes);
    assert.deepEqual(batches[1]!.bytes, bytes);
    assert.notEqual(batches[1]!.bytes.buffer, bytes.buffer);
  });
});

/** A forwarder with a second back end beside the one of `setUp`, called `archive`. */
async function withArchive(t: TestContext, archived: WrittenConfig = {}, config: WrittenConfig = {}) {
  const set = await setUpSeveral(t, { archive: archived }, config);
  const outcome = (name: string): number => set.outcomeAt('archive', name);
  return { ...set, archive: set.at('archive'), archived: outcome };
}

suite('a forwarder with several destinations', () => {
  test('sends the same to each, in its own way', async (t) => {
    const own = { headers: { 'x-key': 'archive' }, compression: 'zstd' };
    const { backEnd, archive, offer, allSettled, fates } = await withArchive(t, own);
    offer(1, 2);
    await allSettled(1);
    assert.deepEqual(fates(), ['forwarded']);
    assert.deepEqual(spansOf(backEnd), [['span 1', 'span 2']]);
    assert.deepEqual(spansOf(archive), [['span 1', 'span 2']]);
    const of = ({ received: [first] }: OtlpBackEnd): unknown[] => [
      first!.headers['content-encoding'],
      first!.headers['x-key'],
    ];
    assert.deepEqual(
      [of(backEnd), of(archive)],
      [
        ['gzip', undefined],
        ['zstd', 'archive'],
      ],
    );
  });

  test('holds none of them up by another, and counts each by itself', async (t) => {
    const { backEnd, archive, offer, outcome, archived, forwarder, fates, passing, log } =
      await withArchive(t);
    archive.otherwise = { status: 503 };
    for (let i = 1; i <= 20; i++) offer(i);
    await eventually('all to arrive at the one', () => outcome('forwarded') === 20);
    assert.equal(spansOf(backEnd).flat().length, 20);
    assert.equal(archived('forwarded'), 0);
    assert.deepEqual(fates(), [], 'it is still in memory alone for the other');
    assert.match(forwarder.health ?? '', /^archive: traces: HTTP 503$/);
    assert.match(log.warnings[0]!, /"destination":"archive","signal":"traces"/);
    archive.otherwise = {};
    await passing('all to arrive at the other', () => archived('forwarded') === 20);
    assert.ok(fates().every((fate) => fate === 'forwarded'));
  });

  test('loses for one what only that one refuses; the ledger has the fate at the first', async (t) => {
    const { backEnd, archive, offer, allSettled, fates, outcome, archived } = await withArchive(t);
    archive.replies.push({ status: 401 });
    offer(1);
    await allSettled(1);
    backEnd.replies.push({ status: 401 });
    offer(2);
    await allSettled(2);
    assert.deepEqual(fates(), ['forwarded', 'lost']);
    assert.deepEqual([outcome('forwarded'), outcome('refused')], [1, 1]);
    assert.deepEqual([archived('forwarded'), archived('refused')], [1, 1]);
  });

  test('has a bound for each', async (t) => {
    const { archive, offer, outcome, archived, value } = await withArchive(t, { max_queue: '10KB' });
    archive.otherwise = { instead: 'hang' };
    for (let i = 1; i <= 100; i++) offer(i);
    await eventually('all to arrive at the one', () => outcome('forwarded') === 100);
    assert.ok(archived('overflowed') > 70);
    assert.ok(value('tocsin_forward_queue_bytes{destination="archive"}')! <= 10_000);
  });

  test('sends each what it has an endpoint for', async (t) => {
    const archive = new OtlpBackEnd();
    const url = await archive.start();
    t.after(() => archive.stop());
    const destinations = [{ name: 'logs', endpoints: { logs: `${url}/only-logs` } }];
    const { backEnd, offer, offerBytes, allSettled, forwarder } = await setUp(t, { destinations });
    offer(1);
    offerBytes(request(2), 1, 'logs');
    await allSettled(2);
    assert.deepEqual(backEnd.received.map(({ path }) => path).sort(), ['/v1/logs', '/v1/traces']);
    assert.deepEqual(
      archive.received.map(({ path }) => path),
      ['/only-logs'],
    );
    assert.deepEqual(
      forwarder.targets.map(({ destination, signal }) => `${destination} ${signal}`),
      ['default traces', 'default logs', 'default metrics', 'logs logs'],
    );
  });

  test('goes on with the others where one leads to Tocsin itself', async (t) => {
    const { archive, offer, allSettled, fates, forwarder } = await withArchive(t);
    forwarder.turnAway({ destination: 'default', signal: 'traces' });
    offer(1);
    await allSettled(1);
    assert.deepEqual(fates(), ['forwarded']);
    assert.deepEqual(spansOf(archive), [['span 1']]);
  });

  test('is stopped with all of them at the same time', async (t) => {
    const { backEnd, archive, offer, forwarder, clock, fates } = await withArchive(t);
    backEnd.otherwise = archive.otherwise = { instead: 'hang' };
    offer(1);
    await eventually('both', () => backEnd.received.length === 1 && archive.received.length === 1);
    const stopped = forwarder.stop();
    clock.advance(2_000);
    await stopped;
    assert.deepEqual(fates(), ['lost']);
  });
});

suite('the part of the file about destinations', () => {
  const table: [text: string, told: string[]][] = [
    ['destinations: [{name: a, endpoint: "http://a"}]', []],
    [
      'destinations: [{name: A, endpoint: "http://a"}]',
      ['1:33: forward.destinations[0].name: not a name: write up to 63 lower-case letters, digits, - and _'],
    ],
    [
      'destinations: [{name: default, endpoint: "http://a"}]',
      ['1:33: forward.destinations[0].name: this is what the one of forward.endpoint is called'],
    ],
    [
      'destinations: [{name: a}]',
      ['1:26: forward.destinations[0]: it leads nowhere: write endpoint, or one of endpoints'],
    ],
    [
      'destinations: [{name: a, endpoint: "http://a"}, {name: a, endpoint: "http://b"}]',
      ['1:66: forward.destinations[1].name: another destination has this name'],
    ],
    [
      'destinations: [{name: a, endpoint: "http://a", compression_level: 12}]',
      ['1:77: forward.destinations[0].compression_level: too large for gzip: at most 9'],
    ],
    [
      'destinations: [{name: a, endpoint: "http://a", tls: {ca: /not/there}}]',
      ['1:68: forward.destinations[0].tls.ca: the file cannot be read: there is no such file'],
    ],
  ];
  for (const [text, told] of table) {
    test(text, () => {
      assert.deepEqual(
        lines(loadWhole(`forward: {${text}}\n`)),
        told.map((line) => `a.yaml:${line}`),
      );
    });
  }

  test('stands beside the variables of the environment, which are about the first', () => {
    const text = Buffer.from('forward: {destinations: [{name: a, endpoint: "http://a"}]}\n');
    const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://b', OTEL_EXPORTER_OTLP_COMPRESSION: 'none' };
    const { value } = readConfiguration(['a.yaml'], variables, 'error', () => text);
    const found = destinationsOf(value!.forward);
    assert.deepEqual(
      found.map(({ name, endpoint, compression }) => `${name} ${endpoint} ${compression}`),
      ['default http://b/ none', 'a http://a/ gzip'],
    );
  });
});
