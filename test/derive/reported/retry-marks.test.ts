import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { retryMarkOf } from '../../../src/derive/reported/retry-marks.ts';
import { kind } from '../../support/otlp-builders.ts';
import { setUp } from './set-up.ts';

const retries = 'tocsin_reported_retries_total';
const calls = 'tocsin_breaker_calls_total';

type Attributes = Record<string, string | number | boolean>;

suite('a span that says that it is a retry', () => {
  const cases: [attributes: Attributes, mark: string | undefined][] = [
    [{}, undefined],
    [{ 'http.request.resend_count': 1 }, 'http'],
    [{ 'http.request.resend_count': '2' }, 'http'],
    [{ 'http.request.resend_count': 0 }, undefined],
    [{ 'http.request.resend_count': -1 }, undefined],
    [{ 'http.request.resend_count': true }, undefined],
    [{ 'http.request.resend_count': 'many' }, undefined],
    [{ 'http.request.resend_count': 1.5 }, undefined],
    [{ 'retry.count': '1' }, 'envoy'],
    [{ 'retry.count': '' }, undefined],
    [{ component: 'proxy', 'http.request.resend_count': 1 }, 'envoy'],
    [{ 'previous-rpc-attempts': 1 }, 'grpc'],
    [{ 'previous-rpc-attempts': 0 }, undefined],
    [{ 'retry.attempt': 1 }, 'app'],
    [{ 'retry.attempt': 0 }, undefined],
    [{ 'retry.attempt': 1, 'http.request.resend_count': 1 }, 'http'],
  ];
  for (const [attributes, mark] of cases)
    test(`${JSON.stringify(attributes)}: ${mark ?? 'none'}`, () => {
      assert.equal(retryMarkOf(new Map(Object.entries(attributes))), mark);
      const { span, values } = setUp();
      span({ attributes });
      assert.deepEqual(values(retries), mark === undefined ? {} : { [mark]: 1 });
    });

  test('stands for as many as its sampling says, under the policy that it names', () => {
    const { span, values } = setUp();
    span({ traceState: 'ot=th:8', attributes: { 'retry.attempt': 2, 'retry.policy': 'stock' } });
    assert.deepEqual(values(retries), { stock: 2 });
  });
});

suite('spans of Envoy and Istio', () => {
  const proxy = (attributes: Attributes) => ({
    component: 'proxy',
    upstream_cluster: 'outbound|80||stock',
    ...attributes,
  });

  test('tell of calls that its breaker refused, by the name of the cluster', () => {
    const { span, values, text } = setUp();
    span({ attributes: proxy({ response_flags: 'UO' }) });
    span({ attributes: proxy({ response_flags: 'UF,UO', 'upstream_cluster.name': 'stock' }) });
    assert.deepEqual(values(calls), { 'outbound|80||stock rejected': 1, 'stock rejected': 1 });
    assert.match(text(), /breaker="outbound\|80\|\|stock",outcome="rejected"\} 1/);
  });

  test('tell of a retry where there were no more left, if no attempt has a span of its own', () => {
    const { span, values } = setUp();
    span({ kind: kind.client, attributes: proxy({ response_flags: 'URX' }) });
    span({ kind: kind.client, attributes: proxy({ response_flags: 'URX', 'retry.count': '2' }) });
    span({ kind: kind.server, attributes: proxy({ response_flags: 'URX' }) });
    assert.deepEqual(values(retries), { envoy: 2 });
  });

  test('tell of nothing by other flags, and others tell of nothing by flags', () => {
    const { span, values } = setUp();
    span({ attributes: proxy({ response_flags: 'UH' }) });
    span({ attributes: { response_flags: 'UO', upstream_cluster: 'x' } });
    span({ attributes: proxy({ response_flags: 12 }) });
    assert.deepEqual(values(calls), {});
  });

  test('without a cluster are counted as reports that cannot be used', () => {
    const { span, values } = setUp();
    span({ attributes: { component: 'proxy', response_flags: 'UO' } });
    assert.deepEqual(values('tocsin_reports_ignored_total'), { no_name: 1 });
  });
});
