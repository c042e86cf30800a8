import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inspect } from 'node:util';
import { readConfiguration } from '../../src/app/configuration/configuration.ts';
import type { Environment } from '../../src/config/environment.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { endpointsOf, shownUrl } from '../../src/forward/signals.ts';
import { signals } from '../../src/otlp/signal.ts';
import { certificates } from '../support/certificates.ts';
import { lines, loadWhole, temporaryDirectory, write } from '../config/support.ts';

const prefix = 'OTEL_EXPORTER_OTLP_';

function read(variables: Environment, files: readonly string[] = []) {
  const environment = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [prefix + name, value]),
  );
  const { value, problems } = readConfiguration(files, environment, 'error');
  const urls = value === undefined ? {} : endpointsOf(value.forward);
  return {
    value: value?.forward,
    told: problems.map(formatProblem),
    urls: signals.map((signal) => urls[signal]?.href ?? ''),
    headers: Object.entries(value?.forward.headers ?? {}).map(([name, secret]) => [name, secret.reveal()]),
  };
}

const all = (base: string): string[] => signals.map((signal) => `${base}/v1/${signal}`);

suite('where it is forwarded', () => {
  const table: [what: string, variables: Environment, urls: string[]][] = [
    ['nothing is set', {}, ['', '', '']],
    ['a variable is set to nothing', { ENDPOINT: ' ' }, ['', '', '']],
    ['a base without a path', { ENDPOINT: 'http://a:4318' }, all('http://a:4318')],
    ['a base with a slash', { ENDPOINT: 'http://a:4318/' }, all('http://a:4318')],
    ['a base with a path', { ENDPOINT: 'https://a/otlp' }, all('https://a/otlp')],
    ['a base with a path and a slash', { ENDPOINT: 'https://a/otlp/' }, all('https://a/otlp')],
    [
      'one signal apart, used as it is',
      { ENDPOINT: 'http://a', TRACES_ENDPOINT: 'http://b/x?key=1' },
      ['http://b/x?key=1', 'http://a/v1/logs', 'http://a/v1/metrics'],
    ],
    ['one signal alone', { LOGS_ENDPOINT: 'http://b' }, ['', 'http://b/', '']],
    ['metrics alone', { METRICS_ENDPOINT: 'http://b/m/' }, ['', '', 'http://b/m/']],
  ];
  for (const [what, variables, urls] of table) {
    test(`by variables: ${what}`, () => {
      const found = read(variables);
      assert.deepEqual(found.told, []);
      assert.deepEqual(found.urls, urls);
    });
  }

  const variables = { ENDPOINT: 'http://env', TRACES_ENDPOINT: 'http://env/t' };
  const files: [what: string, text: string, urls: string[]][] = [
    ['wins over the variables of all signals', 'endpoint: http://file', all('http://file')],
    ['can forward nothing in spite of variables', 'endpoint: ""', ['', '', '']],
    [
      'that is empty changes nothing',
      'endpoint:',
      ['http://env/t', 'http://env/v1/logs', 'http://env/v1/metrics'],
    ],
    [
      'can name one signal',
      'endpoints: {logs: "http://file/l"}',
      ['http://env/t', 'http://file/l', 'http://env/v1/metrics'],
    ],
  ];
  for (const [what, text, urls] of files) {
    test(`by a file, which ${what}`, (t) => {
      const file = write(temporaryDirectory(t), 'a.yaml', `forward: {${text}}\n`);
      assert.deepEqual(read(variables, [file]).urls, urls);
    });
  }

  test('is shown without what may be a key', () => {
    assert.equal(shownUrl(new URL('https://a:1/x?key=hunter2#y')), 'https://a:1/x');
  });

  const mistakes: [variables: Environment, told: RegExp][] = [
    [{ ENDPOINT: 'collector:4318' }, /ENDPOINT: forward\.endpoint: not a URL: .*http:\/\/ or https:\/\//],
    [{ ENDPOINT: 'http://u:hunter2@a' }, /without a password/],
    [{ ENDPOINT: 'http://a?x=1' }, /without a password, \? or #/],
    [{ TRACES_ENDPOINT: 'ftp://a' }, /TRACES_ENDPOINT: forward\.endpoints\.traces: not a URL/],
  ];
  for (const [given, told] of mistakes) {
    test(`is told when it is not a place: ${inspect(given)}`, () => {
      const found = read(given);
      assert.equal(found.value, undefined);
      assert.equal(found.told.length, 1);
      assert.match(found.told[0]!, told);
      assert.ok(!found.told[0]!.includes('hunter2'));
    });
  }
});

suite('headers', () => {
  const endpoint = { ENDPOINT: 'http://a' };
  const table: [list: string, headers: [string, string][]][] = [
    ['a=b', [['a', 'b']]],
    [
      ' a = b , c=d ',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ], // prettier-ignore
    ['Authorization=Basic%20YTpi', [['Authorization', 'Basic YTpi']]],
    ['a=b=c==,', [['a', 'b=c==']]],
    ['a=%E2%82%AC%2C'.replace('%E2%82%AC', ''), [['a', ',']]],
    [',,', []],
  ];
  for (const [list, headers] of table) {
    test(`are read from a variable: ${list}`, () => {
      const found = read({ ...endpoint, HEADERS: list });
      assert.deepEqual(found.told, []);
      assert.deepEqual(found.headers, headers);
    });
  }

  const mistakes: [list: string, told: RegExp][] = [
    ['a=b,hunter2', /HEADERS: header 2 has no =/],
    ['=hunter2', /header 1 has no name/],
    ['a=', /header 1 has no value/],
    ['a=hunter2%zz', /header 1 has a % that encodes nothing/],
    ['a=hunter2%0Ax: y', /forward\.headers\.a: not a value of a header/],
    ['a=hunter2%C3%A9', /not a value of a header/],
    ['a b=hunter2', /forward\.headers\."a b": not the name of a header/],
    ['content-type=text/plain', /Tocsin sets this header itself/],
    ['Key=hunter2,key=hunter3', /the same header as another/],
  ];
  for (const [list, told] of mistakes) {
    test(`are told when they are wrong, and not shown: ${JSON.stringify(list)}`, () => {
      const found = read({ ...endpoint, HEADERS: list });
      assert.equal(found.value, undefined);
      assert.match(found.told[0]!, told);
      assert.ok(!found.told.join().includes('hunter'), found.told.join());
    });
  }

  test('of a file take the place of those of the variable', (t) => {
    const directory = temporaryDirectory(t);
    const own = write(directory, 'a.yaml', 'forward: {headers: {x: "y z"}}\n');
    const none = write(directory, 'b.yaml', 'forward: {headers: {}}\n');
    assert.deepEqual(read({ ...endpoint, HEADERS: 'a=b' }, [own]).headers, [['x', 'y z']]);
    assert.deepEqual(read({ ...endpoint, HEADERS: 'a=b' }, [none]).headers, [['a', 'b']]);
  });

  test('are never shown, however they are printed', () => {
    const { value } = read({ ...endpoint, HEADERS: 'a=hunter2' });
    for (const shown of [inspect(value, { depth: 9 }), JSON.stringify(value), String(value?.headers['a'])])
      assert.ok(!shown.includes('hunter2'), shown);
  });

  test('that are wrong stop nobody who forwards nothing: they may be for the app', () => {
    const found = read({
      HEADERS: 'hunter2',
      COMPRESSION: 'brotli',
      TIMEOUT: 'x',
      CERTIFICATE: '/not/there',
    });
    assert.ok(found.value !== undefined);
    assert.equal(found.told.length, 3);
    assert.ok(
      found.told.every((line) => /: warning: .* \(ignored\)$/.test(line)),
      found.told.join('\n'),
    );
  });
});

suite('the other variables of exporters', () => {
  const endpoint = { ENDPOINT: 'http://a:4318' };

  test('say how it is sent', () => {
    const { value, told } = read({
      ...endpoint,
      COMPRESSION: 'none',
      TIMEOUT: '2500',
      PROTOCOL: 'http/protobuf',
    });
    assert.deepEqual(told, []);
    assert.deepEqual([value?.compression, value?.timeout], ['none', 2500]);
  });

  const warned: [variables: Environment, forwards: boolean, told: RegExp][] = [
    [{ ...endpoint, PROTOCOL: 'http/json' }, true, /PROTOCOL: warning: forwarding goes by http\/protobuf/],
    [{ ...endpoint, PROTOCOL: 'grpc' }, true, /PROTOCOL: warning: forwarding goes by http\/protobuf/],
    [{ ENDPOINT: 'http://a:4317' }, true, /ENDPOINT: warning: port 4317 is most often OTLP over gRPC/],
    [
      { ENDPOINT: 'http://a:4317', PROTOCOL: 'grpc' },
      false,
      /ENDPOINT: warning: NOT FORWARDED: port 4317 .*4318/,
    ],
    [{ ENDPOINT: 'a:4317', PROTOCOL: 'grpc' }, false, /NOT FORWARDED/],
    [
      { ...endpoint, TRACES_HEADERS: 'a=b' },
      true,
      /TRACES_HEADERS: warning: not supported .*: set OTEL_\w+_HEADERS$/,
    ],
  ];
  for (const [variables, forwards, told] of warned) {
    test(`are warned of where they are not followed: ${inspect(variables)}`, () => {
      const found = read(variables);
      assert.ok(found.value !== undefined, found.told.join('\n'));
      assert.equal(found.urls[0] !== '', forwards);
      assert.match(found.told.join('\n'), told);
    });
  }

  const mistakes: [variables: Environment, told: RegExp][] = [
    [{ COMPRESSION: 'brotli' }, /COMPRESSION: not one of: gzip, zstd, none$/],
    [{ TIMEOUT: '10s' }, /TIMEOUT: not a useful number of milliseconds/],
    [{ TIMEOUT: '0' }, /TIMEOUT: not a useful number of milliseconds/],
    [
      { CERTIFICATE: '/not/there' },
      /CERTIFICATE: forward\.tls\.ca: the file cannot be read: there is no such file/,
    ],
    [{ CERTIFICATE: '/dev/null' }, /not a certificate in PEM/],
    [{ CERTIFICATE: '/dev/zero' }, /larger than/],
    [{ CLIENT_KEY: '/dev/null' }, /CLIENT_KEY: forward\.tls\.key: cert is missing/],
  ];
  for (const [variables, told] of mistakes) {
    test(`are told when they are wrong: ${inspect(variables)}`, () => {
      const found = read({ ...endpoint, ...variables });
      assert.equal(found.value, undefined);
      assert.match(found.told.join('\n'), told);
    });
  }
});

suite('the part of the file about forwarding', () => {
  const table: [text: string, told: string[]][] = [
    [
      'endpoint: "x"',
      [
        '1:21: forward.endpoint: not a URL: write one that begins with http:// or https://, without a password, ? or #',
      ],
    ],
    ['compression: brotli', ['1:24: forward.compression: not one of: gzip, zstd, none']],
    ['compression: zstd, compression_level: 19', []],
    ['compression: zstd, compression_level: 20', ['1:49: forward.compression_level: too large: at most 19']],
    ['compression_level: 10', ['1:30: forward.compression_level: too large for gzip: at most 9']],
    ['compression_level: 0', ['1:30: forward.compression_level: too small: at least 1']],
    [
      'timeout: x',
      [
        '1:20: forward.timeout: not a duration: write a number and a unit (ms, s, m, h, d, w, y), such as 30s, 5m or 1h30m',
      ],
    ],
    ['timeout: 1ms', ['1:20: forward.timeout: not a useful time: write from 100ms to 5m']],
    [
      'max_queue: 0B',
      [
        '1:22: forward.max_queue: not a size: write a number and a unit (B, KiB, MiB, GiB, KB, MB, GB), such as 64MiB',
      ],
    ],
    [
      'headers: {a: 1}',
      [
        '1:24: forward.headers.a: not a value of a header: write ASCII letters, digits, signs and spaces, best as ${env:NAME} or ${file:PATH}',
      ],
    ],
    ['headers: [a]', ['1:11: forward.headers: not a mapping of keys to values, but a list']],
    [
      'headers: {"tocsin-instance": x}',
      ['1:40: forward.headers.tocsin-instance: Tocsin sets this header itself: take it away'],
    ],
    ['headers: {host: x}', ['1:27: forward.headers.host: Tocsin sets this header itself: take it away']],
    ['endpont: x', ['1:11: forward.endpont: unknown key: did you mean endpoint?']],
    ['sampling: {}', []],
    ['sampling: {ratio: 1.5}', ['1:29: forward.sampling.ratio: too large: at most 1']],
    [
      'sampling: {always: ["duration>"]}',
      [
        '1:31: forward.sampling.always[0]: not a matcher: a value in double quotes is expected (character 10)',
      ],
    ],
    ['spool: {}', []],
    [
      'spool: {max_size: 0B}',
      [
        '1:29: forward.spool.max_size: not a size: write a number and a unit (B, KiB, MiB, GiB, KB, MB, GB), such as 64MiB',
      ],
    ],
    ['spool: {max_age: 5s}', ['1:28: forward.spool.max_age: not a useful time: write 1m or more']],
  ];
  for (const [text, told] of table) {
    test(text, () => {
      assert.deepEqual(
        lines(loadWhole(`forward: {${text}}\n`)),
        told.map((line) => `a.yaml:${line}`),
      );
    });
  }

  test('takes certificates that fit, and tells of those that do not', (t) => {
    const directory = temporaryDirectory(t);
    const { server, client } = certificates;
    const cert = write(directory, 'cert.pem', server.cert);
    const key = write(directory, 'key.pem', server.key);
    const otherKey = write(directory, 'other.pem', client.key);
    const broken = write(directory, 'broken.pem', '-----BEGIN CERTIFICATE-----\nx\n');
    const told = (ca: string, shown: string, of: string): string[] =>
      lines(
        loadWhole(`forward: {endpoint: "https://a", tls: {ca: "${ca}", cert: "${shown}", key: "${of}"}}\n`),
      );
    assert.deepEqual(told(cert, cert, key), []);
    assert.match(told(cert, cert, otherKey)[0]!, /forward\.tls\.cert: .* the key that belongs to it/);
    assert.match(told(cert, broken, key)[0]!, /forward\.tls\.cert: the file cannot be used/);
    assert.match(told(broken, cert, key)[0]!, /forward\.tls\.ca: the file cannot be used/);
  });
});
