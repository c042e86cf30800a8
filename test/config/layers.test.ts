import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readConfiguration } from '../../src/app/configuration/configuration.ts';
import { readSettings } from '../../src/app/configuration/options.ts';
import type { Environment } from '../../src/config/environment.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { lines, loadWhole, temporaryDirectory, write } from './support.ts';

const slack = { SLACK_BOT_TOKEN: 'xoxb-hunter2', SLACK_CHANNEL: '#alerts' };
const webhook = { SLACK_WEBHOOK_URL: 'https://hooks.example/hunter2' };

function read(environment: Environment, files: readonly string[] = []) {
  const loaded = readConfiguration(files, environment, 'error');
  const receivers = loaded.value?.alerts.receivers.map(({ name, slack }) => {
    const { token, channel, webhook_url, api_url } = slack!;
    return [name, token?.reveal(), channel, webhook_url?.reveal(), api_url];
  });
  return { ...loaded, receivers, told: lines(loaded) };
}

suite('files lie over each other', () => {
  test('mappings are merged key by key', () => {
    const { value } = loadWhole([
      'intake: {max_body: 1MiB, max_in_flight: 2MiB}',
      'intake: {max_body: 3MiB}',
    ]);
    assert.equal(value?.intake.max_body, 3 * 2 ** 20);
    assert.equal(value?.intake.max_in_flight, 2 * 2 ** 20);
    assert.equal(value?.intake.http.listen.port, 4318);
  });

  test('lists are replaced', () => {
    const { value } = loadWhole(['metrics: {buckets: [1, 2, 3]}', 'metrics: {buckets: [9]}']);
    assert.deepEqual(value?.metrics.buckets, [9]);
  });

  test('an empty value replaces nothing', () => {
    const { value } = loadWhole(['store: {url: "sqlite:x"}', 'store:', 'store: {url: }']);
    assert.equal(value?.store.url, 'sqlite:x');
  });

  test('what is wrong below is told as long as nothing lies over it', () => {
    assert.deepEqual(
      lines(loadWhole(['noise: {health_checks: maybe}', 'noise: {health_checks: false}'])),
      [],
    );
    assert.deepEqual(lines(loadWhole(['noise: {health_checks: false}', 'noise: off'])), [
      'b.yaml:1:8: noise: not a mapping of keys to values, but text',
    ]);
  });

  test('what is missing is told where the mapping is, in the file that wrote it last', () => {
    const texts = ['store: {}', 'alerts:\n  receivers:\n    - name: ops\n'];
    assert.deepEqual(lines(loadWhole(texts)), [
      'b.yaml:3:7: alerts.receivers[0]: nobody is told by it: write one of slack, alertmanager, email, telegram, webhook',
    ]);
  });
});

suite('what single variables of the environment say', () => {
  const api = 'https://slack.com/api/';
  const table: [name: string, environment: Environment, receivers: unknown[]][] = [
    ['nothing', {}, []],
    ['a token and a channel', slack, [['slack', 'xoxb-hunter2', '#alerts', undefined, api]]],
    ['a webhook', webhook, [['slack', undefined, undefined, webhook.SLACK_WEBHOOK_URL, api]]],
    [
      'both: the token, whose messages can be edited',
      { ...slack, ...webhook },
      [['slack', 'xoxb-hunter2', '#alerts', undefined, api]],
    ],
    [
      'a token, and a webhook instead of a channel',
      { SLACK_BOT_TOKEN: 'x', ...webhook },
      [['slack', undefined, undefined, webhook.SLACK_WEBHOOK_URL, api]],
    ],
    ['a channel alone', { SLACK_CHANNEL: '#alerts' }, []],
    [
      'another root of the API',
      { ...slack, SLACK_API_URL: 'http://localhost:1/api' },
      [['slack', 'xoxb-hunter2', '#alerts', undefined, 'http://localhost:1/api/']],
    ],
    ['another root of the API alone', { SLACK_API_URL: 'nonsense' }, []],
    [
      'variables that are set to nothing',
      { SLACK_BOT_TOKEN: '', SLACK_CHANNEL: '', SLACK_WEBHOOK_URL: '', TOCSIN_STORE_URL: '' },
      [],
    ],
    [
      'what looks like a reference is none',
      { ...slack, SLACK_CHANNEL: '${env:SLACK_BOT_TOKEN}' },
      [['slack', 'xoxb-hunter2', '${env:SLACK_BOT_TOKEN}', undefined, api]],
    ],
  ];
  for (const [name, environment, receivers] of table) {
    test(name, () => {
      const { told, receivers: made } = read(environment);
      assert.deepEqual(told, []);
      assert.deepEqual(made, receivers);
    });
  }

  test('the place of the store', () => {
    assert.equal(read({ TOCSIN_STORE_URL: 'sqlite:/x/y.db' }).value?.store.url, 'sqlite:/x/y.db');
  });

  const wrong: [environment: Environment, told: string[]][] = [
    [
      { SLACK_BOT_TOKEN: 'xoxb-hunter2' },
      [
        'environment variable SLACK_BOT_TOKEN: alerts.receivers[0].slack: a token needs a channel: write channel: "#NAME" (in the environment: SLACK_CHANNEL)',
      ],
    ],
    [
      { SLACK_WEBHOOK_URL: 'hunter2', SLACK_API_URL: 'hunter2', TOCSIN_STORE_URL: 'postgres://hunter2' },
      [
        'environment variable TOCSIN_STORE_URL: store.url: not a store: write sqlite:PATH, or leave it empty for a file in the data directory',
        'environment variable SLACK_WEBHOOK_URL: alerts.receivers[0].slack.webhook_url: not a URL: write one that begins with http:// or https://, best as ${env:NAME} or ${file:PATH}',
        'environment variable SLACK_API_URL: alerts.receivers[0].slack.api_url: not a URL: write one that begins with http:// or https://, without a password, ? or #',
      ],
    ],
  ];
  for (const [environment, told] of wrong)
    test(`wrong: ${Object.keys(environment).join(', ')}`, () =>
      assert.deepEqual(read(environment).told, told));

  test('a file lies over them, key by key; its receivers replace the one of the environment', (t) => {
    const directory = temporaryDirectory(t);
    const other = write(directory, 'a.yaml', 'store: {url: "sqlite:a"}\n');
    const own = write(
      directory,
      'b.yaml',
      'alerts: {receivers: [{name: ops, slack: {webhook_url: "http://x/y"}}]}\n',
    );
    const nobody = write(directory, 'c.yaml', 'alerts: {receivers: []}\n');
    const environment = { ...slack, TOCSIN_STORE_URL: 'sqlite:e' };
    assert.equal(read(environment, [other]).value?.store.url, 'sqlite:a');
    assert.equal(read(environment, [other]).receivers?.[0]?.[0], 'slack');
    assert.deepEqual(read(environment, [own]).receivers, [['ops', undefined, undefined, 'http://x/y', api]]);
    assert.deepEqual(read(environment, [nobody]).receivers, []);
  });

  test('what is wrong in them comes after what is wrong in files', (t) => {
    const file = write(temporaryDirectory(t), 'a.yaml', 'version: 2\n');
    const { told } = read({ SLACK_BOT_TOKEN: 'x' }, [file]);
    assert.deepEqual(
      told.map((line) => line.slice(0, 8)),
      [`${file}:1`.slice(0, 8), 'environm'],
    );
  });
});

suite('what only the environment says', () => {
  test('has defaults, also for what is set to nothing', () => {
    const defaults = { dataDirectory: './data', logLevel: 'info' };
    for (const environment of [{}, { LOG_LEVEL: '', TOCSIN_DATA_DIR: '' }])
      assert.deepEqual(readSettings(environment), { settings: defaults, problems: [] });
    const { settings } = readSettings({ LOG_LEVEL: 'WARN', TOCSIN_DATA_DIR: '/x' });
    assert.deepEqual(settings, { dataDirectory: '/x', logLevel: 'warn' });
  });

  test('a level that is none', () => {
    assert.deepEqual(readSettings({ LOG_LEVEL: 'loud' }).problems.map(formatProblem), [
      'environment variable LOG_LEVEL: not one of: fatal, error, warn, info, debug, trace, silent',
    ]);
  });
});

suite('a file that cannot be read', () => {
  test('is told why', (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, 'folder'));
    const file = write(directory, 'file', '');
    const table: [path: string, why: string][] = [
      [join(directory, 'none.yaml'), 'there is no such file'],
      [join(directory, 'folder'), 'it is a directory'],
      [join(file, 'below.yaml'), 'a part of the path is not a directory'],
      [join(directory, 'x'.repeat(300)), 'the name is too long'],
    ];
    for (const [path, why] of table)
      assert.deepEqual(read({}, [path]).told, [`${path}:1:1: cannot be read: ${why}`]);
  });

  test('an endless one is given up', (t) => {
    assert.deepEqual(read({}, ['/dev/zero']).told, [
      '/dev/zero:1:1: too large for a configuration: at most 1048576 bytes',
    ]);
    const file = write(temporaryDirectory(t), 'a.yaml', 'store: {url: "${file:/dev/zero}"}\n');
    assert.deepEqual(read({}, [file]).told, [
      `${file}:1:14: store.url: the file /dev/zero is too large: at most 65536 bytes`,
    ]);
  });
});

suite('config/tocsin.yaml', () => {
  const path = fileURLToPath(new URL('../../config/tocsin.yaml', import.meta.url));

  test('is the defaults', () => {
    const { told, value } = read({}, [path]);
    assert.deepEqual(told, []);
    assert.deepEqual(value, read({}).value);
  });

  test('leaves what the environment says as it is', () => {
    const environment = { ...slack, TOCSIN_STORE_URL: 'sqlite:e' };
    const { value, receivers } = read(environment, [path]);
    assert.equal(value?.store.url, 'sqlite:e');
    assert.equal(receivers?.[0]?.[1], 'xoxb-hunter2');
  });

  const text = readFileSync(path, 'utf8');

  test('writes every key, and names the schema and the documentation first', () => {
    assert.deepEqual(allKeys(parse(text)), allKeys(read({}).value));
    const [schema, documentation] = text.split('\n', 2);
    assert.equal(schema, '# yaml-language-server: $schema=tocsin.schema.json');
    assert.match(documentation!, /docs\/configuration\.md/);
  });

  test('has an example of receivers that works as it is', () => {
    const uncommented = text.replace(/^ {2}# /gm, '  ');
    const url = 'https://hooks.example/x';
    const files = { '/run/secrets/slack-webhook': url, '/run/secrets/webhook-url': url };
    const environment = {
      ...slack,
      ALICE_TOKEN: 'sixteen-letters!',
      WEBHOOK_SECRET: 'sixteen-letters!',
      TELEGRAM_BOT_TOKEN: '1:x',
      SMTP_PASSWORD: 'x',
      KEY: 'x',
      ARCHIVE_KEY: 'x',
      SLACK_APP_TOKEN: 'xapp-x',
    };
    const loaded = loadWhole(uncommented, { environment, files });
    // It shows one of each kind, and not a route to each.
    assert.deepEqual(
      lines(loaded).filter((line) => !line.endsWith('no route leads to this receiver')),
      [],
    );
    assert.deepEqual(
      loaded.value?.alerts.receivers.map(({ name }) => name),
      ['slack', 'slack-webhook', 'alertmanager', 'email', 'telegram', 'on-call'],
    );
  });
});

/** Paths of the values; an address is one value. */
function allKeys(value: unknown, path: string[] = []): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'port' in value)
    return [path.join('.')];
  return Object.entries(value)
    .flatMap(([key, below]) => allKeys(below, [...path, key]))
    .sort();
}
