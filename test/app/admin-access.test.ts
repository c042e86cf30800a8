import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { type AdminAccess, adminAccess } from '../../src/app/start/admin-access.ts';
import { greet } from '../../src/app/start/greeting.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { Secret } from '../../src/config/secret.ts';
import { temporaryDirectory } from '../config/support.ts';
import { RecordingLog } from '../support/recording-log.ts';

const given = [{ name: 'alice', token: 'the-token-of-alice' }];
const revealed = ({ tokens }: AdminAccess) => tokens.map(({ name, token }) => [name, token.reveal()]);

suite('who may use the API', () => {
  const configuration = configurationSchema.parse({});
  const withTokens = configurationSchema.parse({ admin: { tokens: given } });

  test('is said by the configuration before all else', (t) => {
    const directory = temporaryDirectory(t);
    const access = adminAccess(withTokens, { TOCSIN_ADMIN_TOKEN: 'the-token-of-the-environment' }, directory);
    assert.deepEqual(revealed(access), [['alice', 'the-token-of-alice']]);
    assert.deepEqual([access.inShell, access.made, access.warnings], ['TOKEN', undefined, []]);
    assert.ok(!existsSync(join(directory, 'admin-token')));
  });

  test('else is who has the token of the environment, without the line break that came with it', (t) => {
    const directory = temporaryDirectory(t);
    const access = adminAccess(configuration, { TOCSIN_ADMIN_TOKEN: ' sixteen-letters!\r\n' }, directory);
    assert.deepEqual(revealed(access), [['admin', 'sixteen-letters!']]);
    assert.deepEqual([access.inShell, access.made], ['$TOCSIN_ADMIN_TOKEN', undefined]);
    assert.ok(!existsSync(join(directory, 'admin-token')));
  });

  const doubtful: [token: string, says: RegExp][] = [
    ['fifteen-letters', /short enough to be guessed: use at least 16/],
    ['schlüssel-schlüssel', /no header can hold/],
    ['two words of letters', /no header can hold/],
  ];
  for (const [token, says] of doubtful) {
    test(`is warned of a token of the environment such as ${token}`, (t) => {
      const { warnings } = adminAccess(configuration, { TOCSIN_ADMIN_TOKEN: token }, temporaryDirectory(t));
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, says);
      assert.ok(!warnings[0]!.includes(token));
    });
  }

  for (const value of [undefined, '', ' \n']) {
    test(`else is who can read the data directory: ${JSON.stringify(value)}`, (t) => {
      const directory = temporaryDirectory(t);
      const access = adminAccess(configuration, { TOCSIN_ADMIN_TOKEN: value }, directory);
      assert.deepEqual(revealed(access), [['admin', access.made?.reveal()]]);
      assert.equal(access.inShell, `$(cat ${join(directory, 'admin-token')})`);
    });
  }

  test('is told what was wrong with the token that was kept', (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'admin-token'), '');
    assert.match(adminAccess(configuration, {}, directory).warnings[0] ?? '', /a new one was made/);
  });
});

suite('the greeting', () => {
  const address = (port: number, host = '127.0.0.1') => ({ host, port });
  const facts = {
    version: '1.2.3',
    addresses: { otlpHttp: address(1), metrics: address(2, '0.0.0.0'), admin: address(3, '::1') },
    access: { inShell: '$(cat x)', made: new Secret('made+token') as Secret | undefined },
    receivers: [],
    forwarding: { targets: [], toOurselves: [] },
  };

  test('has the login link on a terminal, and never in the log', () => {
    const log = new RecordingLog();
    const shown: string[] = [];
    greet(log, facts, (text) => shown.push(text));
    assert.deepEqual(shown, ['log in with a browser: http://[::1]:3/login?token=made%2Btoken\n']);
    assert.doesNotMatch([...log.infos, ...log.warnings].join('\n'), /made/);
    assert.ok(log.infos.some((line) => line.includes('Bearer $(cat x)" http://[::1]:3/api/issues')));
  });

  test('has no link where nobody sits, nor of a token that somebody gave', () => {
    const shown: string[] = [];
    greet(new RecordingLog(), facts);
    const access = { ...facts.access, made: undefined };
    greet(new RecordingLog(), { ...facts, access }, (text) => shown.push(text));
    assert.deepEqual(shown, []);
  });
});
