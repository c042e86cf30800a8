import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Environment } from '../../src/config/environment.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { readProxies } from '../../src/config/proxies.ts';

suite('proxies', () => {
  const table: [
    environment: Environment,
    http: string | undefined,
    https: string | undefined,
    exceptions: string,
  ][] = [
    [{}, undefined, undefined, ''],
    [{ HTTP_PROXY: '', HTTPS_PROXY: '', NO_PROXY: '' }, undefined, undefined, ''],
    [{ HTTP_PROXY: 'http://p:3128' }, 'http://p:3128/', undefined, ''],
    [
      { HTTPS_PROXY: 'http://u:hunter2@p:3128', NO_PROXY: 'a,.b' },
      undefined,
      'http://u:hunter2@p:3128/',
      'a,.b',
    ],
    [{ https_proxy: 'https://small', HTTPS_PROXY: 'http://CAPITAL' }, undefined, 'https://small/', ''],
    [{ no_proxy: 'small', NO_PROXY: 'CAPITAL' }, undefined, undefined, 'small'],
    [{ HTTP_PROXY: ' proxy.example:3128 ' }, 'http://proxy.example:3128/', undefined, ''],
  ];
  for (const [environment, http, https, exceptions] of table) {
    test(`of ${JSON.stringify(environment)}`, () => {
      const { proxies, problems } = readProxies(environment);
      assert.deepEqual([proxies.http?.reveal(), proxies.https?.reveal()], [http, https]);
      assert.equal(proxies.exceptions, exceptions);
      assert.deepEqual(problems, []);
    });
  }

  for (const written of [
    'socks5://hunter2@p:1080',
    'http://',
    'ftp://hunter2',
    'http://hunter2:99999',
    '::',
  ]) {
    test(`that cannot be used are told, not shown, and not used: ${written}`, () => {
      const { proxies, problems } = readProxies({ HTTPS_PROXY: written });
      assert.equal(proxies.https, undefined);
      assert.deepEqual(problems.map(formatProblem), [
        'environment variable HTTPS_PROXY: warning: not a proxy that can be used (ignored): write http://HOST:PORT or https://HOST:PORT',
      ]);
      assert.equal(problems[0]?.severity, 'warning');
    });
  }
});
