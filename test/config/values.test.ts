import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lines, loadWhole } from './support.ts';

const address =
  'not an address to listen on: write HOST:PORT, such as 127.0.0.1:4318, [::1]:4318 or 0.0.0.0:4318';
const size = 'not a size: write a number and a unit (B, KiB, MiB, GiB, KB, MB, GB), such as 64MiB';
const url = 'not a URL: write one that begins with http:// or https://, without a password, ? or #';
const secretUrl =
  'not a URL: write one that begins with http:// or https://, best as ${env:NAME} or ${file:PATH}';
const secret =
  'not a secret: write one word of ASCII letters, digits and signs, best as ${env:NAME} or ${file:PATH}';
const version = 'not a version of the configuration that this Tocsin knows: write 1';
const top =
  'known are version, intake, noise, local_traces, errors, metrics, retries, breakers, store, health, alerts, links, forward, admin, telemetry';

function slackOf(fields: string): string {
  return `alerts:\n  receivers:\n    - name: ops\n      slack: {${fields}}\n`;
}

suite('a wrong value is told with its place and what is allowed', () => {
  const table: [text: string, told: string][] = [
    ['version: 2', `1:10: version: ${version}`],
    ['version: "1"', `1:10: version: ${version}`],
    ['version: [1]', `1:1: version: ${version}`],
    ['intake: {max_body: 64}', `1:20: intake.max_body: ${size}`],
    ['intake: {max_body: 64 MB}', `1:20: intake.max_body: ${size}`],
    ['intake: {max_body: 0MiB}', `1:20: intake.max_body: ${size}`],
    ['intake: {max_body: -1MiB}', `1:20: intake.max_body: ${size}`],
    ['intake: {max_body: 1mib}', `1:20: intake.max_body: ${size}`],
    ['intake: {max_body: 99999999999GiB}', `1:20: intake.max_body: ${size}`],
    ['intake: {max_body: {mib: 1}}', '1:10: intake.max_body: not text, but a mapping of keys to values'],
    ['intake: 4318', '1:9: intake: not a mapping of keys to values, but a number'],
    ['intake: {http: [a]}', '1:10: intake.http: not a mapping of keys to values, but a list'],
    ['admin: {listen: 4320}', `1:17: admin.listen: ${address}`],
    ['admin: {listen: localhost}', `1:17: admin.listen: ${address}`],
    ['admin: {listen: "localhost:99999"}', `1:17: admin.listen: ${address}`],
    ['admin: {listen: "127.0.0.256:1"}', `1:17: admin.listen: ${address}`],
    ['admin: {listen: "::1:4320"}', `1:17: admin.listen: ${address}`],
    ['admin: {listen: "[::zz]:4320"}', `1:17: admin.listen: ${address}`],
    ['admin: {listen: "http://localhost:1"}', `1:17: admin.listen: ${address}`],
    ['noise: {health_checks: yes}', '1:24: noise.health_checks: not true or false, but text'],
    ['noise: {health_checks: 0}', '1:24: noise.health_checks: not true or false, but a number'],
    [
      'noise: {health_checks: "true"}',
      '1:24: noise.health_checks: not true or false, but text: write it without quotes',
    ],
    ['noise: false', '1:8: noise: not a mapping of keys to values, but true or false'],
    ['metrics: {duration_unit: m}', '1:26: metrics.duration_unit: not one of: ms, s'],
    ['metrics: {duration_unit: 5}', '1:26: metrics.duration_unit: not one of: ms, s'],
    ['metrics: {max_series: many}', '1:23: metrics.max_series: not a number, but text'],
    ['metrics: {max_series: ""}', '1:23: metrics.max_series: not a number, but empty text'],
    [
      'metrics: {max_series: "500"}',
      '1:23: metrics.max_series: not a number, but text: write it without quotes',
    ],
    ['metrics: {max_series: 500.5}', '1:23: metrics.max_series: not a whole number'],
    ['metrics: {max_series: .nan}', '1:23: metrics.max_series: not a finite number'],
    ['metrics: {max_series: 99}', '1:23: metrics.max_series: too small: at least 100'],
    ['metrics: {max_series: 1000001}', '1:23: metrics.max_series: too large: at most 1000000'],
    ['metrics: {max_series: 1e300}', '1:23: metrics.max_series: too large: at most 1000000'],
    ['metrics: {buckets: 5}', '1:20: metrics.buckets: not a list, but a number'],
    ['metrics: {buckets: []}', '1:11: metrics.buckets: too few values: at least 1'],
    [
      `metrics: {buckets: [${Array.from({ length: 101 }, (_, i) => i + 1).join(', ')}]}`,
      '1:11: metrics.buckets: too many values: at most 100',
    ],
    ['metrics: {buckets: [0]}', '1:21: metrics.buckets[0]: too small: more than 0'],
    ['metrics: {buckets: [1, .inf]}', '1:24: metrics.buckets[1]: not a finite number'],
    ['metrics: {buckets: [1, 5, 5]}', '1:27: metrics.buckets[2]: not larger than the bound before it'],
    ['metrics: {buckets: [1, ~]}', '1:24: metrics.buckets[1]: missing: write a number'],
    [
      'store: {url: postgres://x}',
      '1:14: store.url: not a store: write sqlite:PATH, or leave it empty for a file in the data directory',
    ],
    ['store: {max_size: 1MiB}', '1:19: store.max_size: too small for a store: write at least 4MiB'],
    ['store: {url: 5}', '1:14: store.url: not text, but a number: write it in quotes'],
    ['alerts: {receivers: slack}', '1:21: alerts.receivers: not a list, but text'],
    [
      'alerts: {receivers: {slack: {}}}',
      '1:10: alerts.receivers: not a list, but a mapping of keys to values',
    ],
    ['alerts: {receivers: [ops]}', '1:22: alerts.receivers[0]: not a mapping of keys to values, but text'],
    [
      'alerts: {receivers: [{name: ops}]}',
      '1:22: alerts.receivers[0]: nobody is told by it: write one of slack, alertmanager, email, telegram, webhook',
    ],
    [
      'alerts: {receivers: [{name: ops, slack: }]}',
      '1:22: alerts.receivers[0]: nobody is told by it: write one of slack, alertmanager, email, telegram, webhook',
    ],
    [
      slackOf('token: x, channel: "#a"').replace('ops', 'the ops'),
      '3:13: alerts.receivers[0].name: not a name: write up to 64 letters, digits, dots, dashes and underscores',
    ],
    [slackOf(''), '4:7: alerts.receivers[0].slack: nowhere to post: write token and channel, or webhook_url'],
    [
      slackOf('token: x'),
      '4:7: alerts.receivers[0].slack: a token needs a channel: write channel: "#NAME" (in the environment: SLACK_CHANNEL)',
    ],
    [
      slackOf('token: x, channel: "#a", webhook_url: "https://x"'),
      '4:7: alerts.receivers[0].slack: token and webhook_url cannot both be used: take one of them away',
    ],
    [
      slackOf('token: x, channel: ""'),
      '4:34: alerts.receivers[0].slack.channel: empty text: write something, or leave the key out',
    ],
    [
      slackOf('token: x, channel: 5'),
      '4:34: alerts.receivers[0].slack.channel: not text, but a number: write it in quotes',
    ],
    [slackOf('token: " ", channel: "#a"'), `4:22: alerts.receivers[0].slack.token: ${secret}`],
    [slackOf('token: "x\\ny", channel: "#a"'), `4:22: alerts.receivers[0].slack.token: ${secret}`],
    [slackOf('token: 12, channel: "#a"'), `4:22: alerts.receivers[0].slack.token: ${secret}`],
    [slackOf('webhook_url: hooks.slack.com/x'), `4:28: alerts.receivers[0].slack.webhook_url: ${secretUrl}`],
    [slackOf('webhook_url: "https://u:p@x"'), `4:28: alerts.receivers[0].slack.webhook_url: ${secretUrl}`],
    [
      slackOf('webhook_url: "https://x", api_url: "ftp://x"'),
      `4:50: alerts.receivers[0].slack.api_url: ${url}`,
    ],
    [
      slackOf('webhook_url: "https://x", api_url: "https://x/api?y"'),
      `4:50: alerts.receivers[0].slack.api_url: ${url}`,
    ],
  ];
  for (const [text, told] of table) {
    test(text, () => assert.deepEqual(lines(loadWhole(text)), [`a.yaml:${told}`]));
  }
});

suite('a key that is not known', () => {
  const table: [text: string, place: string, message: string][] = [
    ['intakes: {}', '1:1: intakes', 'did you mean intake?'],
    ['frobnicate: 1', '1:1: frobnicate', top],
    ['bogus:', '1:1: bogus', top],
    ['intake: {max_bdoy: 1MiB}', '1:10: intake.max_bdoy', 'did you mean max_body?'],
    ['intake:\n  http:\n    lisen: x', '3:5: intake.http.lisen', 'did you mean listen?'],
    [
      'metrics: {address: x}',
      '1:11: metrics.address',
      'known are listen, duration_unit, buckets, dimensions, max_series, expire_after, span_metrics',
    ],
    [
      slackOf('webhook_url: "https://x", Token: x'),
      '4:41: alerts.receivers[0].slack.Token',
      'did you mean token?',
    ],
    [
      'alerts: {receivers: [{name: a, discord: {}, slack: {webhook_url: "https://x"}}]}',
      '1:32: alerts.receivers[0].discord',
      'known are name, fallback, slack, alertmanager, email, telegram, webhook',
    ],
    ['__proto__: {version: 2}', '1:1: __proto__', top],
    ['constructor: {prototype: 1}', '1:1: constructor', top],
    [
      'intake: {toString: 1}',
      '1:10: intake.toString',
      'known are http, grpc, max_body, max_in_flight, max_memory, journal',
    ],
    ['"a.b": 1', '1:1: "a.b"', top],
    ['"\\e[31m\\n\\u202e": 1', '1:1: "\\u001b[31m\\n\\u202e"', top],
    ['"${env:HOME}": 1', '1:1: "${env:HOME}"', top],
    ['1: 1', '1:1: 1', top],
  ];
  for (const [text, place, message] of table) {
    test(text, () => {
      const environment = { HOME: '/nowhere' };
      assert.deepEqual(lines(loadWhole(text, { environment })), [`a.yaml:${place}: unknown key: ${message}`]);
      const lenient = loadWhole(text, { environment, unknownKeys: 'warning' });
      assert.deepEqual(lines(lenient), [`a.yaml:${place}: warning: unknown key (ignored): ${message}`]);
      assert.ok(lenient.value !== undefined);
    });
  }

  test('adds nothing to the configuration, and no key of it changes what objects are', () => {
    const text = '__proto__: {polluted: 1}\nintake: {__proto__: {polluted: 1}}\n';
    const { value } = loadWhole(text, { unknownKeys: 'warning' });
    assert.deepEqual(value, loadWhole([]).value);
    assert.equal((value as unknown as Record<string, unknown>)['polluted'], undefined);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });
});

suite('all mistakes are told at once', () => {
  test('in the order in which they are read, over several files, also those that follow from a whole', () => {
    const first = [
      'version: 2',
      'metrics: {max_series: many, lisen: x, buckets: [3, 2]}',
      'alerts:',
      '  receivers:',
      '    - {name: ops, slack: {token: "", api_url: nowhere}}',
      '    - {name: ops, slack: {webhook_url: "https://x"}}',
      'intakes: {}',
    ].join('\n');
    const second = 'admin: {listen: here}\nintake: {max_body: 1, max_in_flight: "${env:MISSING}"}\n';
    assert.deepEqual(lines(loadWhole([first, second])), [
      `a.yaml:1:10: version: ${version}`,
      'a.yaml:2:23: metrics.max_series: not a number, but text',
      'a.yaml:2:29: metrics.lisen: unknown key: did you mean listen?',
      'a.yaml:2:52: metrics.buckets[1]: not larger than the bound before it',
      'a.yaml:5:19: alerts.receivers[0].slack: a token needs a channel: write channel: "#NAME" (in the environment: SLACK_CHANNEL)',
      `a.yaml:5:34: alerts.receivers[0].slack.token: ${secret}`,
      `a.yaml:5:47: alerts.receivers[0].slack.api_url: ${url}`,
      'a.yaml:6:14: alerts.receivers[1].name: another receiver has this name',
      'a.yaml:7:1: intakes: unknown key: did you mean intake?',
      `b.yaml:1:17: admin.listen: ${address}`,
      `b.yaml:2:20: intake.max_body: ${size}`,
      'b.yaml:2:38: intake.max_in_flight: the environment variable MISSING is not set: set it, or give a default: ${env:MISSING:-default}',
    ]);
  });

  test('a file that is not YAML does not hide what is wrong in the next', () => {
    assert.deepEqual(lines(loadWhole(['a: [', 'version: 2'])), [
      'a.yaml:1:5: not valid YAML: a ] is missing before this',
      `b.yaml:1:10: version: ${version}`,
    ]);
  });
});

suite('two listeners cannot have one address', () => {
  const same = 'the same address as intake.http.listen: each listener needs one of its own';
  const table: [text: string, told: string[]][] = [
    ['admin: {listen: "127.0.0.1:4318"}', [`a.yaml:1:17: admin.listen: ${same}`]],
    ['metrics: {listen: "0.0.0.0:4318"}', [`a.yaml:1:19: metrics.listen: ${same}`]],
    ['admin: {listen: "127.0.0.1:0"}\nmetrics: {listen: "127.0.0.1:0"}', []],
    ['admin: {listen: "127.0.0.2:4318"}', []],
    [
      'admin: {listen: "127.0.0.1:4317"}',
      [
        'a.yaml:1:17: admin.listen: the same address as intake.grpc.listen: each listener needs one of its own',
      ],
    ],
    ['admin: {listen: "127.0.0.1:4317"}\nintake: {grpc: {listen: ""}}', []],
    ['intake: {grpc: {listen: here}}', [`a.yaml:1:25: intake.grpc.listen: ${address}, or "" for none`]],
    ['admin: {listen: "127.0.0.1:4321"}', []],
    [
      `admin: {listen: "127.0.0.1:4321"}\nalerts: {receivers: [{name: a, slack: {token: x, channel: y, signing_secret: ${'s'.repeat(32)}}}]}`,
      [
        'a.yaml:2:1: alerts.buttons.listen: the same address as admin.listen: each listener needs one of its own',
      ],
    ],
    ['admin: {listen: x}\nmetrics: {listen: "127.0.0.1:4318"}', [`a.yaml:1:17: admin.listen: ${address}`]],
  ];
  for (const [text, told] of table) test(text, () => assert.deepEqual(lines(loadWhole(text)), told));
});

suite('documented keys that do nothing yet', () => {
  const ignored = 'warning: not supported by this version (ignored)';
  const table: [text: string, told: string[]][] = [
    ['gateway: {endpoint: "http://x", nonsense: [1]}', [`1:1: gateway: ${ignored}`]],
    ['gateway:', [`1:1: gateway: ${ignored}`]],
  ];
  for (const [text, told] of table) {
    test(`are warned of, and what is below them is not looked at: ${text}`, () => {
      const loaded = loadWhole(text);
      assert.deepEqual(
        lines(loaded),
        told.map((line) => `a.yaml:${line}`),
      );
      assert.ok(loaded.value !== undefined);
    });
  }
});

suite('admin tokens', () => {
  const long = (letter: string): string => letter.repeat(16);
  const short = 'too short: at least 16 characters, such as openssl rand -hex 16 makes';
  const notSecret =
    'not a secret: write one word of ASCII letters, digits and signs, best as ${env:NAME} or ${file:PATH}';
  const notName = 'not a name: write up to 64 letters, digits, dots, dashes, underscores and @';
  const table: [tokens: string, told: string[]][] = [
    [`[{name: a, token: ${long('a')}}, {name: b@x.example, token: ${long('b')}}]`, []],
    ['[{name: a, token: "${env:TOKEN}"}]', []],
    ['[{name: a, token: fifteen-letters}]', [`admin.tokens[0].token: ${short}`]],
    ['[{name: a, token: ""}]', [`admin.tokens[0].token: ${notSecret}`]],
    ['[{name: a, token: "two words of letters"}]', [`admin.tokens[0].token: ${notSecret}`]],
    [`[{name: "", token: ${long('a')}}]`, [`admin.tokens[0].name: ${notName}`]],
    [`[{name: "a\\nb", token: ${long('a')}}]`, [`admin.tokens[0].name: ${notName}`]],
    [
      `[{name: a, token: ${long('a')}}, {name: a, token: ${long('b')}}]`,
      ['admin.tokens[1].name: another token has this name'],
    ],
    [
      `[{name: a, token: ${long('a')}}, {name: b, token: ${long('a')}}]`,
      ['admin.tokens[1].token: the same token as that of a'],
    ],
  ];
  for (const [tokens, told] of table) {
    test(tokens, () => {
      const loaded = loadWhole(`admin: {tokens: ${tokens}}`, { environment: { TOKEN: long('t') } });
      assert.deepEqual(
        lines(loaded).map((line) => line.replace(/^a\.yaml:\d+:\d+: /, '')),
        told,
      );
      assert.equal(
        loaded.value?.admin.tokens.length,
        told.length === 0 ? tokens.split('name').length - 1 : undefined,
      );
      assert.doesNotMatch(JSON.stringify(loaded), /[ab]{16}|t{16}|fifteen/);
    });
  }
});

suite('admin hosts', () => {
  const table: [host: string, taken: boolean][] = [
    ['Tocsin.Example.com', true],
    ['10.0.0.1', true],
    ['[fd00::1]', true],
    ['tocsin.example:443', false],
    ['http://tocsin.example', false],
    ['*', false],
    ['', false],
  ];
  for (const [host, taken] of table) {
    test(`${host || 'nothing'} is ${taken ? '' : 'not '}one`, () => {
      const { value, problems } = loadWhole(`admin: {hosts: ["${host}"]}`);
      assert.deepEqual(value?.admin.hosts, taken ? [host.toLowerCase()] : undefined);
      assert.equal(problems.length, taken ? 0 : 1);
    });
  }
});

test('limits of health are whole numbers, none below 0', () => {
  const of = (text: string): string[] => lines(loadWhole(`health: ${text}`));
  assert.deepEqual(of('{critical: 0, unresolved: 0, recent_24h: 1000000}'), []);
  assert.equal(of('{critical: -1, unresolved: 1.5, recent_24h: many}').length, 3);
});
