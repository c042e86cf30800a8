import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callText, cleanCause } from '../../src/errors/call-text.ts';

type Given = Partial<Parameters<typeof callText>[0]> & { is?: Record<string, string | number> };

const table: [given: Given, wanted: string][] = [
  [
    { name: 'POST', dependency: 'payments:8080', is: { 'http.response.status_code': 503 } },
    'POST payments:8080 → 503',
  ],
  [
    {
      name: 'HTTP POST',
      dependency: 'payments:8080',
      is: { 'http.method': 'POST', 'http.status_code': 502 },
    },
    'POST payments:8080 → 502',
  ],
  [
    { name: 'shop.Cart/Add', dependency: 'cart', is: { 'rpc.method': 'Add', 'rpc.grpc.status_code': 14 } },
    'Add cart → gRPC 14',
  ],
  [
    {
      name: 'INSERT shop',
      dependency: 'db postgresql/shop',
      is: { 'db.operation.name': 'INSERT', 'db.response.status_code': '23505' },
    },
    'INSERT db postgresql/shop → 23505',
  ],
  [{ name: 'GET', dependency: 'x', is: { 'error.type': 'ECONNREFUSED' } }, 'GET x → ECONNREFUSED'],
  [
    { name: 'GET', dependency: 'x', is: { 'error.type': '_OTHER' }, statusMessage: 'timed out\nat y' },
    'GET x → timed out',
  ],
  [{ name: 'publish orders' }, 'publish orders → failed'],
  [{ name: 'a', is: { 'rpc.grpc.status_code': 0 } }, 'a → failed'],
  [{ name: 'a', is: { 'rpc.response.status_code': 'UNAVAILABLE' } }, 'a → gRPC 14'],
  [{ name: 'a', is: { 'rpc.response.status_code': 'OK' } }, 'a → failed'],
  [{ name: 'a', is: { 'rpc.response.status_code': '-32602' } }, 'a → -32602'],
];

for (const [{ is = {}, ...given }, wanted] of table) {
  test(`a failed call is told as ${wanted}`, () => {
    const call = {
      name: '',
      dependency: '',
      statusMessage: '',
      ...given,
      attributes: new Map(Object.entries(is)),
    };
    assert.equal(
      cleanCause(callText(call), (line) => line),
      wanted,
    );
  });
}
