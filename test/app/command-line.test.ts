import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, type TestContext, test } from 'node:test';
import { SlackStandIn } from '../../src/demo/slack/server.ts';
import { temporaryDirectory, write } from '../config/support.ts';
import { eventually } from '../support/eventually.ts';
import { Program } from './process.ts';
import { anyPorts, sendSpans, start } from './support.ts';

async function startSlack(
  t: TestContext,
): Promise<{ slack: SlackStandIn; environment: Record<string, string> }> {
  const slack = new SlackStandIn({ tokens: ['xoxb-right'] });
  const { url } = await slack.start();
  t.after(() => slack.stop());
  return {
    slack,
    environment: { SLACK_BOT_TOKEN: 'xoxb-right', SLACK_CHANNEL: '#alerts', SLACK_API_URL: `${url}/api/` },
  };
}

function sendFailure(otlp: string): Promise<number> {
  return sendSpans(otlp, { id: 1, failed: true, exceptions: [{}] });
}

async function stopsWell(program: Program): Promise<void> {
  const from = performance.now();
  program.signal('SIGTERM');
  const { code, stderr } = await program.ended;
  assert.equal(code, 0, stderr);
  assert.ok(performance.now() - from < 5_000);
}

suite('a command', { concurrency: 4 }, () => {
  const table: [args: string[], code: number, stdout: RegExp, stderr: RegExp][] = [
    [['version'], 0, /^tocsin \d+\.\d+\.\d+\S* \(source\), Node v\d+\.\d+\.\d+\n$/, /^$/],
    [['--version'], 0, /^tocsin \d/, /^$/],
    [['help'], 0, /^usage: tocsin <command>\n/, /^$/],
    [['--help'], 0, /^usage: tocsin <command>\n/, /^$/],
    [['frobnicate'], 2, /^$/, /^tocsin: there is no command frobnicate\n\nusage: /],
    [['run', '--frobnicate'], 2, /^$/, /^tocsin: Unknown option '--frobnicate'\n\nusage: /],
    [['run', 'x.yaml'], 2, /^$/, /^tocsin: Unexpected argument 'x\.yaml'.*\n\nusage: /],
    [['run', '--config'], 2, /^$/, /^tocsin: Option '--config <value>' argument missing\n\nusage: /],
    [['--frobnicate'], 2, /^$/, /^tocsin: Unknown option '--frobnicate'\n\nusage: /],
    [['check', '--frobnicate'], 2, /^$/, /^tocsin: Unknown option '--frobnicate'\n\nusage: /],
    [['version', 'x'], 2, /^$/, /^tocsin: Unexpected argument 'x'.*\n\nusage: /],
  ];
  for (const [args, code, stdout, stderr] of table) {
    test(args.join(' '), async (t) => {
      const ended = await new Program(t, args).ended;
      assert.match(ended.stdout, stdout);
      assert.match(ended.stderr, stderr);
      assert.equal(ended.code, code);
    });
  }
});

suite('check', { concurrency: 4 }, () => {
  test('says that the defaults are fine', async (t) => {
    const ended = await new Program(t, ['check']).ended;
    assert.deepEqual(ended, { code: 0, stdout: 'ok: no file, the defaults\n', stderr: '' });
  });

  test('looks at the environment, also without files', async (t) => {
    const ended = await new Program(t, ['check'], { TOCSIN_STORE_URL: 'x', LOG_LEVEL: 'loud' }).ended;
    assert.equal(ended.code, 1);
    assert.match(
      ended.stdout,
      /^environment variable TOCSIN_STORE_URL: store\.url: .*\nenvironment variable LOG_LEVEL: .*\n$/,
    );
  });

  test('reads the files of TOCSIN_CONFIG, and of the command line instead if there are any', async (t) => {
    const directory = temporaryDirectory(t);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => write(directory, name, `${name}: 1\n`));
    const environment = { TOCSIN_CONFIG: `${a}:${b}` };
    const [fromVariable, given] = await Promise.all([
      new Program(t, ['check'], environment).ended,
      new Program(t, ['check', c!], environment).ended,
    ]);
    assert.deepEqual(
      fromVariable.stdout.split('\n').map((line) => line.split(': ')[0]),
      [`${a}:1:1`, `${b}:1:1`, ''],
    );
    assert.deepEqual(
      given.stdout.split('\n').map((line) => line.split(': ')[0]),
      [`${c}:1:1`, ''],
    );
  });

  test('prints every mistake, more than a pipe holds', async (t) => {
    const wrong = Array.from({ length: 5000 }, (_, i) => `wrong${i}: 1\n`).join('');
    const file = write(temporaryDirectory(t), 'a.yaml', wrong);
    const ended = await new Program(t, ['check', file]).ended;
    assert.equal(ended.code, 1);
    assert.equal(ended.stdout.split('\n').length, 5001);
    assert.ok(ended.stdout.endsWith('\n'));
  });

  test('warns of what does nothing yet, and is content', async (t) => {
    const file = write(temporaryDirectory(t), 'a.yaml', 'gateway: {endpoint: x}\n');
    const ended = await new Program(t, ['check', file]).ended;
    assert.equal(
      ended.stdout,
      `${file}:1:1: gateway: warning: not supported by this version (ignored)\nok: ${file}\n`,
    );
    assert.equal(ended.code, 0);
  });
});

suite('check --effective', { concurrency: 4 }, () => {
  test('prints what takes effect, so that it can be used as a file; warnings go elsewhere', async (t) => {
    const directory = temporaryDirectory(t);
    const a = write(directory, 'a.yaml', 'noise: {health_checks: false}\ngateway: {}\n');
    const b = write(directory, 'b.yaml', 'metrics:\n  max_series: 500\n');
    const environment = { SLACK_BOT_TOKEN: 'xoxb-hunter2', SLACK_CHANNEL: '#ops' };
    const ended = await new Program(t, ['check', '--effective', a, b], environment).ended;
    assert.equal(ended.code, 0);
    assert.equal(ended.stderr, `${a}:2:1: gateway: warning: not supported by this version (ignored)\n`);
    assert.match(ended.stdout, new RegExp(`^  health_checks: false +# ${a}:1$`, 'm'));
    assert.match(ended.stdout, new RegExp(`^  max_series: 500 +# ${b}:2$`, 'm'));
    assert.match(ended.stdout, /^ +channel: "#ops" +# environment variable SLACK_CHANNEL$/m);
    assert.doesNotMatch(ended.stdout + ended.stderr, /hunter2/);
    const again = write(directory, 'again.yaml', ended.stdout);
    assert.equal((await new Program(t, ['check', again]).ended).stdout, `ok: ${again}\n`);
  });

  test('tells mistakes as ever, and nothing else', async (t) => {
    const file = write(temporaryDirectory(t), 'a.yaml', 'version: 2\n');
    const { code, stdout, stderr } = await new Program(t, ['check', '--effective', file]).ended;
    assert.equal(code, 1);
    assert.equal(stderr, '');
    assert.match(stdout, /^[^\n]*a\.yaml:1:10: version: [^\n]*\n$/);
  });
});

suite('run does not start, and says why', { concurrency: 4 }, () => {
  test('with every mistake in the configuration', async (t) => {
    const { program, file } = start(t, { yaml: 'version: 2\nadmin: {listen: x}\nunknown: 1\n' });
    const { code, stdout, stderr } = await program.ended;
    assert.deepEqual([code, stdout], [1, '']);
    assert.deepEqual(
      stderr.split('\n').map((line) => line.split(': ')[0]),
      [`${file}:1:10`, `${file}:2:17`, `${file}:3:1`, ''],
    );
  });

  test('with a LOG_LEVEL that is none', async (t) => {
    const { program } = start(t, { environment: { LOG_LEVEL: 'loud' } });
    assert.deepEqual(await program.ended, {
      code: 1,
      stdout: '',
      stderr: 'environment variable LOG_LEVEL: not one of: fatal, error, warn, info, debug, trace, silent\n',
    });
  });

  test('with a port that is taken', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { program } = start(t, {
      yaml: anyPorts.replace('admin: {listen: "127.0.0.1:0"}', `admin: {listen: "${address}"}`),
    });
    const { code, stderr } = await program.ended;
    assert.equal(stderr, `admin listener: ${address} is taken: another process listens there\n`);
    assert.equal(code, 1);
  });

  test('with a data directory that cannot be', async (t) => {
    const file = write(temporaryDirectory(t), 'file', '');
    const { program } = start(t, { environment: { TOCSIN_DATA_DIR: join(file, 'data') } });
    const { code, stderr } = await program.ended;
    assert.equal(
      stderr,
      `the data directory ${join(file, 'data')} cannot be used (ENOTDIR): make it writable, or set TOCSIN_DATA_DIR to one that is\n`,
    );
    assert.equal(code, 1);
  });

  test('with a data directory, or a store elsewhere, that another works on', async (t) => {
    const store = join(temporaryDirectory(t), 'shared.db');
    const first = start(t, { environment: { TOCSIN_STORE_URL: `sqlite:${store}` } });
    await first.program.listening();
    const sameDirectory = start(t, { environment: { TOCSIN_DATA_DIR: first.dataDirectory } });
    const sameStore = start(t, { environment: { TOCSIN_STORE_URL: `sqlite:${store}` } });
    for (const [second, what] of [
      [sameDirectory, first.dataDirectory],
      [sameStore, store],
    ] as const) {
      const { code, stderr } = await second.program.ended;
      assert.equal(
        stderr,
        `${what} is in use by another Tocsin: stop that one, or give this one a directory of its own with TOCSIN_DATA_DIR
`,
      );
      assert.equal(code, 1);
    }
    await stopsWell(first.program);
  });

  test('with an admin token that cannot be kept', async (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, 'admin-token'));
    const { code, stderr } = await start(t, { environment: { TOCSIN_DATA_DIR: directory } }).program.ended;
    assert.match(stderr, /^the admin token cannot be kept in [^\n]*set TOCSIN_ADMIN_TOKEN\n$/);
    assert.equal(code, 1);
  });

  test('with a store that is the database of something else', async (t) => {
    const store = join(temporaryDirectory(t), 'store.db');
    const other = new DatabaseSync(store);
    other.exec('CREATE TABLE customers (id)');
    other.close();
    const { program } = start(t, { environment: { TOCSIN_STORE_URL: `sqlite:${store}` } });
    const { code, stderr } = await program.ended;
    assert.match(stderr, /^[^\n]*store\.db[^\n]*\n$/);
    assert.equal(code, 1);
  });
});

suite('run', { concurrency: 4 }, () => {
  test('is what options without a command are for', async (t) => {
    const directory = temporaryDirectory(t);
    const file = write(directory, 'a.yaml', anyPorts);
    const program = new Program(t, ['--config', file], { TOCSIN_DATA_DIR: directory });
    await program.listening();
    await stopsWell(program);
  });

  test('starts with a key that it does not know, and warns', async (t) => {
    const { program, file } = start(t, { yaml: `${anyPorts}\nfrobnicate: 1\n` });
    await program.listening();
    const { level, msg } = await program.logged(/frobnicate/);
    assert.equal(level, 'warn');
    assert.match(msg, new RegExp(`^${file}:4:1: frobnicate: warning: unknown key \\(ignored\\): known are `));
    await stopsWell(program);
  });

  test('makes an admin token that only its owner can read, keeps it, and says where it is', async (t) => {
    const { program, dataDirectory, file } = start(t);
    const { admin } = await program.listening();
    const path = join(dataDirectory, 'admin-token');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const token = readFileSync(path, 'utf8').trim();
    assert.ok(!program.output.includes(token));
    assert.ok((await program.logged(/api\/issues$/)).msg.includes(path));
    assert.equal(await issuesStatus(admin, token), 200);
    assert.equal(await issuesStatus(admin, `${token}x`), 401);
    await stopsWell(program);
    const again = new Program(t, ['run', '--config', file], { TOCSIN_DATA_DIR: dataDirectory });
    assert.equal(await issuesStatus((await again.listening()).admin, token), 200);
    await stopsWell(again);
  });

  test('takes the admin token of the environment instead', async (t) => {
    const { program, dataDirectory } = start(t, { environment: { TOCSIN_ADMIN_TOKEN: 'hunter2' } });
    const { admin } = await program.listening();
    assert.equal(await issuesStatus(admin, 'hunter2'), 200);
    assert.throws(() => statSync(join(dataDirectory, 'admin-token')), { code: 'ENOENT' });
    assert.doesNotMatch(program.output, /hunter2/);
    await stopsWell(program);
  });

  test('takes the admin tokens of the configuration before that', async (t) => {
    const yaml = anyPorts.replace('admin: {', 'admin: {tokens: [{name: alice, token: "${env:ALICE}"}], ');
    const environment = { TOCSIN_ADMIN_TOKEN: 'the-token-of-the-environment', ALICE: 'the-token-of-alice' };
    const { program } = start(t, { yaml, environment });
    const { admin } = await program.listening();
    assert.equal(await issuesStatus(admin, 'the-token-of-alice'), 200);
    assert.equal(await issuesStatus(admin, 'the-token-of-the-environment'), 401);
    await stopsWell(program);
    assert.doesNotMatch(program.output, /the-token/);
  });

  test('makes a new admin token where the file was emptied, and warns', async (t) => {
    const directory = temporaryDirectory(t);
    write(directory, 'admin-token', '');
    const { program } = start(t, { environment: { TOCSIN_DATA_DIR: directory } });
    const { admin } = await program.listening();
    assert.equal((await program.logged(/a new one was made/)).level, 'warn');
    assert.equal(await issuesStatus(admin, readFileSync(join(directory, 'admin-token'), 'utf8').trim()), 200);
    await stopsWell(program);
  });

  test('with a wrong Slack token takes data all the same, and says loudly what to do', async (t) => {
    const { environment } = await startSlack(t);
    const { program } = start(t, { environment: { ...environment, SLACK_BOT_TOKEN: 'xoxb-hunter2' } });
    const { otlp, metrics } = await program.listening();
    assert.equal(await sendFailure(otlp), 200);
    const { level, msg } = await program.logged(/NOBODY IS TOLD of failures until/);
    assert.equal(level, 'error');
    assert.match(msg, /SLACK_BOT_TOKEN/);
    await eventually('the health to say so', async () =>
      (await (await fetch(`${metrics}/health`)).text()).includes('invalid_auth'),
    );
    await stopsWell(program);
    assert.doesNotMatch(program.output, /hunter2/);
  });
});

suite('run stops within five seconds of SIGTERM, with exit 0', { concurrency: 4 }, () => {
  test('while a client keeps its connection', async (t) => {
    const { program } = start(t);
    const { otlp, metrics } = await program.listening();
    // fetch keeps both open.
    assert.equal(await sendFailure(otlp), 200);
    await (await fetch(`${metrics}/livez`)).text();
    await stopsWell(program);
  });

  test('while somebody reads the stream of changes', async (t) => {
    const { program } = start(t, { environment: { TOCSIN_ADMIN_TOKEN: 'the-token-of-the-environment' } });
    const { admin } = await program.listening();
    const headers = { authorization: 'Bearer the-token-of-the-environment' };
    const response = await fetch(`${admin}/api/stream`, { headers });
    assert.equal(response.status, 200);
    await stopsWell(program);
    assert.match(await response.text(), /^retry: 2000\nid: /);
  });

  test('while a client has connected and said nothing', async (t) => {
    const { program } = start(t);
    const { otlp } = await program.listening();
    const silent = connect(Number(new URL(otlp).port), '127.0.0.1');
    silent.on('error', () => undefined);
    t.after(() => silent.destroy());
    await new Promise((resolve) => silent.once('connect', resolve));
    // Answered after the silent one was accepted.
    assert.equal(await sendFailure(otlp), 200);
    await stopsWell(program);
  });

  test('while Slack takes a call and does not answer', async (t) => {
    const { slack, environment } = await startSlack(t);
    const { program } = start(t, { environment });
    const { otlp } = await program.listening();
    slack.fail({ kind: 'hang', method: 'chat.postMessage' });
    assert.equal(await sendFailure(otlp), 200);
    await eventually('the call to Slack', () =>
      slack.calls.some(({ method }) => method === 'chat.postMessage'),
    );
    await stopsWell(program);
  });

  test('while Slack does not answer at the start', async (t) => {
    const { slack, environment } = await startSlack(t);
    slack.fail({ kind: 'hang' });
    const { program } = start(t, { environment });
    await program.listening();
    await eventually('the call to Slack', () => slack.calls.length > 0);
    await stopsWell(program);
  });
});

test('run ends at once on a second signal', async (t) => {
  const { program } = start(t);
  const { otlp } = await program.listening();
  // Half a request is waited for, for as long as there is time.
  const half = connect(Number(new URL(otlp).port), '127.0.0.1');
  half.on('error', () => undefined);
  t.after(() => half.destroy());
  half.write(
    'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  );
  assert.equal(await sendFailure(otlp), 200);
  program.signal('SIGTERM');
  await eventually('the listener to close', () =>
    fetch(otlp).then(
      () => false,
      () => true,
    ),
  );
  const from = performance.now();
  program.signal('SIGTERM');
  const { code } = await program.ended;
  assert.equal(code, 1);
  assert.ok(performance.now() - from < 2_000);
});

async function issuesStatus(admin: string, token: string): Promise<number> {
  const response = await fetch(`${admin}/api/issues`, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}
