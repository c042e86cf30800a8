import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import type { HealthAnswer } from '../../src/admin/contract.ts';
import { openDataOrMemory } from '../../src/app/start/data.ts';
import { Degradations, withDegradations } from '../../src/app/composition/degradations.ts';
import { fallbackConfiguration } from '../../src/app/configuration/fallback-configuration.ts';
import { keepLastGood, readLastGood } from '../../src/app/configuration/last-good.ts';
import { OptionalListener } from '../../src/app/composition/optional-listener.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { temporaryDirectory, write } from '../config/support.ts';
import { errorEvent } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';
import { takenPort } from './support.ts';

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
    assert.ok(data.directory !== undefined && data.access.made !== undefined);
    assert.deepEqual(parts, []);
  });

  test('with a file in it that is no store to be opened is used for everything else', async (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, 'tocsin.db'));
    const { data, parts, log } = await open(t, directory);
    assert.equal(data.directory, directory);
    assert.deepEqual(parts, ['data_directory']);
    assert.match(log.errors[0]!, /tocsin\.db/);
    await data.store.calls.record([errorEvent()], 0);
    assert.equal((await data.store.calls.countIssues()).length, 1);
  });

  test('that is a file, or in one, leaves the store in memory and the API closed', async (t) => {
    const file = write(temporaryDirectory(t), 'file', '');
    for (const path of [file, join(file, 'data')]) {
      const { data, log } = await open(t, path);
      assert.deepEqual([data.directory, data.access.made], [undefined, undefined]);
      assert.ok(data.access.tokens[0]!.token.reveal().length >= 32);
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
  const component = { status: 'healthy' } as const;
  const counts = { total_errors: 0, unresolved_errors: 0, recent_24h: 0, critical_errors: 0 };
  const components = {
    intake: component,
    store: component,
    forward: component,
    alerting: component,
    receivers: { ...component, receivers: [] },
    error_tracking: { ...component, ...counts },
  };
  const healthy: HealthAnswer = { status: 'healthy', components };
  const one = [{ part: 'configuration', detail: 'x', isFailOpen: false }] as const;
  assert.equal(withDegradations(healthy, []), healthy);
  assert.deepEqual(withDegradations(healthy, one), {
    status: 'degraded',
    components: { ...components, configuration: { status: 'degraded', detail: 'x' } },
  });
  assert.equal(withDegradations({ ...healthy, status: 'unhealthy' }, one).status, 'unhealthy');
});
