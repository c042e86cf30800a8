import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { listenerBehind, type Machine } from '../../src/forward/own-endpoint.ts';

const machine: Machine = {
  hostName: 'Shop-7d9f',
  addresses: ['127.0.0.1', '10.1.2.3', 'fe80::1%eth0', 'fd00::7'],
};

suite('an endpoint that is one of our own listeners', () => {
  const table: [listener: string, endpoint: string, isOwn: boolean][] = [
    ['127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces', true],
    ['127.0.0.1:4318', 'http://localhost:4318', true],
    ['127.0.0.1:4318', 'http://LOCALHOST.:4318', true],
    ['127.0.0.1:4318', 'http://app.localhost:4318', true],
    ['127.0.0.1:4318', 'http://localhost.localdomain:4318', true],
    ['127.0.0.1:4318', 'http://ip6-localhost:4318', true],
    ['127.0.0.1:4318', 'http://127.1:4318', true],
    ['127.0.0.1:4318', 'http://2130706433:4318', true],
    ['127.0.0.1:4318', 'http://[::1]:4318', true],
    ['127.0.0.1:4318', 'http://[::ffff:127.0.0.1]:4318', true],
    ['127.0.0.1:4318', 'http://0.0.0.0:4318', true],
    ['127.0.0.1:4318', 'http://[::]:4318', true],
    ['127.0.0.1:4318', 'https://localhost:4318', true],
    ['127.0.0.1:80', 'http://localhost', true],
    ['127.0.0.1:443', 'https://localhost/', true],
    ['[::1]:4318', 'http://localhost:4318', true],
    ['0.0.0.0:4318', 'http://127.0.0.1:4318', true],
    ['0.0.0.0:4318', 'http://10.1.2.3:4318', true],
    ['0.0.0.0:4318', 'http://shop-7d9f:4318', true],
    ['[::]:4318', 'http://[fd00:0::7]:4318', true],
    ['[::]:4318', 'http://10.1.2.3:4318', true],
    ['10.1.2.3:4318', 'http://10.1.2.3:4318', true],
    ['10.1.2.3:4318', 'http://shop-7d9f:4318', true],
    // The collector of a node, beside a sidecar that listens on the loopback address.
    ['127.0.0.1:4318', 'http://10.1.2.3:4318', false],
    ['127.0.0.1:4318', 'http://shop-7d9f:4318', false],
    ['10.1.2.3:4318', 'http://localhost:4318', false],
    ['127.0.0.1:4318', 'http://localhost:4319', false],
    ['127.0.0.1:4318', 'http://collector:4318', false],
    ['0.0.0.0:4318', 'http://10.1.2.4:4318', false],
    ['0.0.0.0:4318', 'http://notlocalhost:4318', false],
    ['0.0.0.0:4318', 'http://localhost.example.com:4318', false],
    ['127.0.0.1:4318', 'http://localhost', false],
  ];
  for (const [listener, endpoint, isOwn] of table) {
    test(`${endpoint} ${isOwn ? 'is' : 'is not'} ${listener}`, () => {
      const { hostname, port } = new URL(`tcp://${listener}`);
      const given = { host: hostname.replace(/[[\]]/g, ''), port: Number(port) };
      const found = listenerBehind(new URL(endpoint), [{ host: '127.0.0.1', port: 1 }, given], machine);
      assert.equal(found, isOwn ? given : undefined);
    });
  }
});
