import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { routes } from '../../src/admin/contract.ts';
import { compose } from '../../src/app/composition/compose.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { Secret } from '../../src/config/secret.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { temporaryDirectory } from '../config/support.ts';
import { errorEvent } from '../support/builders.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const shellLines = [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'));
const curlLines = shellLines.filter((line) => line.startsWith('curl '));
const hasCurl = spawnSync('curl', ['--version']).status === 0;

suite('docs/api.md', { skip: hasCurl ? false : 'there is no curl here' }, () => {
  const clock = new TestClock();
  const directory = temporaryDirectory({ after: (task) => after(task as () => void) });
  const store = new SqliteStore(join(directory, 'api.db'));
  const listen = '127.0.0.1:0';
  const configuration = {
    intake: { http: { listen }, grpc: { listen } },
    metrics: { listen },
    admin: { listen },
  };
  const tocsin = compose(configurationSchema.parse(configuration), {
    clock,
    log: new RecordingLog(),
    store,
    receivers: [],
    tokens: [{ name: 'tester', token: new Secret('the-token-of-this-test') }],
    journalDirectory: undefined,
    processMetrics: () => Promise.resolve(''),
    random: () => 0,
  });
  let id = '';

  before(async () => {
    await tocsin.start();
    await store.calls.record([errorEvent({ time: clock.now() })], clock.now());
    id = (await store.calls.listIssues({ limit: 1 })).items[0]!.id;
  });
  after(() => tocsin.stop());

  for (const line of curlLines) {
    test(line.replace(/.* (?=[-"])/, ''), async () => {
      const api = `http://127.0.0.1:${tocsin.addresses().admin.port}/api`;
      const environment = { ...process.env, TOKEN: 'the-token-of-this-test', API: api, ID: id };
      const child = spawn('sh', ['-c', line], { env: environment });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const [code] = (await once(child, 'close')) as [number];
      assert.equal(code, 0, output);
      assert.match(output, answerTo(line));
    });
  }
});

function answerTo(line: string): RegExp {
  if (line.includes('/stream')) return /^retry: 2000\nid: /;
  if (line.includes('format=csv')) return /^id,issue_id,.*\r\n\w{32},/;
  if (line.includes('/v2/alerts" -d')) return /^$/;
  if (line.includes('/v2/')) return /^\[.*\]$/;
  return line.includes('/export') ? /^\[.*\]\n$/ : /^\{".*\}$/;
}

test('docs/api.md names every parameter of issues, and shows the routes that people use', () => {
  for (const name of Object.keys(routes.listIssues.query.shape))
    assert.ok(text.includes(`\`${name}\``), name);
  for (const route of ['/breakers', '/retries', '/dependencies/NAME/advice'])
    assert.ok(text.includes(route), route);
  assert.ok(curlLines.length >= 9);
  assert.match(text, /^TOKEN=\$\(cat data\/admin-token\)$/m);
});
