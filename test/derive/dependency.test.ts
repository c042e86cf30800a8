import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dependencyOf } from '../../src/derive/dependency.ts';

const table: [attributes: Record<string, string | number>, wanted: string][] = [
  [{}, ''],
  [{ 'service.peer.name': 'payments', 'server.address': 'x' }, 'payments'],
  [{ 'peer.service': 'payments' }, 'payments'],
  [{ 'server.address': 'payments', 'server.port': 8080 }, 'payments:8080'],
  [{ 'net.peer.name': 'payments', 'net.peer.port': '8080' }, 'payments:8080'],
  // An attempt that got no connection does not say the port by itself.
  [{ 'net.peer.name': 'payments', 'http.url': 'http://payments:8080/charge' }, 'payments:8080'],
  [{ 'net.peer.name': 'payments', 'http.url': 'https://payments/charge' }, 'payments:443'],
  [{ 'server.address': 'payments', 'url.full': 'https://payments/charge' }, 'payments'],
  [{ 'net.peer.name': 'proxy', 'http.url': 'http://payments:8080/charge' }, 'proxy'],
  [{ 'net.peer.name': 'payments', 'net.sock.peer.name': 'one', 'net.sock.peer.port': 9 }, 'payments'],
  [{ 'net.sock.peer.name': 'one', 'net.sock.peer.port': 9 }, 'one:9'],
  [{ 'server.address': 'Payments.Example.COM' }, 'payments.example.com'],
  [
    { 'server.address': 'db', 'server.port': 5432, 'db.system.name': 'postgresql', 'db.namespace': 'shop' },
    'db:5432 postgresql/shop',
  ],
  [{ 'db.system': 'redis' }, 'redis'],
  [{ 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' }, 'kafka/orders'],
  [{ 'messaging.system': 'rabbitmq', 'messaging.destination': 'orders' }, 'rabbitmq/orders'],
  // One of many, and another with every rollout.
  [{ 'server.address': '10.2.3.4', 'server.port': 80 }, 'ip:80'],
  [{ 'server.address': '2001:db8::1' }, 'ip'],
  [{ 'server.address': '10-0-3-4.shop.pod.cluster.local' }, 'ip'],
  [{ 'server.address': 'payments-7d9f8b6c5-x2x9z' }, 'payments'],
  [{ 'server.address': 'payments-7d9f8b6c5-x2x9z.shop' }, 'payments.shop'],
  [{ 'server.address': 'redis-1.redis.shop.svc.cluster.local' }, 'redis.redis.shop.svc.cluster.local'],
  [{ 'server.address': 'redis-1.redis-headless.shop' }, 'redis.redis-headless.shop'],
  [
    { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'amq.gen-JzTY20BRgKO' },
    'rabbitmq/amq.gen-*',
  ],
  [
    { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'amq.rabbitmq.reply-to' },
    'rabbitmq/amq.rabbitmq.reply-to',
  ],
  [{ 'messaging.system': 'nats', 'messaging.destination.name': '_INBOX.iVd5.1' }, 'nats/_INBOX.*'],
  [
    { 'messaging.system': 'kafka', 'messaging.destination.name': 're.3f2504e0-4f89-11d3-9a0c-0305e82c3301' },
    'kafka/re.*',
  ],
  // And what only looks so.
  [{ 'server.address': 'db-1.example.com' }, 'db-1.example.com'],
  [{ 'server.address': 'my-service' }, 'my-service'],
  [{ 'server.address': 'checkout-backend-apple' }, 'checkout-backend-apple'],
  [{ 'server.address': '', 'net.peer.name': 'b' }, 'b'],
];

for (const [attributes, wanted] of table) {
  test(`a call with ${JSON.stringify(attributes)} went to ${JSON.stringify(wanted)}`, () => {
    assert.equal(dependencyOf(new Map(Object.entries(attributes))), wanted);
  });
}

test('what is longer than a label should be is no name, and none is cut', () => {
  const long = 'x'.repeat(129);
  const of = (attributes: Record<string, string>): string =>
    dependencyOf(new Map(Object.entries(attributes)));
  assert.equal(of({ 'peer.service': long.slice(1) }), long.slice(1));
  assert.equal(of({ 'peer.service': long }), '');
  assert.equal(of({ 'server.address': 'db', 'server.port': '5432', 'db.namespace': long }), 'db:5432');
  assert.equal(of({ 'server.address': `${long}.example`, 'db.namespace': 'shop' }), 'shop');
});
