import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHealthCheckPath, isHealthCheckSpanName } from '../../src/noise/health-check-names.ts';
import { cpuMillis } from '../support/cpu-time.ts';

const healthChecks = [
  '/health',
  '/health/',
  '/healthy',
  '/healthz',
  '/healthz/',
  '/HEALTHZ',
  '/healthz?verbose=1',
  '/healthz/?verbose',
  '/healthz#top',
  '/health_check',
  '/health-check',
  '/healthcheck',
  '/api/healthchecks/db',
  '/_health',
  '/[_health]',
  '/live',
  '/livez',
  '/livez?verbose',
  '/ready',
  '/ready/',
  '/readyz',
  '/ping',
  '/ping/',
  '/up',
  '/up/',
  '/heartbeat',
  '/v1/heartbeats',
  '/api/v1/health',
  '/actuator/health',
  '/health/live',
  '/health/ready',
  'https://example.com/healthz',
  'http://10.0.0.1:8080/ready?x=http://a/b',
  '/proxy/https://example.com/up',
];

const others = [
  '',
  '/',
  '//',
  '?',
  'health',
  'up',
  '/pings',
  '/upload',
  '/ups',
  '/readystate',
  '/already',
  '/livestream',
  '/lives',
  '/delivery',
  '/delivery/',
  '/healthysnacks',
  '/healthy-snacks',
  '/health/records',
  '/health-insurance',
  '/mental-health',
  '/sign-up',
  '/pickup',
  '/shipping',
  '/ping/pong',
  '/live/stream/5',
  '/up/load',
  '/search?q=/healthz',
  '/search?next=https://example.com/healthz',
  '/search#/up',
  'https://www.health.com',
  'https://www.health.com/',
  'https://www.health.com/orders',
  'https://healthcheck.io/orders',
  'https://up/',
  'https://live',
  'http://ping?x',
  '/orders/5',
  '/health.html',
  '/grpc.health.v1.Health',
  '/shop.Health/Check',
];

for (const path of healthChecks) {
  test(`the path ${path} is a health check`, () => {
    assert.equal(isHealthCheckPath(path), true);
    assert.equal(isHealthCheckSpanName(path), true);
    assert.equal(isHealthCheckSpanName(`GET ${path}`), true);
  });
}

for (const path of others) {
  test(`the path "${path}" is no health check`, () => {
    assert.equal(isHealthCheckPath(path), false);
    assert.equal(isHealthCheckSpanName(path), false);
  });
}

const namesOfHealthChecks = [
  'GET /healthz',
  'get /healthz',
  'HEAD /api/health/',
  'OPTIONS /ready',
  'HTTP GET /livez',
  'GET healthz',
  'GET api/health',
  'GET /[_health]',
  'healthcheck',
  'HealthCheckController.check',
];

const namesOfOthers = [
  'GET',
  'HEAD ',
  'GET /',
  'GET /upload',
  'GET /pings',
  'GET delivery',
  'GET /orders/:id',
  'POST /orders/{id}/ready',
  'PUT /devices/{id}/up',
  'PATCH /streams/{id}/live',
  'DELETE /healthchecks/{id}',
  'POST /ping',
  'GET https://www.health.com/',
  'GET https://up',
  'ping',
  'redis ping',
  'set up',
  'going live',
  'check health of the shop',
  'shop.Health/Check',
  'middleware - ready',
];

for (const name of namesOfHealthChecks) {
  test(`the span "${name}" is a health check`, () => {
    assert.equal(isHealthCheckSpanName(name), true);
  });
}

for (const name of namesOfOthers) {
  test(`the span "${name}" is no health check`, () => {
    assert.equal(isHealthCheckSpanName(name), false);
  });
}

for (const unit of ['/', ' ', '?', '/health', '://', 'get ', 'h', '\0', '\ud800', 'İ']) {
  test(`a megabyte of ${JSON.stringify(unit)} is judged in no time`, () => {
    const text = unit.repeat(2 ** 20 / unit.length);
    const begin = cpuMillis();
    isHealthCheckPath(text);
    isHealthCheckSpanName(text);
    assert.ok(cpuMillis() - begin < 100);
  });
}
