import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { readEnvironment } from '../../../src/config/environment.ts';
import type { Faults } from '../../../src/demo/shop/faults.ts';
import { type Shop, startShop } from '../../../src/demo/shop/processes.ts';
import { eventually } from '../../support/eventually.ts';
import { OtlpSink, type SinkSpan } from './otlp-sink.ts';
import { clearFaults, get, isRunning, setFaults } from './driver.ts';

const internal = 1;
const server = 2;
const client = 3;
const isError = 2;
/** `flags`: sampled, and it is known whether the parent is remote; and it is. */
const parentIsLocal = 0x101;
const parentIsRemote = 0x301;

/** What src/demo/shop/README.md says of the spans. */
suite('the spans of the shop', () => {
  const sink = new OtlpSink();
  const statuses = new Map<string, number>();
  let faultAnswers: unknown[];

  before(async () => {
    const shop = await startShop({
      otlpEndpoint: await sink.start(),
      baseEnvironment: readEnvironment(),
      // Longer than all of this takes: what arrives was flushed at the end.
      scheduleDelayMillis: 60_000,
      version: '1.2.0, beta',
      environment: 'test',
    });
    try {
      faultAnswers = await drive(shop);
    } finally {
      await shop.stop();
    }
  });
  after(() => sink.stop());

  async function drive({ storefront, payments }: Shop): Promise<unknown[]> {
    const buy = async (order: string) =>
      statuses.set(order, await get(`${storefront.url}/checkout?order=${order}`));
    const buyWith = async (order: string, serviceUrl: string, faults: Faults) => {
      await setFaults(serviceUrl, faults);
      await buy(order);
      await clearFaults(serviceUrl);
    };
    await buy('healthy');
    await buyWith('declined', payments.url, { throw: true });
    await buyWith('closed', payments.url, { unavailable: true });
    await buyWith('slow', payments.url, { slowMillis: 300 });
    await buyWith('too-slow', payments.url, { slowMillis: 2_400 });
    await buyWith('out-of-stock', storefront.url, { throw: true });
    await buyWith('shut', storefront.url, { unavailable: true });
    const answers = [await setFaults(payments.url, { throw: true, for: 1 })];
    await buy('declined-once');
    await buy('afterwards');
    await get(`${storefront.url}/products/7`);
    await get(`${storefront.url}/healthz`);
    await get(`${payments.url}/healthz`);
    await setFaults(storefront.url, { healthFails: true });
    await get(`${storefront.url}/readyz`);
    answers.push(await setFaults(payments.url, { slowMillis: -1 }), await get(`${payments.url}/faults`));
    process.kill(payments.pid);
    await eventually('payments ends', () => !isRunning(payments.pid));
    await buy('gone');
    return answers;
  }

  function traceOf(order: string): SinkSpan[] {
    const root = sink.spans.find((span) => span.attributes['url.query'] === `order=${order}`);
    assert(root, `no trace of order ${order}`);
    return sink.spans.filter((span) => span.traceId === root.traceId);
  }

  function one(spans: readonly SinkSpan[], service: string, name: string): SinkSpan {
    const found = spans.filter((span) => span.service === service && span.name === name);
    assert.equal(found.length, 1, `${found.length} spans ${name} of ${service}`);
    return found[0] as SinkSpan;
  }

  const failed = (spans: readonly SinkSpan[]) => spans.filter(({ status }) => status.code === isError);
  const withException = (spans: readonly SinkSpan[]) => spans.filter(({ events }) => events.length > 0);
  const label = ({ service, scope, name }: SinkSpan) => `${String(service)} ${scope} ${name}`;

  const answers: [order: string, status: number][] = [
    ['healthy', 200],
    ['declined', 502],
    ['closed', 502],
    ['slow', 200],
    ['too-slow', 502],
    ['out-of-stock', 500],
    ['shut', 503],
    ['declined-once', 502],
    ['afterwards', 200],
    ['gone', 502],
  ];
  for (const [order, status] of answers)
    test(`answer ${status} for the order ${order}`, () => assert.equal(statuses.get(order), status));

  test('come as JSON of the storefront, and as protobuf of payments, to the path of traces only', () => {
    const formats = new Set(
      sink.spans.map(({ service, contentType }) => `${String(service)} ${contentType}`),
    );
    assert.deepEqual([...formats].sort(), ['payments application/x-protobuf', 'storefront application/json']);
    assert.deepEqual([...sink.paths], ['/v1/traces']);
  });

  test('have the resource that the environment says, the host and the process', () => {
    for (const service of ['storefront', 'payments']) {
      const resource = sink.spans.find((span) => span.service === service)?.resource ?? {};
      assert.equal(resource['service.version'], '1.2.0, beta');
      assert.equal(resource['deployment.environment.name'], 'test');
      assert.equal(resource['process.runtime.name'], 'nodejs');
      assert.equal(typeof resource['process.pid'], 'number');
      assert.equal(typeof resource['host.name'], 'string');
      const foreign = Object.keys(resource).filter(
        (key) => !/^(service|deployment|host|process|telemetry)\./.test(key),
      );
      assert.deepEqual(foreign, []);
    }
  });

  test('of a checkout are one trace of both services, without an error', () => {
    const trace = traceOf('healthy');
    const checkout = one(trace, 'storefront', 'GET /checkout');
    const call = one(trace, 'storefront', 'POST');
    const charge = one(trace, 'payments', 'POST /charge');
    assert.deepEqual(
      [checkout.kind, checkout.flags, checkout.parentSpanId ?? ''],
      [server, parentIsLocal, ''],
    );
    assert.deepEqual([call.kind, call.flags], [client, parentIsLocal]);
    assert.deepEqual([charge.kind, charge.flags, charge.parentSpanId], [server, parentIsRemote, call.spanId]);
    assert.equal(checkout.attributes['http.route'], '/checkout');
    assert.equal(checkout.attributes['http.response.status_code'], 200);
    assert.equal(trace.filter(({ scope }) => scope !== 'net').length, 13);
    assert.deepEqual(failed(trace), []);
    assert.deepEqual(withException(trace), []);
  });

  test('of express and its router lie between request and call, each layer twice', () => {
    const trace = traceOf('afterwards').filter(({ service }) => service === 'payments');
    assert.deepEqual(trace.map(label).sort(), [
      'payments express middleware - jsonParser',
      'payments express request handler',
      'payments http POST /charge',
      'payments router middleware - patched',
      'payments router middleware - patched',
      'payments router request handler - /charge',
    ]);
    const layers = trace.filter(({ scope }) => scope !== 'http');
    assert(layers.every(({ kind, flags }) => kind === internal && flags === parentIsLocal));
  });

  test('of a throw carry the exception three times, one below the other, in the service that threw', () => {
    const carriers = withException(traceOf('declined'));
    const [outer, middle, inner] = [
      carriers.find(({ name }) => name === 'middleware - patched'),
      carriers.find(({ name }) => name === 'request handler'),
      carriers.find(({ name }) => name === 'request handler - /charge'),
    ];
    assert.equal(carriers.length, 3);
    assert.equal(middle?.parentSpanId, outer?.spanId);
    assert.equal(inner?.parentSpanId, middle?.spanId);
    assert.deepEqual(middle?.status, { code: isError, message: 'card declined for order declined' });
    assert.deepEqual([outer?.status.code, inner?.status.code], [0, 0]);
    for (const { service, events } of carriers) {
      assert.equal(service, 'payments');
      assert.equal(events.length, 1);
      const { name, attributes } = events[0] ?? { name: '', attributes: {} };
      assert.equal(name, 'exception');
      assert.equal(attributes['exception.type'], 'PaymentDeclined');
      assert.equal(attributes['exception.message'], 'card declined for order declined');
      assert.match(
        String(attributes['exception.stacktrace']),
        /^PaymentDeclined: .*\n +at authorize .*\n +at charge /,
      );
    }
  });

  test('of a throw in payments fail up to the checkout', () => {
    const trace = traceOf('declined');
    assert.deepEqual(failed(trace).map(label).sort(), [
      'payments express request handler',
      'payments http POST /charge',
      'storefront http GET /checkout',
      'storefront undici POST',
    ]);
    const statusCodes = ['payments POST /charge', 'storefront POST', 'storefront GET /checkout'].map(
      (text) => {
        const [service = '', ...name] = text.split(' ');
        const { attributes, status } = one(trace, service, name.join(' '));
        return [attributes['http.response.status_code'], attributes['error.type'], status.message ?? ''];
      },
    );
    assert.deepEqual(statusCodes, [
      [500, '500', ''],
      [500, '500', ''],
      [502, '502', ''],
    ]);
    assert.equal(one(trace, 'payments', 'middleware - answerError').status.code, 0);
  });

  test('of a throw in the storefront stay there', () => {
    const trace = traceOf('out-of-stock');
    assert(trace.every(({ service }) => service === 'storefront'));
    assert.equal(withException(trace).length, 3);
    assert.equal(withException(trace)[0]?.events[0]?.attributes['exception.type'], 'OutOfStock');
    assert.equal(one(trace, 'storefront', 'GET /checkout').attributes['http.response.status_code'], 500);
  });

  test('of an unavailable service fail without an exception', () => {
    const closed = traceOf('closed');
    assert.deepEqual(withException(closed), []);
    assert.deepEqual(failed(closed).map(label).sort(), [
      'payments http POST /charge',
      'storefront http GET /checkout',
      'storefront undici POST',
    ]);
    assert.equal(one(closed, 'storefront', 'POST').attributes['http.response.status_code'], 503);
    assert.deepEqual(failed(traceOf('shut')).map(label), ['storefront http GET /checkout']);
  });

  test('of a slow service last, and are fine', () => {
    const trace = traceOf('slow');
    assert.deepEqual(failed(trace), []);
    for (const [service, name] of [
      ['payments', 'POST /charge'],
      ['storefront', 'GET /checkout'],
    ] as const)
      assert(one(trace, service, name).durationMillis >= 295);
  });

  test('of a call that timed out carry its exception, whose type is a number', () => {
    const trace = traceOf('too-slow');
    const call = one(trace, 'storefront', 'POST');
    assert.deepEqual(withException(trace), [call]);
    assert.equal(call.attributes['error.type'], 23);
    assert.equal(call.events[0]?.attributes['exception.type'], '23');
    assert.match(String(call.events[0]?.attributes['exception.stacktrace']), /^TimeoutError: /);
    assert.equal(one(trace, 'payments', 'POST /charge').status.code, 0);
  });

  test('of a call that was refused carry its exception, whose type is the code', () => {
    const trace = traceOf('gone');
    assert.deepEqual(withException(trace).map(label), ['storefront undici POST']);
    const call = one(trace, 'storefront', 'POST');
    assert.equal(call.events[0]?.attributes['exception.type'], 'ECONNREFUSED');
    assert.equal(call.attributes['http.response.status_code'], undefined);
    assert.deepEqual(failed(trace).map(label).sort(), [
      'storefront http GET /checkout',
      'storefront net tcp.connect',
      'storefront undici POST',
    ]);
  });

  test('of health checks are like those of any route, and fail with them', () => {
    for (const service of ['storefront', 'payments']) {
      const check = one(sink.spans, service, 'GET /healthz');
      assert.deepEqual([check.kind, check.flags, check.status.code], [server, parentIsLocal, 0]);
      assert.equal(check.attributes['url.path'], '/healthz');
    }
    const failing = one(sink.spans, 'storefront', 'GET /readyz');
    assert.equal(sink.spans.filter(({ traceId }) => traceId === failing.traceId).length, 6);
    assert.equal(failing.status.code, isError);
    assert.equal(failing.attributes['error.type'], '503');
    assert.deepEqual(failing.events, []);
  });

  test('are named by the route, not by the path', () => {
    const { attributes } = one(sink.spans, 'storefront', 'GET /products/:id');
    assert.deepEqual([attributes['http.route'], attributes['url.path']], ['/products/:id', '/products/7']);
  });

  test('are none of the fault switch', () => {
    const [set, refused, status] = faultAnswers;
    assert.deepEqual(set, { throw: true, for: 1 });
    assert.deepEqual(refused, { error: 'slowMillis must be a whole number from 0 to 60000' });
    assert.equal(status, 200);
    const mentioned = sink.spans.filter((span) =>
      JSON.stringify([span.name, span.attributes]).includes('/faults'),
    );
    assert.deepEqual(mentioned, []);
  });
});
