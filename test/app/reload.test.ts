import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { temporaryDirectory, write } from '../config/support.ts';
import { eventually } from '../support/eventually.ts';
import { Program } from './process.ts';
import { anyPorts, metricOf, sendSpans, start } from './support.ts';

const healthCheck = { id: 1, name: 'GET /healthz', kind: 2 } as const;
const dropped = 'tocsin_noise_spans_dropped_total{rule="health-checks"}';
const off = `${anyPorts}\nnoise: {health_checks: false}\n`;

suite('a configuration that changes while Tocsin runs', { concurrency: 3 }, () => {
  test('takes effect by itself, and without losing a request', async (t) => {
    const { program, file } = start(t);
    const { otlp, metrics } = await program.listening();
    await sendSpans(otlp, healthCheck);
    assert.equal(await metricOf(metrics, dropped), 1);
    writeFileSync(file, off);
    await program.logged(/^configuration reloaded; applied: noise\.health_checks$/);
    assert.equal(await sendSpans(otlp, { ...healthCheck, trace: 2 }), 200);
    assert.equal(await metricOf(metrics, dropped), 1);
    program.signal('SIGTERM');
    assert.equal((await program.ended).code, 0);
  });

  test('takes effect when a ConfigMap is updated', async (t) => {
    const directory = temporaryDirectory(t);
    const mount = join(directory, 'config');
    const update = (version: string, text: string): void => {
      mkdirSync(join(mount, version), { recursive: true });
      write(join(mount, version), 'tocsin.yaml', text);
      symlinkSync(version, join(mount, '..data_tmp'));
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    update('..1', anyPorts);
    symlinkSync('..data/tocsin.yaml', join(mount, 'tocsin.yaml'));
    const program = new Program(t, ['run', '--config', join(mount, 'tocsin.yaml')], {
      TOCSIN_DATA_DIR: join(directory, 'data'),
    });
    await program.listening();
    update('..2', off);
    rmSync(join(mount, '..1'), { recursive: true });
    await program.logged(/^configuration reloaded; applied: noise\.health_checks$/);
    update('..3', `${anyPorts}\nversion: 2\n`);
    await program.logged(/^THE NEW CONFIGURATION IS NOT USED/);
    update('..4', anyPorts);
    await program.logged(/^the configuration is right again; applied: noise\.health_checks$/);
  });

  test('runs on with a file that is bad, gone or half there, and says so in its health and metrics', async (t) => {
    const { program, file } = start(t);
    const { metrics, otlp } = await program.listening();
    const successful = 'tocsin_config_last_reload_successful';
    assert.equal(await metricOf(metrics, successful), 1);
    const health = async () => (await (await fetch(`${metrics}/health`)).json()) as { status: string };
    unlinkSync(file);
    await program.logged(/cannot be read: there is no such file/);
    writeFileSync(file, 'noise: {');
    const { level } = await program.logged(/not valid YAML/);
    assert.equal(level, 'error');
    assert.equal(await metricOf(metrics, successful), 0);
    assert.equal((await health()).status, 'degraded');
    assert.equal(await sendSpans(otlp, healthCheck), 200);
    writeFileSync(file, anyPorts);
    await program.logged(/^the configuration is right again/);
    assert.equal(await metricOf(metrics, successful), 1);
    assert.equal((await health()).status, 'healthy');
  });

  test('is read on SIGHUP, which says what came of it and what needs a restart', async (t) => {
    const { program, file } = start(t);
    const { metrics } = await program.listening();
    const before = await metricOf(metrics, 'tocsin_config_last_reload_success_timestamp_seconds');
    program.signal('SIGHUP');
    await program.logged(/^configuration reloaded; nothing changed that takes effect now$/);
    const after = await metricOf(metrics, 'tocsin_config_last_reload_success_timestamp_seconds');
    assert.ok(after > before);
    writeFileSync(file, off.replace('metrics: {', 'metrics: {max_series: 500, '));
    program.signal('SIGHUP');
    const { level } = await program.logged(/^needs a restart: metrics\.max_series$/);
    assert.equal(level, 'warn');
    program.signal('SIGTERM');
    assert.equal((await program.ended).code, 0);
  });

  test('leads alerts elsewhere, also those that fire already', async (t) => {
    const posted: string[] = [];
    const chat = createServer((request, response) => {
      request.resume().on('end', () => {
        posted.push(request.url!);
        response.end('ok');
      });
    }).listen(0, '127.0.0.1');
    t.after(() => chat.close());
    await once(chat, 'listening');
    const { port } = chat.address() as AddressInfo;
    const receivers = ['first', 'second'].map(
      (name) => `{name: ${name}, slack: {webhook_url: "http://127.0.0.1:${port}/${name}"}}`,
    );
    const routed = (to: string, other: string): string =>
      `${anyPorts}\nalerts: {receivers: [${receivers.join(', ')}], route: {receiver: ${to}, routes: [{receiver: ${other}, matchers: [type=x]}]}}\n`;
    const { program, file } = start(t, { yaml: routed('first', 'second') });
    const { otlp } = await program.listening();
    const fail = (name: string, trace: number): Promise<number> =>
      sendSpans(otlp, { id: 1, trace, name, kind: 2, failed: true });
    await fail('GET /a', 1);
    await eventually('the first to be told', () => posted.length === 1);
    writeFileSync(file, routed('second', 'first'));
    await program.logged(/^configuration reloaded; applied: alerts\.route\.receiver, alerts\.route\.routes$/);
    await eventually('the second to be told', () => posted.length === 2);
    await fail('GET /b', 2);
    await eventually('it to be told again', () => posted.length === 3);
    assert.deepEqual(posted, ['/first', '/second', '/second']);
  });

  test('is read again when a secret in a file changes', async (t) => {
    const secrets = temporaryDirectory(t);
    const secret = write(secrets, 'webhook', 'http://127.0.0.1:1/hunter2');
    const { program } = start(t, {
      yaml: `${anyPorts}\nalerts: {receivers: [{name: ops, slack: {webhook_url: "\${file:${secret}}"}}]}\n`,
    });
    await program.listening();
    renameSync(write(secrets, 'new', 'http://127.0.0.1:1/hunter3'), secret);
    await program.logged(/^needs a restart: alerts\.receivers$/);
    assert.doesNotMatch(program.output, /hunter/);
  });
});

test('SIGHUP does not end a Tocsin that still starts', async (t) => {
  // What it warns of comes before anything is opened.
  const { program } = start(t, { yaml: `${anyPorts}\nfrobnicate: 1\n` });
  await eventually('the start to be under way', () => {
    if (program.output === '') return false;
    program.signal('SIGHUP');
    return true;
  });
  await program.listening();
  program.signal('SIGTERM');
  assert.equal((await program.ended).code, 0);
});
