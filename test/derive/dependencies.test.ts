import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { breakerSettings, breakersSchema } from '../../src/derive/breakers/config.ts';
import { Dependencies } from '../../src/derive/dependencies.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { ResourceReader } from '../../src/pipeline/resource-facts.ts';
import { WorkSpace } from '../../src/pipeline/work-space.ts';
import { redactSchema } from '../../src/redact/config.ts';
import { Redactor } from '../../src/redact/redactor.ts';
import { kind, type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';
import { TestClock } from '../support/test-clock.ts';

const redactor = new Redactor(redactSchema.parse({}));
const gaps = { siblingGapMillis: 60_000, orphanGapMillis: 10_000 };

interface CallSpec extends Omit<SpanSpec, 'id'> {
  id?: number;
  /** Milliseconds after the first. */
  at: number;
  takes?: number;
  status?: number;
  url?: string;
}

function setUp({ maxLines = 3000, infers = true, breaks = false } = {}) {
  const clock = new TestClock();
  const registry = new MetricRegistry(clock);
  const budget = new SeriesBudget(maxLines, { expireAfterMillis: 900_000 });
  const dependencies = new Dependencies({
    clock,
    registry,
    budget,
    redaction: () => redactor,
    retries: infers ? gaps : undefined,
    breakers: breaks ? breakerSettings(breakersSchema.parse({})) : undefined,
  });
  const resources = new ResourceReader();
  const began = clock.now();
  let lastId = 100;
  const nanos = (at: number): string => String(BigInt(Math.round((began + at) * 1000)) * 1000n);
  const spanAt = ({ at, takes = 10, ...spec }: CallSpec): SpanSpec => ({
    id: ++lastId,
    ...spec,
    startTimeUnixNano: nanos(at),
    endTimeUnixNano: nanos(at + takes),
  });
  /** A call by HTTP. */
  const http = ({ status, url = 'http://payments:8080/charge', ...spec }: CallSpec): SpanSpec =>
    spanAt({
      kind: kind.client,
      failed: status === undefined || status >= 400,
      ...spec,
      attributes: {
        'http.request.method': 'GET',
        'server.address': 'payments',
        'server.port': 8080,
        'url.full': url,
        ...(status === undefined ? {} : { 'http.response.status_code': status }),
        ...spec.attributes,
      },
    });
  /** @returns what counts it */
  const read = (spans: readonly SpanSpec[], resource?: Record<string, string>): (() => void) => {
    const space = new WorkSpace();
    const batch = space.open(traceRequestBytes(spans, resource), resources);
    const { view, count, traces, resourceFacts } = space;
    const given = { batch, view, count, traces, resourceFacts };
    dependencies.read(given, space.calls);
    return () => dependencies.take(given, space.calls);
  };
  const send: (...given: Parameters<typeof read>) => void = (...given) => read(...given)();
  const text = (): string => [...registry.expose()].join('');
  const values = (family: string): Record<string, number> =>
    Object.fromEntries(
      text()
        .split('\n')
        .filter((line) => line.startsWith(`${family}{`))
        .map((line) => [
          shortened(line.slice(family.length, line.lastIndexOf(' '))),
          Number(line.slice(line.lastIndexOf(' ') + 1)),
        ])
        .filter(([, value]) => value !== 0),
    );
  return { clock, dependencies, http, spanAt, read, send, text, values };
}

/** What all of them have is left out. */
function shortened(labels: string): string {
  return labels
    .replace('service_name="shop",', '')
    .replace('dependency="payments:8080",', '')
    .replace('dependency="payments:8080"', '');
}

const retries = 'tocsin_inferred_retries_total';
const attempts = 'tocsin_client_attempts_total';
const chains = 'tocsin_inferred_retry_chains_total';

type Half = 'steps' | 'calls';

suite('dependencies', () => {
  test('count each attempt at a call by what became of it, by whom is called', () => {
    const { http, spanAt, send, values } = setUp();
    send([
      http({ at: 0, status: 503, parent: 1 }),
      http({ at: 100, status: 200, parent: 1 }),
      http({ at: 200, status: 404, parent: 1 }),
      http({ at: 300, status: 302, parent: 1 }),
      spanAt({ id: 1, at: 0, takes: 400, kind: kind.server }),
      spanAt({
        at: 0,
        kind: kind.client,
        parent: 1,
        attributes: { 'db.system.name': 'postgresql', 'server.address': 'db', 'db.operation.name': 'SELECT' },
      }),
    ]);
    assert.deepEqual(values(attempts), {
      '{method="GET",outcome="success"}': 1,
      '{method="GET",outcome="failure"}': 1,
      '{method="GET",outcome="client_error"}': 1,
      '{method="GET",outcome="resend"}': 1,
      '{dependency="db postgresql",method="SELECT",outcome="success"}': 1,
    });
  });

  test('count retries with why, and what became of the call in the end', () => {
    const { http, send, values, dependencies } = setUp();
    send([
      http({ at: 0, status: 503, parent: 1 }),
      http({ at: 100, parent: 1, exceptions: [{ type: 'ECONNREFUSED' }] }),
    ]);
    send([http({ at: 300, status: 200, parent: 1 })]);
    assert.deepEqual(values(retries), {
      '{method="GET",reason="http_5xx",confidence="high"}': 1,
      '{method="GET",reason="connect",confidence="high"}': 1,
    });
    assert.deepEqual(values(chains), {});
    dependencies.stop();
    assert.deepEqual(values(chains), { '{outcome="recovered"}': 1 });
    assert.equal(values('tocsin_inferred_retry_chain_attempts_sum')['{}'], 3);
    // From 10 to 100, and from 110 to 300.
    assert.equal(Math.round(values('tocsin_inferred_retry_delay_seconds_sum')['{}']! * 1000), 280);
  });

  test('read why in the message of an exception, where its type does not say it', () => {
    const { http, send, values } = setUp();
    const exceptions = [{ type: 'java.net.SocketException', message: 'Connection reset' }];
    send([http({ at: 0, parent: 1, exceptions }), http({ at: 100, status: 200, parent: 1 })]);
    assert.deepEqual(values(retries), { '{method="GET",reason="reset",confidence="high"}': 1 });
  });

  test('end a chain that failed a minute after its last attempt, and one that is well as soon as what is late has come', () => {
    const { http, send, values, clock } = setUp();
    send([http({ at: 0, status: 503, parent: 1 }), http({ at: 100, status: 503, parent: 1 })]);
    send([http({ at: 0, status: 503, parent: 2 }), http({ at: 100, status: 200, parent: 2 })]);
    clock.advance(10_000);
    send([]);
    assert.deepEqual(values(chains), { '{outcome="recovered"}': 1 });
    clock.advance(49_000);
    send([]);
    assert.deepEqual(values(chains), { '{outcome="recovered"}': 1 });
    clock.advance(11_000);
    send([]);
    assert.deepEqual(values(chains), { '{outcome="recovered"}': 1, '{outcome="exhausted"}': 1 });
  });

  test('take a call for recovered whose retry was sent elsewhere or asked for a token', () => {
    const { http, send, values, dependencies } = setUp();
    for (const [parent, status] of [
      [1, 401],
      [2, 302],
      [3, 404],
    ] as const)
      send([
        http({ at: 0, status: 503, parent }),
        http({ at: 100, status, parent }),
        http({ at: 200, status: 200, parent }),
      ]);
    dependencies.stop();
    assert.deepEqual(values(chains), { '{outcome="recovered"}': 2, '{outcome="exhausted"}': 1 });
  });

  test('begin what may come of a failure at 0, so that the first retry is an increase', () => {
    const { http, send, text } = setUp({ breaks: true });
    send([http({ at: 0, status: 503, parent: 1 })]);
    for (const series of [
      'tocsin_shadow_breaker_transitions_total{service_name="shop",dependency="payments:8080",from="closed",to="open"} 0',
      'tocsin_shadow_breaker_open_calls_total{service_name="shop",dependency="payments:8080",outcome="failure"} 0',
      'tocsin_shadow_breaker_state_seconds_total{service_name="shop",dependency="payments:8080",state="open"} 0',
      `${retries}{service_name="shop",dependency="payments:8080",method="GET",reason="http_5xx",confidence="high"} 0`,
      `${chains}{service_name="shop",dependency="payments:8080",outcome="recovered"} 0`,
      `${chains}{service_name="shop",dependency="payments:8080",outcome="exhausted"} 0`,
    ])
      assert.ok(text().includes(`${series}\n`), series);
  });

  test('find retries also where children come before their parents, request by request', () => {
    const { http, spanAt, send, values } = setUp();
    send([http({ at: 300, status: 200, parent: 12 })]);
    send([http({ at: 0, status: 503, parent: 11 })]);
    assert.deepEqual(values(retries), {}, 'nothing is known of their parents yet');
    send([
      spanAt({ id: 11, parent: 1, at: 0, name: 'attempt 1' }),
      spanAt({ id: 12, parent: 1, at: 299, takes: 30, name: 'attempt 2' }),
    ]);
    assert.deepEqual(values(retries), { '{method="GET",reason="http_5xx",confidence="high"}': 1 });
  });

  test('find retries of a client that loses the context, in the trace of who opened the connection', () => {
    const { http, spanAt, send, values } = setUp();
    send([
      http({ at: 0, status: 200, parent: 1, url: 'http://payments:8080/first' }),
      spanAt({ id: 1, at: 0, takes: 20 }),
    ]);
    send([http({ trace: 2, at: 1000, status: 503, parent: 2 })]);
    send([http({ trace: 1, at: 1200, status: 200, parent: 1 })]);
    assert.deepEqual(values(retries), { '{method="GET",reason="http_5xx",confidence="high"}': 1 });
  });

  test('find them also where the call that opened it comes last', () => {
    const { http, spanAt, send, values } = setUp();
    send([http({ trace: 2, at: 1000, status: 503, parent: 2 })]);
    send([http({ trace: 1, at: 1200, status: 200, parent: 1 })]);
    send([spanAt({ id: 1, at: 0, takes: 20 })]);
    assert.deepEqual(values(retries), {});
    send([http({ at: 0, status: 200, parent: 1, url: 'http://payments:8080/first' })]);
    assert.deepEqual(values(retries), { '{method="GET",reason="http_5xx",confidence="high"}': 1 });
  });

  test('take what an app does after its answer for no retries of one another', () => {
    const { http, spanAt, send, values } = setUp();
    for (let i = 0; i < 20; i++)
      send([
        http({ trace: 10 + i, at: i * 200 + 30, status: 503, parent: 1 }),
        http({
          trace: 10 + i,
          at: i * 200,
          status: 200,
          parent: 1,
          attributes: { 'server.address': 'stock' },
        }),
        spanAt({ trace: 10 + i, id: 1, at: i * 200, takes: 20, kind: kind.server }),
      ]);
    assert.deepEqual(values(retries), {});
    // But what is tried again there is.
    send([http({ trace: 29, at: 19 * 200 + 100, status: 200, parent: 1 })]);
    assert.deepEqual(values(retries), { '{method="GET",reason="http_5xx",confidence="high"}': 1 });
  });

  test('take what an app itself calls a retry for one, and do not count it as inferred', () => {
    const { http, send, values, dependencies } = setUp();
    send([
      http({ at: 0, status: 503, parent: 1 }),
      http({ at: 100, status: 200, parent: 1, attributes: { 'http.request.resend_count': 1 } }),
    ]);
    dependencies.stop();
    assert.deepEqual([values(retries), values(chains)], [{}, {}]);
    assert.equal(dependencies.retriesReport()[0]!.retries, 1);
  });

  test('count the calls that an SDK makes for one of its own, and not that one as well', () => {
    const { http, spanAt, send, values } = setUp();
    const sdk = (id: number, at: number): SpanSpec =>
      spanAt({
        id,
        at,
        takes: 300,
        kind: kind.client,
        name: 'SQS.ListQueues',
        attributes: { 'rpc.method': 'ListQueues', 'rpc.service': 'SQS' },
      });
    send([http({ at: 0, status: 503, parent: 11 }), http({ at: 100, status: 200, parent: 11 }), sdk(11, 0)]);
    // Also where it comes later than those.
    send([http({ at: 1000, status: 200, parent: 12 })]);
    send([sdk(12, 1000)]);
    assert.deepEqual(values(attempts), {
      '{method="GET",outcome="success"}': 2,
      '{method="GET",outcome="failure"}': 1,
    });
  });

  test('count those of a message that is sent by them, too, in one request or in two', () => {
    const { http, spanAt, send, values } = setUp();
    const message = (id: number, at: number): SpanSpec =>
      spanAt({
        id,
        at,
        takes: 300,
        kind: kind.producer,
        name: 'orders send',
        attributes: { 'messaging.system': 'aws_sqs', 'messaging.destination.name': 'orders' },
      });
    send([
      http({ at: 0, status: 503, parent: 11 }),
      http({ at: 100, status: 200, parent: 11 }),
      message(11, 0),
    ]);
    send([http({ at: 1000, status: 200, parent: 12 })]);
    send([message(12, 1000)]);
    assert.deepEqual(values(attempts), {
      '{method="GET",outcome="success"}': 2,
      '{method="GET",outcome="failure"}': 1,
    });
  });

  test('take a look-up of a name for no call: what it was for is one', () => {
    const { http, spanAt, send, values } = setUp();
    send([
      spanAt({
        at: 0,
        parent: 11,
        kind: kind.client,
        name: 'dns.lookup',
        attributes: { 'peer[0].ipv4': '127.0.0.1' },
      }),
      http({ id: 11, at: 0, status: 200 }),
    ]);
    assert.deepEqual(values(attempts), { '{method="GET",outcome="success"}': 1 });
  });

  test('leave the spans of a proxy beside the app to the app', () => {
    const { http, send, values } = setUp();
    send([http({ at: 0, status: 200, attributes: { component: 'proxy' } })]);
    assert.deepEqual(values(attempts), {});
  });

  test('count the call of the app where that of the proxy beside it comes with it', () => {
    const { http, send, values } = setUp();
    const ofProxy = (at: number, status: number, parent: number): SpanSpec =>
      http({ at, takes: 5, status, parent, attributes: { component: 'proxy' } });
    send([
      http({ id: 11, at: 0, status: 503, parent: 1 }),
      http({ id: 12, at: 100, status: 200, parent: 1 }),
      ofProxy(1, 503, 11),
      ofProxy(101, 200, 12),
    ]);
    assert.deepEqual(values(attempts), {
      '{method="GET",outcome="success"}': 1,
      '{method="GET",outcome="failure"}': 1,
    });
    assert.deepEqual(values(retries), { '{method="GET",reason="http_5xx",confidence="high"}': 1 });
  });

  test('tell instances of a service apart, whose names are no labels', () => {
    const { http, send, values } = setUp();
    send([http({ at: 0, status: 503 })], { 'service.name': 'shop', 'service.instance.id': 'a' });
    send([http({ trace: 2, at: 100, status: 200 })], { 'service.name': 'shop', 'service.instance.id': 'b' });
    assert.deepEqual(values(retries), {});
    send([http({ trace: 3, at: 200, status: 200 })], { 'service.name': 'shop', 'service.instance.id': 'a' });
    assert.deepEqual(values(retries), { '{method="GET",reason="http_5xx",confidence="high"}': 1 });
  });

  test('say that a retry is not sure where there is more than one that it may follow', () => {
    const { http, send, values } = setUp();
    send([http({ trace: 2, at: 0, status: 503 }), http({ trace: 3, at: 1, status: 503 })]);
    send([http({ trace: 4, at: 100, status: 200 })]);
    assert.deepEqual(values(retries), { '{method="GET",reason="http_5xx",confidence="low"}': 1 });
  });

  test('know whom a call goes to by its url, where the span says it in no other way', () => {
    const { spanAt, send, values } = setUp();
    const call = (at: number, url: string, status: number): SpanSpec =>
      spanAt({
        at,
        kind: kind.client,
        parent: 1,
        attributes: { 'http.method': 'GET', 'http.url': url, 'http.status_code': status },
      });
    send([
      call(0, 'http://user:secret@payments:8080/charge/1?x=2', 503),
      call(100, 'http://user:secret@payments:8080/charge/1?x=2', 200),
      call(200, 'https://docs.example/a', 200),
      call(300, 'http://[::1]:9/b', 200),
      call(400, 'no url', 200),
    ]);
    assert.deepEqual(values(attempts), {
      '{method="GET",outcome="success"}': 1,
      '{method="GET",outcome="failure"}': 1,
      '{dependency="docs.example",method="GET",outcome="success"}': 1,
      '{dependency="ip:9",method="GET",outcome="success"}': 1,
      '{dependency="unknown",method="GET",outcome="success"}': 1,
    });
    assert.deepEqual(values(retries), { '{method="GET",reason="http_5xx",confidence="high"}': 1 });
  });

  test('find retries of what was refused, where older spans say more of whom they called once there was a connection', () => {
    const { spanAt, send, values } = setUp();
    const call = (spec: CallSpec, said: NonNullable<SpanSpec['attributes']>): SpanSpec =>
      spanAt({ kind: kind.client, parent: 1, ...spec, attributes: said });
    const node = { 'http.method': 'GET', 'http.url': 'http://payments:8080/a', 'net.peer.name': 'payments' };
    const java = { 'http.method': 'GET', 'http.url': 'http://payments:8080/b', 'net.peer.name': 'payments' };
    const grpc = { 'rpc.service': 'Pay', 'rpc.method': 'Charge', 'net.peer.name': 'payments' };
    const socket = { 'net.sock.peer.name': 'payments-1', 'net.sock.peer.port': 18080 };
    send([
      call({ at: 0, failed: true }, node),
      call({ at: 100 }, { ...node, 'net.peer.port': 8080, 'http.status_code': 200 }),
      call({ at: 200, failed: true }, { ...java, 'net.peer.port': 8080 }),
      call({ at: 300 }, { ...java, 'net.peer.port': 8080, ...socket, 'http.status_code': 200 }),
      call({ at: 400, failed: true }, { ...grpc, 'net.peer.port': 8080, 'rpc.grpc.status_code': 14 }),
      call({ at: 500 }, { ...grpc, 'net.peer.port': 8080, ...socket, 'rpc.grpc.status_code': 0 }),
    ]);
    assert.deepEqual(values(retries), {
      '{method="GET",reason="other",confidence="high"}': 2,
      '{method="Charge",reason="connect",confidence="high"}': 1,
    });
  });

  for (const [what, one, other] of [
    ['of another collection', { 'db.collection.name': 'users' }, { 'db.collection.name': 'orders' }],
    ['of another, as older spans say it', { 'db.mongodb.collection': 'a' }, { 'db.mongodb.collection': 'b' }],
    ['that is another one, as older spans say it', { 'db.operation': 'find' }, { 'db.operation': 'update' }],
    ['of another path', { 'url.path': '/a' }, { 'url.path': '/b' }],
    ['to another topic', { 'messaging.destination': 'a' }, { 'messaging.destination': 'b' }],
  ] as const)
    test(`take a call ${what} for no retry, and one of the same for one`, () => {
      const { spanAt, send, values } = setUp();
      const call = (at: number, failed: boolean, said: Record<string, string>): SpanSpec =>
        spanAt({
          at,
          failed,
          kind: kind.client,
          parent: 1,
          attributes: { 'peer.service': 'payments:8080', 'db.system': 'mongodb', ...said },
        });
      send([call(0, true, one), call(100, false, other)]);
      assert.deepEqual(values(retries), {});
      send([call(200, false, one)]);
      assert.deepEqual(Object.values(values(retries)), [1]);
    });

  test('call the operation of a database a method in older spans, too', () => {
    const { spanAt, send, values } = setUp();
    send([
      spanAt({ at: 0, kind: kind.client, attributes: { 'db.system': 'mongodb', 'db.operation': 'find' } }),
    ]);
    assert.deepEqual(values(attempts), { '{dependency="mongodb",method="find",outcome="success"}': 1 });
  });

  test('tell those apart that have one name and another port in their urls', () => {
    const { spanAt, send, values } = setUp();
    const call = (at: number, url: string): SpanSpec =>
      spanAt({
        at,
        kind: kind.client,
        attributes: { 'http.method': 'GET', 'http.url': url, 'net.peer.name': 'a', 'http.status_code': 200 },
      });
    send(['http://a:1/x', 'http://a:2/x', 'http://a/x', 'https://a/x'].map((url, i) => call(i, url)));
    assert.deepEqual(
      Object.keys(values(attempts)),
      ['a:1', 'a:2', 'a:80', 'a:443'].map((each) => `{dependency="${each}",method="GET",outcome="success"}`),
    );
  });

  test('tell databases apart that are named by their urls only', () => {
    const { spanAt, send, values } = setUp();
    const call = (at: number, url: string): SpanSpec =>
      spanAt({ at, kind: kind.client, attributes: { 'db.system': 'elasticsearch', 'url.full': url } });
    send([call(0, 'http://one:9200/_search'), call(1, 'http://two:9200/_search')]);
    assert.deepEqual(
      Object.keys(values(attempts)),
      ['one', 'two'].map((host) => `{dependency="${host}:9200 elasticsearch",method="",outcome="success"}`),
    );
  });

  test('take secrets out of names', () => {
    const { http, send, text } = setUp();
    const token = `ghp_${'a1B2'.repeat(9)}`;
    send([http({ at: 0, status: 200, attributes: { 'service.peer.name': `payments-${token}` } })]);
    assert.ok(!text().includes(token));
  });

  test('read attributes of any type', () => {
    const { http, send, values } = setUp();
    send([
      http({ at: 0, parent: 1, attributes: { 'error.type': 23, 'server.port': '8080' } }),
      http({
        at: 100,
        status: 200,
        parent: 1,
        attributes: { 'server.port': '8080', 'http.response.status_code': '200' },
      }),
    ]);
    assert.deepEqual(values(retries), { '{method="GET",reason="timeout",confidence="high"}': 1 });
    assert.deepEqual(values(attempts), {
      '{method="GET",outcome="success"}': 1,
      '{method="GET",outcome="failure"}': 1,
    });
  });

  test('stay within bounds whatever is called: a million urls, and as many hosts', () => {
    const { http, send, text, dependencies } = setUp({ maxLines: 500 });
    for (let round = 0; round < 100; round++)
      send(
        Array.from({ length: 100 }, (_, i) =>
          http({
            at: round,
            status: 503,
            url: `http://h/${round}/${i}`,
            attributes: { 'server.address': `host-${round}-${i}.example` },
          }),
        ),
      );
    assert.equal(dependencies.retriesReport().length, 1_000);
    assert.match(text(), /^tocsin_client_attempts_total\{otel_metric_overflow="true"\} 9\d\d\d$/m);
    assert.ok(
      text()
        .split('\n')
        .filter((line) => line.startsWith('tocsin_client') || line.startsWith('tocsin_inferred')).length <
        560,
    );
  });

  test('infer nothing where nobody wants it, and count attempts all the same', () => {
    const { http, send, text, values } = setUp({ infers: false });
    send([http({ at: 0, status: 503, parent: 1 }), http({ at: 100, status: 200, parent: 1 })]);
    assert.ok(!text().includes('inferred'));
    assert.equal(values(attempts)['{method="GET",outcome="failure"}'], 1);
  });

  test('find a storm where retries multiply the load for half a minute, and its end', () => {
    const { http, send, clock, dependencies, values } = setUp();
    const burst = (failures: number): void => {
      for (let call = 0; call < 15; call++) {
        const trace = 10_000 + Math.round(clock.monotonic()) + call;
        const tries = Array.from({ length: failures }, (_, i) =>
          http({ trace, at: clock.monotonic() + i * 20, status: 503, parent: 1 }),
        );
        send([...tries, http({ trace, at: clock.monotonic() + 100, status: 200, parent: 1 })]);
      }
    };
    const look = (failures: number): void => {
      burst(failures);
      clock.advance(15_000);
      dependencies.look();
    };
    look(2);
    assert.deepEqual(dependencies.retryStorms, []);
    look(2);
    assert.deepEqual(
      dependencies.retryStorms.map(({ service, dependency, amplification }) => [
        service,
        dependency,
        amplification,
      ]),
      [['shop', 'payments:8080', 3]],
    );
    const { service, dependency, attempts: tried, retries } = dependencies.recentRetries[0]!;
    assert.deepEqual([service, dependency, tried, retries], ['shop', 'payments:8080', 90, 60]);
    assert.equal(values('tocsin_retry_storm')['{}'], 1);
    assert.equal(values('tocsin_retry_amplification_ratio')['{}'], 3);
    for (let quiet = 0; quiet < 5; quiet++) look(0);
    assert.deepEqual(dependencies.retryStorms, []);
    assert.equal(dependencies.recentRetries[0]!.retries, 0);
    assert.equal(values('tocsin_retry_amplification_ratio')['{}'], 1);
  });

  test('compute what a breaker would do, and say how many are in which state', () => {
    const { http, send, clock, values } = setUp({ breaks: true });
    const fail = (instance: string): void =>
      send(
        Array.from({ length: 5 }, (_, i) =>
          http({ trace: i + 10, at: clock.monotonic() - 20 + i, takes: 1, status: 503 }),
        ),
        { 'service.name': 'shop', 'service.instance.id': instance },
      );
    clock.advance(1_000);
    fail('a');
    clock.advance(1_000);
    assert.deepEqual(values('tocsin_shadow_breaker_state'), { '{state="open"}': 1 });
    send([http({ at: clock.monotonic(), status: 200 })], {
      'service.name': 'shop',
      'service.instance.id': 'b',
    });
    send([http({ trace: 3, at: clock.monotonic(), status: 200 })], {
      'service.name': 'shop',
      'service.instance.id': 'a',
    });
    clock.advance(1_000);
    assert.deepEqual(values('tocsin_shadow_breaker_state'), { '{state="open"}': 1, '{state="closed"}': 1 });
    assert.deepEqual(values('tocsin_shadow_breaker_transitions_total'), { '{from="closed",to="open"}': 1 });
    assert.deepEqual(values('tocsin_shadow_breaker_open_calls_total'), { '{outcome="success"}': 1 });
    clock.advance(70_000);
    assert.deepEqual(values('tocsin_shadow_breaker_state'), {
      '{state="half_open"}': 1,
      '{state="closed"}': 1,
    });
    assert.equal(values('tocsin_shadow_breaker_state_seconds_total')['{state="open"}'], 60);
  });

  test('suspect a breaker of the app’s own where calls that failed stop, and work goes on', () => {
    const { http, spanAt, send, clock, values } = setUp({ breaks: true });
    const work = (): void => send([spanAt({ at: clock.monotonic(), kind: kind.server, name: 'POST /pay' })]);
    for (let call = 0; call < 20; call++) {
      clock.advance(100);
      send([http({ trace: call + 10, at: clock.monotonic() - 20, status: call < 10 ? 200 : 503 })]);
      work();
    }
    assert.deepEqual(values('tocsin_shadow_breaker_suspected_real_open'), {});
    for (let more = 0; more < 10; more++) {
      clock.advance(1_000);
      work();
    }
    assert.deepEqual(values('tocsin_shadow_breaker_suspected_real_open'), { '{}': 1 });
    send([http({ trace: 99, at: clock.monotonic(), status: 200 })]);
    assert.deepEqual(values('tocsin_shadow_breaker_suspected_real_open'), {});
  });

  test('forget breakers of whom nothing was heard for a quarter of an hour', () => {
    const { http, send, clock, text } = setUp({ breaks: true });
    send([http({ at: 0, status: 200 })]);
    assert.match(text(), /^tocsin_shadow_breaker_state\{.*state="closed"\} 1$/m);
    clock.advance(15 * 60_000 + 1_000);
    text();
    clock.advance(15 * 60_000 + 20_000);
    assert.doesNotMatch(text(), /^tocsin_shadow_breaker_state\{/m);
  });

  test('say what became of a call also where an attempt between two others came last', () => {
    const { http, send, values, dependencies } = setUp();
    const [first, between, last] = [
      http({ at: 0, status: 503, parent: 1 }),
      http({ at: 50, status: 200, parent: 1 }),
      http({ at: 100, status: 200, parent: 1 }),
    ];
    for (const span of [first, last, between]) send([span]);
    dependencies.stop();
    assert.deepEqual(values(chains), { '{outcome="recovered"}': 1 });
  });

  test('count a chain also where so many calls come that its first attempts are forgotten', () => {
    const { http, send, values, dependencies } = setUp();
    send([http({ at: 0, status: 503, parent: 1 })]);
    send([http({ at: 100, status: 503, parent: 1 })]);
    for (let round = 0; round < 40; round++)
      send(
        Array.from({ length: 800 }, (_, i) =>
          http({ trace: 9, parent: 1, at: 200, status: 200, url: `http://x/${round}/${i}` }),
        ),
      );
    send([http({ at: 300, status: 200, parent: 1 })]);
    for (let round = 0; round < 2; round++)
      send(
        Array.from({ length: 500 }, (_, i) =>
          http({ trace: 9, parent: 1, at: 200, status: 200, url: `http://y/${round}/${i}` }),
        ),
      );
    dependencies.stop();
    assert.deepEqual(values(chains), { '{outcome="recovered"}': 1 });
    assert.equal(values('tocsin_inferred_retry_chain_attempts_sum')['{}'], 3);
  });

  // As requests wait for each other while failures are stored.
  const underWay: readonly [read: readonly Half[], counted: readonly Half[]][] = [
    [
      ['steps', 'calls'],
      ['calls', 'steps'],
    ],
    [
      ['calls', 'steps'],
      ['calls', 'steps'],
    ],
    [
      ['calls', 'steps'],
      ['steps', 'calls'],
    ],
  ];
  for (const [order, counted] of underWay)
    test(`know what calls were made in where ${order.join(' and ')} are under way, and ${counted[0]} are counted first`, () => {
      const { http, spanAt, read, dependencies } = setUp();
      const step = (id: number, at: number) =>
        spanAt({ id, parent: 1, at, takes: 50, name: `attempt ${id}` });
      const spans: Record<Half, SpanSpec[]> = {
        steps: [step(11, 0), step(12, 100)],
        calls: [http({ at: 5, status: 503, parent: 11 }), http({ at: 105, status: 200, parent: 12 })],
      };
      const take = new Map(order.map((half) => [half, read(spans[half])]));
      for (const half of counted) take.get(half)!();
      assert.equal(dependencies.retriesReport()[0]!.retries, 1);
    });

  test('look at no more for one request than others can wait for', () => {
    const { http, send } = setUp();
    const spans = Array.from({ length: 20_000 }, (_, i) => http({ at: 20_000 - i, status: 503, parent: 1 }));
    const before = process.cpuUsage();
    send(spans);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 3e6, `${user / 1000} ms`);
  });

  test('take the method as a label without what is secret in it', () => {
    const { http, send, text } = setUp();
    send([http({ at: 0, status: 200, attributes: { 'http.request.method': 'AKIAIOSFODNN7EXAMPLE' } })]);
    assert.ok(!text().includes('AKIAIOSFODNN7EXAMPLE'));
  });

  test('know the codes of gRPC by their names', () => {
    const { spanAt, send, values } = setUp();
    const call = (at: number, code: string): SpanSpec =>
      spanAt({
        at,
        parent: 1,
        kind: kind.client,
        failed: true,
        attributes: { 'rpc.method': 'Charge', 'service.peer.name': 'pay', 'rpc.response.status_code': code },
      });
    send([call(0, 'UNAVAILABLE'), call(100, 'NOT_FOUND')]);
    assert.deepEqual(values(retries), {
      '{dependency="pay",method="Charge",reason="connect",confidence="high"}': 1,
    });
    assert.equal(values(attempts)['{dependency="pay",method="Charge",outcome="client_error"}'], 1);
  });

  test('fold addresses and pods also where they stand for a name', () => {
    const { http, send, values } = setUp();
    const peers = ['10.1.2.3', '10.1.2.3:80', 'shop-7d9f8b6c5d-x2k4z', 'redis-1'];
    send(peers.map((peer) => http({ at: 0, status: 200, attributes: { 'peer.service': peer } })));
    assert.deepEqual(
      Object.keys(values(attempts)).map((labels) => /dependency="(.*?)"/.exec(labels)?.[1]),
      ['ip', 'ip:80', 'shop', 'redis-1'],
    );
  });

  suite('computed breakers', () => {
    const failing = (set: ReturnType<typeof setUp>, times: number, more: object = {}): void => {
      for (let i = 0; i < times; i++) {
        set.clock.advance(1_000);
        set.send([set.http({ trace: i + 10, at: set.clock.monotonic() - 10, status: 503 })], {
          'service.name': 'shop',
          ...more,
        });
      }
      set.clock.advance(2_000);
    };
    const states = (set: ReturnType<typeof setUp>) => set.values('tocsin_shadow_breaker_state');

    for (const [what, at] of [
      ['a day ahead', 86_400_000],
      ['of 1970', -1e12],
    ] as const)
      test(`are not led astray by one time ${what}`, () => {
        const set = setUp({ breaks: true });
        set.send([set.http({ at, status: 200 })]);
        failing(set, 10);
        assert.deepEqual(states(set), { '{state="open"}': 1 });
        const seconds = set.values('tocsin_shadow_breaker_state_seconds_total');
        assert.ok(
          Object.values(seconds).every((value) => value < 60),
          JSON.stringify(seconds),
        );
      });

    test('go on when the clock of the app is set back', () => {
      const set = setUp({ breaks: true });
      for (let i = 0; i < 5; i++) {
        set.clock.advance(1_000);
        set.send([set.http({ trace: i + 900, at: set.clock.monotonic(), status: 200 })]);
      }
      for (let i = 0; i < 40; i++) {
        set.clock.advance(1_000);
        set.send([set.http({ trace: i + 10, at: set.clock.monotonic() - 120_000, status: 503 })]);
      }
      set.clock.advance(12_000);
      assert.deepEqual(states(set), { '{state="open"}': 1 });
    });

    test('go on by the clock after one call came late', () => {
      const set = setUp({ breaks: true });
      set.send([set.http({ at: 5_000, status: 200 })]);
      set.clock.advance(5_000);
      set.send([set.http({ at: 3_500, status: 503 })]);
      failing(set, 6);
      set.clock.advance(10 * 60_000);
      assert.deepEqual(states(set), { '{state="half_open"}': 1 });
    });

    test('are there for who calls, however many instances only answer', () => {
      const set = setUp({ breaks: true });
      for (let i = 0; i < 1_200; i++)
        set.send([set.spanAt({ at: 0, kind: kind.server })], {
          'service.name': 'shop',
          'service.instance.id': `i-${i}`,
        });
      failing(set, 6, { 'service.instance.id': 'last' });
      assert.deepEqual(states(set), { '{state="open"}': 1 });
    });
  });
});
