import assert from 'node:assert/strict';
import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { ConfigurationSource } from '../../src/app/configuration/configuration-source.ts';
import { Degradations } from '../../src/app/composition/degradations.ts';
import type { Configuration } from '../../src/app/configuration/options.ts';
import { Reloader } from '../../src/app/configuration/reloader.ts';
import type { Environment } from '../../src/config/environment.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { ConfigurationEvents } from '../../src/telemetry/configuration-events.ts';
import { temporaryDirectory, write } from '../config/support.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

/** A reloader over real files, with everything that it does noted. */
function start(
  t: TestContext,
  texts: Record<string, string>,
  given: { environment?: Environment; reconfigure?: (next: Configuration) => void } = {},
) {
  const directory = temporaryDirectory(t);
  const put = (name: string, text: string): string =>
    write(directory, name, text.replaceAll('DIR', directory));
  for (const [name, text] of Object.entries(texts)) put(name, text);
  const files = Object.keys(texts)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(directory, name));
  const source = new ConfigurationSource(files, given.environment ?? {});
  const snapshot = source.read();
  const [clock, log, registry, degradations] = [
    new TestClock(),
    new RecordingLog(),
    new MetricRegistry(),
    new Degradations(),
  ];
  const applied: Configuration[] = [];
  let kept = 0;
  let paths: readonly string[] = snapshot.paths;
  const reloader = new Reloader({
    source,
    running: { value: snapshot.value!, tree: snapshot.tree },
    version: snapshot.version,
    reconfigure: (next) => {
      given.reconfigure?.(next);
      applied.push(next);
    },
    onGood: () => kept++,
    onPaths: (next) => (paths = next),
    events: new ConfigurationEvents(registry, log, clock),
    degradations,
  });
  const metric = (name: string): number =>
    Number(
      new RegExp(`^tocsin_config_last_reload_${name} (.*)$`, 'm').exec([...registry.expose()].join(''))![1],
    );
  const relative = (path: string): string => path.replace(`${directory}/`, '');
  return {
    directory,
    put,
    reloader,
    log,
    clock,
    applied,
    degradations,
    metric,
    kept: () => kept,
    paths: () => paths.map(relative),
    errors: () => log.errors.map((line) => line.replaceAll(`${directory}/`, '')),
  };
}

const refused =
  'THE NEW CONFIGURATION IS NOT USED, since it has mistakes; Tocsin runs on with the one before:';

suite('a reload', () => {
  test('applies what can be applied and names it', (t) => {
    const { put, reloader, applied, log, kept, clock, metric } = start(t, { 'a.yaml': '' });
    const startedAt = metric('success_timestamp_seconds');
    put('a.yaml', 'noise: {health_checks: false}');
    clock.advance(5_000);
    reloader.filesChanged();
    assert.deepEqual(
      applied.map(({ noise }) => noise.health_checks),
      [false],
    );
    assert.deepEqual(log.infos, ['configuration reloaded; applied: noise.health_checks']);
    assert.equal(kept(), 1);
    assert.equal(metric('successful'), 1);
    assert.equal(metric('success_timestamp_seconds'), startedAt + 5);
  });

  test('names what needs a restart, until it is as it was', (t) => {
    const { put, reloader, log } = start(t, { 'a.yaml': '' });
    put('a.yaml', 'metrics: {listen: "127.0.0.1:1", max_series: 500}\nnoise: {health_checks: false}');
    reloader.filesChanged();
    put('a.yaml', 'metrics: {listen: "127.0.0.1:1"}\nnoise: {health_checks: false}');
    reloader.filesChanged();
    put('a.yaml', '');
    reloader.filesChanged();
    assert.deepEqual(log.warnings, [
      'needs a restart: metrics.listen, metrics.max_series',
      'needs a restart: metrics.listen',
    ]);
    assert.deepEqual(log.infos, [
      'configuration reloaded; applied: noise.health_checks',
      'configuration reloaded; nothing changed that takes effect now',
      'configuration reloaded; applied: noise.health_checks',
    ]);
  });

  test('lets routes wait for the restart that the receivers need which they name', (t) => {
    const receiver = (name: string): string => `{name: ${name}, slack: {webhook_url: "http://x/${name}"}}`;
    const file = (names: readonly string[], route: string): string =>
      `alerts: {receivers: [${names.map(receiver).join(', ')}], route: {receiver: ${route}, routes: [{receiver: ops, matchers: [type=x]}]}}\nnoise: {health_checks: ${names.length === 1}}`;
    const { put, reloader, applied, log } = start(t, { 'a.yaml': file(['ops'], 'ops') });
    const routes = (): (string | undefined)[] => applied.map(({ alerts }) => alerts.route?.receiver);
    put('a.yaml', file(['ops', 'new'], 'new'));
    reloader.filesChanged();
    assert.deepEqual(routes(), ['ops']);
    assert.deepEqual(log.infos.splice(0), ['configuration reloaded; applied: noise.health_checks']);
    assert.deepEqual(log.warnings.splice(0), ['needs a restart: alerts.receivers, alerts.route.receiver']);
    put('a.yaml', `${file(['ops'], 'ops')}\nerrors: {index_attributes: [a]}`);
    reloader.filesChanged();
    assert.deepEqual(log.infos.splice(0), [
      'configuration reloaded; applied: noise.health_checks, errors.index_attributes',
    ]);
    assert.deepEqual(routes(), ['ops', 'ops']);
  });

  test('applies another route, and names what of it is another', (t) => {
    const file = (rest: string): string =>
      `alerts: {receivers: [{name: a, slack: {webhook_url: "http://x"}}, {name: b, slack: {webhook_url: "http://x"}}], ${rest}}`;
    const { put, reloader, applied, log } = start(t, {
      'a.yaml': file('route: {receiver: a, routes: [{receiver: b}]}'),
    });
    put(
      'a.yaml',
      file('route: {receiver: b, routes: [{receiver: a, matchers: [type=x]}]}, time_intervals: [{name: n}]'),
    );
    reloader.filesChanged();
    put(
      'a.yaml',
      file('route: {receiver: b, routes: [{receiver: a, matchers: [type=y]}]}, time_intervals: [{name: n}]'),
    );
    reloader.filesChanged();
    assert.deepEqual(log.infos, [
      'configuration reloaded; applied: alerts.route.receiver, alerts.route.routes, alerts.time_intervals',
      'configuration reloaded; applied: alerts.route.routes',
    ]);
    assert.deepEqual(log.warnings, []);
    assert.equal(applied[1]!.alerts.route!.routes[0]!.matchers[0]!.value, 'y');
  });

  test('applies nothing of a file with a mistake, tells it once a version, and says when it is mended', (t) => {
    const { put, reloader, applied, errors, log, metric, degradations, kept } = start(t, { 'a.yaml': '' });
    const startedAt = metric('success_timestamp_seconds');
    put('a.yaml', 'noise: {health_checks: false}\nversion: 2\n');
    for (let i = 0; i < 3; i++) reloader.filesChanged();
    assert.deepEqual(applied, []);
    assert.deepEqual(errors(), [
      `${refused}\n  a.yaml:2:10: version: not a version of the configuration that this Tocsin knows: write 1`,
    ]);
    assert.deepEqual(
      degradations.list.map(({ part, isFailOpen }) => [part, isFailOpen]),
      [['configuration', false]],
    );
    assert.deepEqual([metric('successful'), metric('success_timestamp_seconds')], [0, startedAt]);
    put('a.yaml', 'version: 3\n');
    reloader.filesChanged();
    assert.equal(log.errors.length, 2);
    put('a.yaml', '');
    reloader.filesChanged();
    assert.deepEqual(log.infos, ['the configuration is right again; nothing changed that takes effect now']);
    assert.deepEqual(degradations.list, []);
    assert.equal(metric('successful'), 1);
    assert.equal(kept(), 1);
  });

  test('tells the first of very many mistakes', (t) => {
    const { put, reloader, log } = start(t, { 'a.yaml': '' });
    put('a.yaml', `metrics: {buckets: [${Array.from({ length: 90 }, () => 'x').join(', ')}]}`);
    reloader.filesChanged();
    assert.equal(log.errors[0]!.split('\n').length, 22);
    assert.match(log.errors[0]!, /and 70 more: tocsin check tells all of them$/);
  });

  test('that is asked for says what came of it, also of nothing', (t) => {
    const { put, reloader, log } = start(t, { 'a.yaml': '' });
    reloader.filesChanged();
    assert.deepEqual(log.infos, []);
    reloader.reload();
    assert.deepEqual(log.infos, ['configuration reloaded; nothing changed that takes effect now']);
    put('a.yaml', 'version: 2');
    reloader.reload();
    reloader.reload();
    assert.equal(log.errors.length, 2);
  });

  test('warns of keys that are not known, and applies the rest', (t) => {
    const { put, reloader, log, applied } = start(t, { 'a.yaml': '' });
    put('a.yaml', 'nose: 1\nnoise: {health_checks: false}');
    reloader.filesChanged();
    assert.match(
      log.warnings[0]!,
      /a\.yaml:1:1: nose: warning: unknown key \(ignored\): did you mean noise\?$/,
    );
    assert.equal(applied.length, 1);
  });

  test('keeps what runs while a file is away, and notices that it came back', (t) => {
    const { directory, put, reloader, errors, log } = start(t, { 'a.yaml': '', 'b.yaml': '' });
    unlinkSync(join(directory, 'b.yaml'));
    reloader.filesChanged();
    assert.deepEqual(errors(), [`${refused}\n  b.yaml:1:1: cannot be read: there is no such file`]);
    put('b.yaml', '');
    reloader.filesChanged();
    assert.match(log.infos[0]!, /^the configuration is right again/);
  });

  test('follows the files that references name, and sees their contents change', (t) => {
    const text = 'noise: {health_checks: true}\nstore: {url: "sqlite:${file:DIR/url}"}';
    const { put, reloader, log, paths } = start(t, { 'a.yaml': text, url: 'x\n' });
    assert.deepEqual(paths(), ['a.yaml', 'url']);
    put('url', 'y\n');
    reloader.filesChanged();
    assert.deepEqual(log.warnings, ['needs a restart: store.url']);
    put('other', 'y\n');
    put('a.yaml', text.replace('DIR/url', 'DIR/other'));
    reloader.filesChanged();
    assert.deepEqual(paths(), ['a.yaml', 'other']);
    put('a.yaml', text.replace('DIR/url', 'DIR/missing'));
    reloader.filesChanged();
    assert.deepEqual(paths(), ['a.yaml', 'missing']);
    assert.match(log.errors[0]!, /the file .*missing cannot be read/);
  });

  test('puts everything back when a part fails to take its new values', (t) => {
    const reconfigure = ({ noise }: Configuration): void => {
      if (!noise.health_checks) throw new Error('no');
    };
    const { put, reloader, applied, errors, degradations } = start(t, { 'a.yaml': '' }, { reconfigure });
    put('a.yaml', 'noise: {health_checks: false}');
    reloader.filesChanged();
    assert.deepEqual(
      applied.map(({ noise }) => noise.health_checks),
      [true],
    );
    assert.deepEqual(errors(), [`${refused}\n  it could not be worked on: Error: no`]);
    assert.equal(degradations.list.length, 1);
  });

  test('that mends a start with --fail-open says that a restart is needed, for as long as it is', (t) => {
    const { put, reloader, degradations } = start(t, { 'a.yaml': '' });
    degradations.set({ part: 'configuration', detail: 'on the defaults', isFailOpen: true });
    put('a.yaml', 'metrics: {max_series: 500}');
    reloader.filesChanged();
    assert.deepEqual(degradations.list, [
      {
        part: 'configuration',
        detail: 'the configuration is right now, and needs a restart: metrics.max_series',
        isFailOpen: true,
      },
    ]);
    put('a.yaml', 'noise: {health_checks: false}');
    reloader.filesChanged();
    assert.deepEqual(degradations.list, []);
  });
});
