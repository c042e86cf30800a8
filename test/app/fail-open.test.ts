import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import type { HealthAnswer } from '../../src/admin/contract.ts';
import { openDataOrMemory } from '../../src/app/data.ts';
import { Degradations, withDegradations } from '../../src/app/degradations.ts';
import { fallbackConfiguration } from '../../src/app/fallback-configuration.ts';
import { keepLastGood, readLastGood } from '../../src/app/last-good.ts';
import { OptionalListener } from '../../src/app/optional-listener.ts';
import { configurationSchema } from '../../src/app/options.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { temporaryDirectory, write } from '../config/support.ts';
import { errorEvent } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';
import { Program } from './process.ts';
import { anyPorts, metricOf, sendSpans, start } from './support.ts';

const failing = { id: 1, failed: true, exceptions: [{}] };

async function healthOf(metrics: string): Promise<HealthAnswer> {
  return (await (await fetch(`${metrics}/health`)).json()) as HealthAnswer;
}

/** A port that is taken for as long as the test runs, or until it is given free. */
async function takenPort(t: TestContext): Promise<{ address: string; free: () => Promise<unknown> }> {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  return { address, free: () => new Promise((resolve) => other.close(resolve)) };
}

suite('run --fail-open', { concurrency: 3 }, () => {
  test('with nothing wrong is as ever', async (t) => {
    const { program } = start(t, { args: ['--fail-open'] });
    const { metrics } = await program.listening();
    assert.equal(await metricOf(metrics, 'tocsin_fail_open'), 0);
    assert.equal((await healthOf(metrics)).status, 'healthy');
  });

  test('runs on the last configuration that was right, and takes what is right over when it is mended', async (t) => {
    const { program, file, dataDirectory } = start(t);
    await program.listening();
    program.signal('SIGTERM');
    await program.ended;
    writeFileSync(file, `${anyPorts}\nversion: 2\n`);
    const second = new Program(t, ['--fail-open', '--config', file], { TOCSIN_DATA_DIR: dataDirectory });
    const { metrics, otlp } = await second.listening();
    assert.equal((await second.logged(/tocsin\.yaml:4:10: version: /)).level, 'error');
    await second.logged(
      /^the configuration has mistakes; Tocsin runs on the last configuration that was right/,
    );
    assert.equal(await metricOf(metrics, 'tocsin_fail_open'), 1);
    assert.equal(await metricOf(metrics, 'tocsin_config_last_reload_successful'), 0);
    assert.equal(await sendSpans(otlp, failing), 200);
    const { status, components } = await healthOf(metrics);
    assert.equal(status, 'degraded');
    assert.match(components['configuration']!.detail!, /the last configuration that was right/);
    writeFileSync(file, anyPorts);
    await second.logged(/^the configuration is right again/);
    assert.equal(await metricOf(metrics, 'tocsin_fail_open'), 0);
    assert.equal((await healthOf(metrics)).status, 'healthy');
  });

  test('without a configuration that was ever right runs on the defaults', async (t) => {
    const { program } = start(t, {
      yaml: 'version: 2\n',
      args: ['--fail-open'],
      environment: { LOG_LEVEL: 'loud' },
    });
    await program.listening();
    await program.logged(/^environment variable LOG_LEVEL: not one of/);
    await program.logged(/Tocsin runs on the defaults and the environment/);
    program.signal('SIGTERM');
    assert.equal((await program.ended).code, 0);
  });

  test('with a data directory that cannot be keeps everything in memory, and says what is lost', async (t) => {
    const file = write(temporaryDirectory(t), 'file', '');
    const { program } = start(t, {
      args: ['--fail-open'],
      environment: { TOCSIN_DATA_DIR: join(file, 'data'), TOCSIN_ADMIN_TOKEN: 'hunter2' },
    });
    const { otlp, metrics, admin } = await program.listening();
    const { msg, level } = await program.logged(/cannot be used \(ENOTDIR\)/);
    assert.equal(level, 'error');
    assert.match(msg, /nothing is kept: issues and alerts are in memory and gone with this process/);
    assert.equal(await sendSpans(otlp, failing), 200);
    const headers = { authorization: 'Bearer hunter2' };
    const issues = (await (await fetch(`${admin}/api/issues`, { headers })).json()) as { items: unknown[] };
    assert.equal(issues.items.length, 1);
    assert.equal(await metricOf(metrics, 'tocsin_fail_open'), 1);
    assert.match((await healthOf(metrics)).components['data_directory']!.detail!, /nothing is kept/);
    assert.equal((await fetch(`${metrics}/readyz`)).status, 200);
    program.signal('SIGTERM');
    assert.equal((await program.ended).code, 0);
  });

  test('with a data directory that another works on does so as well', async (t) => {
    const first = start(t);
    await first.program.listening();
    const second = start(t, { args: ['--fail-open'], environment: { TOCSIN_DATA_DIR: first.dataDirectory } });
    await second.program.listening();
    const { msg } = await second.program.logged(/is in use by another Tocsin/);
    assert.match(msg, /the API is closed, since its token cannot be kept: set TOCSIN_ADMIN_TOKEN/);
  });

  test('with a port that is taken leaves that listener out, also if it is the one for OTLP', async (t) => {
    const [otlpPort, adminPort] = [await takenPort(t), await takenPort(t)];
    const yaml = [
      `intake: {http: {listen: "${otlpPort.address}"}}`,
      'metrics: {listen: "127.0.0.1:0"}',
      `admin: {listen: "${adminPort.address}"}`,
    ].join('\n');
    const { program } = start(t, { yaml, args: ['--fail-open'] });
    const { metrics } = await program.listening();
    await program.logged(/^NOT LISTENING: OTLP\/HTTP listener: .* is taken/);
    await program.logged(/^NOT LISTENING: admin listener: .* is taken/);
    await program.logged(/^RUNNING ALL THE SAME \(--fail-open\): .*OTLP\/HTTP listener/);
    const { status, components } = await healthOf(metrics);
    assert.equal(status, 'degraded');
    assert.deepEqual(
      ['otlp_listener', 'admin_listener', 'metrics_listener'].map((part) => components[part]?.status),
      ['degraded', 'degraded', undefined],
    );
    program.signal('SIGTERM');
    assert.equal((await program.ended).code, 0);
  });
});

suite('the last good configuration', () => {
  test('is kept as it is written, for its owner alone, and replaced as a whole', (t) => {
    const directory = temporaryDirectory(t);
    const files = [{ path: '/x/a.yaml', text: 'store: {url: "${env:TOKEN}"}\n' }];
    keepLastGood(directory, [{ path: '/x/old.yaml', text: 'old' }]);
    keepLastGood(directory, files);
    assert.deepEqual(readLastGood(directory), files);
    assert.deepEqual(readdirSync(directory), ['last-good-configuration.json']);
    assert.equal(statSync(join(directory, 'last-good-configuration.json')).mode & 0o777, 0o600);
  });

  test('is none if it is not there, or not what it was', (t) => {
    const directory = temporaryDirectory(t);
    assert.equal(readLastGood(directory), undefined);
    assert.equal(readLastGood(join(directory, 'none')), undefined);
    for (const text of [
      '',
      'x',
      '{}',
      '[]',
      '{"version":2,"files":[]}',
      '{"version":1,"files":[{"path":1}]}',
    ]) {
      write(directory, 'last-good-configuration.json', text);
      assert.equal(readLastGood(directory), undefined, text);
    }
  });

  test('holds no secret that its files do not', async (t) => {
    const secret = write(temporaryDirectory(t), 'secret', 'http://127.0.0.1:1/hunter2');
    const { program, dataDirectory } = start(t, {
      yaml: `${anyPorts}\nalerts: {receivers: [{name: ops, slack: {webhook_url: "\${file:${secret}}"}}]}\n`,
    });
    await program.listening();
    const kept = await eventually('it to be kept', () => readLastGood(dataDirectory));
    assert.doesNotMatch(JSON.stringify(kept), /hunter2/);
    assert.match(kept[0]!.text, /\$\{file:/);
  });
});

suite('what stands in for a configuration', () => {
  const good = (directory: string, text: string): void =>
    keepLastGood(directory, [{ path: '/nowhere/a.yaml', text }]);
  const slack = { SLACK_WEBHOOK_URL: 'https://hooks.example/x' };

  test('is the last good one, with the environment as it is now', (t) => {
    const directory = temporaryDirectory(t);
    good(
      directory,
      'metrics: {max_series: "500"}\nstore: {url: "sqlite:${env:NAME}"}'.replaceAll('"500"', '500'),
    );
    const { value: configuration, description } = fallbackConfiguration({ NAME: 'x' }, directory);
    assert.equal(configuration.metrics.max_series, 500);
    assert.equal(configuration.store.url, 'sqlite:x');
    assert.equal(description, 'the last configuration that was right');
  });

  test('is the environment if that is not right any more either', (t) => {
    const directory = temporaryDirectory(t);
    good(directory, 'store: {url: "${env:GONE}"}');
    const { value: configuration, description } = fallbackConfiguration(slack, directory);
    assert.equal(configuration.alerts.receivers.length, 1);
    assert.match(description, /^the defaults and the environment/);
  });

  test('is the defaults if the environment is wrong as well', (t) => {
    const { value: configuration, description } = fallbackConfiguration(
      { TOCSIN_STORE_URL: 'wrong', ...slack },
      temporaryDirectory(t),
    );
    assert.deepEqual(configuration, configurationSchema.parse({}));
    assert.match(description, /NOBODY IS TOLD/);
  });
});

suite('a data directory that may fail', () => {
  const configuration = configurationSchema.parse({});
  const open = async (t: TestContext, path: string, given = configuration) => {
    const [degradations, log] = [new Degradations(), new RecordingLog()];
    const data = await openDataOrMemory(given, path, {}, degradations, log);
    t.after(async () => {
      await data.store.stop();
      data.release();
    });
    return { data, log, parts: degradations.list.map(({ part }) => part) };
  };

  test('is used when it can be', async (t) => {
    const { data, parts } = await open(t, join(temporaryDirectory(t), 'data'));
    assert.ok(data.directory !== undefined && data.tokenPath !== undefined);
    assert.deepEqual(parts, []);
  });

  test('with a file in it that is no database is used for everything else', async (t) => {
    const directory = temporaryDirectory(t);
    const text = 'no database, but long enough to be looked at'.repeat(100);
    write(directory, 'tocsin.db', text);
    const { data, parts, log } = await open(t, directory);
    assert.equal(data.directory, directory);
    assert.deepEqual(parts, ['data_directory']);
    assert.match(log.errors[0]!, /tocsin\.db/);
    await data.store.calls.record([errorEvent()], 0);
    assert.equal((await data.store.calls.countIssues()).length, 1);
    assert.equal(readFileSync(join(directory, 'tocsin.db'), 'utf8'), text);
  });

  test('that is a file, or in one, leaves the store in memory and the API closed', async (t) => {
    const file = write(temporaryDirectory(t), 'file', '');
    for (const path of [file, join(file, 'data')]) {
      const { data, log } = await open(t, path);
      assert.deepEqual([data.directory, data.tokenPath], [undefined, undefined]);
      assert.ok(data.token.reveal().length >= 32);
      assert.match(log.errors[0]!, /the API is closed/);
      await data.store.calls.record([errorEvent()], 0);
    }
  });

  test('that is full of somebody else’s files is not changed', async (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, 'admin-token'));
    const { data } = await open(t, directory);
    assert.equal(data.directory, undefined);
  });
});

suite('a listener that may be missing', () => {
  test('is told of once, tried again, and told of when it is there', async (t) => {
    const { address, free } = await takenPort(t);
    const [host, port] = address.split(':');
    const [clock, log, degradations] = [new TestClock(), new RecordingLog(), new Degradations()];
    const server = new HttpServer('test listener', { host: host!, port: Number(port) }, (_, response) =>
      response.end('here'),
    );
    const listener = new OptionalListener('admin_listener', server, { clock, log, degradations });
    t.after(() => listener.stop());
    await listener.start();
    assert.equal(degradations.list.length, 1);
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    t.after(() => process.off('warning', onWarning));
    for (let i = 0; i < 15; i++) {
      clock.advance(10_000);
      await eventually('the next try to be due', () => clock.pendingTimers === 1);
    }
    assert.equal(log.errors.length, 1);
    await free();
    clock.advance(10_000);
    await eventually('it to be open', () => degradations.list.length === 0);
    assert.deepEqual(log.infos, ['the test listener is open now']);
    assert.equal(await (await fetch(`http://${address}`)).text(), 'here');
    // Of too many listeners of events, one more for each try.
    assert.deepEqual(warnings, []);
  });

  test('is not tried again after the stop', async (t) => {
    const { address } = await takenPort(t);
    const [host, port] = address.split(':');
    const clock = new TestClock();
    const server = new HttpServer('test listener', { host: host!, port: Number(port) }, () => undefined);
    const dependencies = { clock, log: new RecordingLog(), degradations: new Degradations() };
    const listener = new OptionalListener('admin_listener', server, dependencies);
    await listener.start();
    await listener.stop();
    assert.equal(clock.pendingTimers, 0);
  });
});

test('health is never healthy while something is not as configured, and never better than it was', () => {
  const healthy: HealthAnswer = { status: 'healthy', components: { store: { status: 'healthy' } } };
  const one = [{ part: 'configuration', detail: 'x', isFailOpen: false }] as const;
  assert.equal(withDegradations(healthy, []), healthy);
  assert.deepEqual(withDegradations(healthy, one), {
    status: 'degraded',
    components: { store: { status: 'healthy' }, configuration: { status: 'degraded', detail: 'x' } },
  });
  assert.equal(withDegradations({ ...healthy, status: 'unhealthy' }, one).status, 'unhealthy');
});
