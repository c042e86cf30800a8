import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { HealthAnswer, IssueAnswer, PageAnswer } from '../../src/admin/contract.ts';
import { readLastGood } from '../../src/app/configuration/last-good.ts';
import { temporaryDirectory, write } from '../config/support.ts';
import { eventually } from '../support/eventually.ts';
import { kind } from '../support/otlp-builders.ts';
import { Program } from './process.ts';
import { anyPorts, metricOf, sendSpans, start, takenPort } from './support.ts';

const failing = { id: 1, kind: kind.server, failed: true, exceptions: [{}] };

async function healthOf(metrics: string): Promise<HealthAnswer> {
  return (await (await fetch(`${metrics}/health`)).json()) as HealthAnswer;
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
    const issues = async (service: string): Promise<IssueAnswer[]> => {
      const answer = await fetch(`${admin}/api/issues?service=${service}`, { headers });
      return ((await answer.json()) as PageAnswer<IssueAnswer>).items;
    };
    assert.equal((await issues('unknown_service')).length + (await issues('shop')).length, 1);
    const own = await eventually('that to be an issue, too', async () => (await issues('tocsin'))[0]);
    assert.deepEqual([own.type, own.severity], ['FailOpen', 'high']);
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
      `intake: {http: {listen: "${otlpPort.address}"}, grpc: {listen: "127.0.0.1:0"}}`,
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
