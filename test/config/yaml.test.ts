import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { lines, load, loadWhole } from './support.ts';

suite('a mistake in YAML is told with its place and what to do', () => {
  const table: [name: string, text: string, told: string[]][] = [
    ['a tab', 'intake:\n\thttp: {}\n', ['a.yaml:2:1: not valid YAML: tabs cannot indent: use spaces']],
    [
      'several documents',
      'version: 1\n---\nversion: 1\n',
      ['a.yaml:2:1: not valid YAML: a file holds one configuration: take the line --- away'],
    ],
    [
      'a key that is there twice',
      'admin:\n  listen: 127.0.0.1:1\n  listen: 127.0.0.1:2\n',
      ['a.yaml:3:3: admin.listen: written twice: it is in line 2 already'],
    ],
    [
      'a key that is there twice, once empty',
      'store:\nadmin: {}\nstore: {}\n',
      ['a.yaml:3:1: store: written twice: it is in line 1 already'],
    ],
    [
      'a bracket that is left open',
      'intake: {http: {}\n',
      ['a.yaml:2:1: not valid YAML: a } is missing before this'],
    ],
    [
      'a list that is left open',
      'metrics: {buckets: [1\n',
      ['a.yaml:2:1: not valid YAML: a ] is missing before this'],
    ],
    [
      'a quote that is left open',
      'store:\n  url: "x\n',
      ['a.yaml:3:1: not valid YAML: a closing " is missing before this'],
    ],
    [
      'a colon in a value',
      'store:\n  url: sqlite: x\n',
      [
        'a.yaml:2:8: not valid YAML: the value has a colon and keys of its own: put it in quotes, or begin a new line for each key',
      ],
    ],
    [
      'no space after a colon',
      'version:1\nstore: {}\n',
      ['a.yaml:1:1: not valid YAML: a key is a single line: is a colon, or the space after it, missing?'],
    ],
    ['a key alone', 'version: 1\nstore\n', ['a.yaml:2:1: not valid YAML: a key without a colon after it']],
    [
      'lines out of step',
      'intake:\n  http: {}\n max_body: 1MiB\n',
      ['a.yaml:3:1: not valid YAML: indented neither like the keys above nor like those around them'],
    ],
    [
      'a character that YAML keeps for itself',
      'store: {url: @x}\n',
      ['a.yaml:1:14: not valid YAML: a value that begins with this character needs quotes around it'],
    ],
    [
      'text after a quote',
      "store: {url: 'it's'}\n",
      ['a.yaml:1:18: not valid YAML: text after the end of a value: write a quote within quotes twice'],
    ],
    [
      'a tag',
      'store: {url: !path x}\n',
      [
        'a.yaml:1:14: not valid YAML: a word that begins with ! is a tag, and no tags are known: put the value in quotes',
      ],
    ],
    [
      'an alias of nothing',
      'store:\n  url: *db\n',
      ['a.yaml:2:8: store.url: nothing above is marked &db: to write the text *db, put it in quotes'],
    ],
    [
      'an alias of what it is in',
      'store: &it\n  url: *it\n',
      ['a.yaml:2:8: store.url: nothing above is marked &it: to write the text *it, put it in quotes'],
    ],
    ['a list as a key', '? [a, b]\n: 1\n', ['a.yaml:1:3: a key must be a single word']],
    [
      'a merge key with something else',
      'store: {<<: tocsin}\nadmin: {<<: [{}, 5]}\n',
      [
        'a.yaml:1:9: store.<<: takes a mapping, or a list of them: write <<: *name',
        'a.yaml:2:9: admin.<<: takes a mapping, or a list of them: write <<: *name',
      ],
    ],
    [
      'a merge key that is there twice',
      'store:\n  <<: {}\n  <<: {}\n',
      ['a.yaml:3:3: store.<<: written twice: it is in line 2 already'],
    ],
    [
      'a merge key in quotes',
      'store: {"<<": {}}\n',
      ['a.yaml:1:9: store.<<: unknown key: known are url, retention, max_size'],
    ],
    [
      'a mistake in what is merged',
      'intake: {max_body: 1}\nstore: {<<: {ulr: x}}',
      [
        'a.yaml:1:20: intake.max_body: not a size: write a number and a unit (B, KiB, MiB, GiB, KB, MB, GB), such as 64MiB',
        'a.yaml:2:14: store.ulr: unknown key: did you mean url?',
      ],
    ],
    [
      'two mistakes',
      'store: {url: @x}\nadmin: {listen: @y}\n',
      [
        'a.yaml:1:14: not valid YAML: a value that begins with this character needs quotes around it',
        'a.yaml:2:17: not valid YAML: a value that begins with this character needs quotes around it',
      ],
    ],
  ];
  for (const [name, text, told] of table) {
    test(name, () => assert.deepEqual(lines(loadWhole(text)), told));
  }

  test('of very many the first are told', () => {
    const told = lines(loadWhole('- @x\n'.repeat(1000)));
    assert.equal(told.length, 20);
    assert.match(told[19]!, /^a\.yaml:20:3: /);
  });
});

suite('what is not a configuration at all', () => {
  const table: [name: string, content: string | Uint8Array, told: string[]][] = [
    [
      'a list',
      '- version: 1\n',
      ['a.yaml:1:1: not a configuration: write keys and values, such as version: 1'],
    ],
    ['a text', '\nhello\n', ['a.yaml:2:1: not a configuration: write keys and values, such as version: 1']],
    ['a number', '3', ['a.yaml:1:1: not a configuration: write keys and values, such as version: 1']],
    ['a binary file', Uint8Array.of(0x76, 0, 1), ['a.yaml:1:1: not a configuration: it is a binary file']],
    [
      'not UTF-8',
      Uint8Array.of(0x61, 0x3a, 0x20, 0xff),
      ['a.yaml:1:1: cannot be read: it is not text in UTF-8'],
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffversion: 1', 'utf16le'),
      ['a.yaml:1:1: cannot be read: it is not text in UTF-8'],
    ],
    [
      'one byte too many',
      `#${' '.repeat(1024 * 1024)}`,
      ['a.yaml:1:1: too large for a configuration: at most 1048576 bytes'],
    ],
  ];
  for (const [name, content, told] of table) {
    test(name, () => assert.deepEqual(lines(loadWhole(content)), told));
  }
});

suite('what may be written', () => {
  const fine: [name: string, text: string | Uint8Array][] = [
    ['an empty file', ''],
    ['comments alone', '# nothing\n'],
    ['null alone', '~\n'],
    ['as many bytes as allowed', `#${' '.repeat(1024 * 1024 - 1)}`],
    ['keys without values', 'intake:\nmetrics:\n  buckets:\n'],
    ['JSON', '{"version": 1, "store": {"url": ""}}'],
    ['the marks of one document', '---\nversion: 1\n...\n'],
  ];
  for (const [name, text] of fine) {
    test(name, () => {
      const loaded = loadWhole(text);
      assert.deepEqual(lines(loaded), []);
      assert.deepEqual(loaded.value, loadWhole([]).value);
    });
  }

  test('anchors and aliases, each use a value of its own', () => {
    const loaded = loadWhole(
      'alerts:\n  receivers:\n    - {name: a, slack: &slack {token: "${env:T}", channel: "#x"}}\n    - {name: b, slack: *slack}\n',
      { environment: { T: '$${env:T}' } },
    );
    assert.deepEqual(lines(loaded), []);
    // Resolved once and no more, however often it is used.
    const tokens = loaded.value?.alerts.receivers.map(({ slack }) => slack?.token?.reveal());
    assert.deepEqual(tokens, ['$${env:T}', '$${env:T}']);
  });

  const merges: [name: string, text: string, sizes: [body: string, inFlight: string]][] = [
    ['a mapping', 'a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}', ['1', '3']],
    ['a mapping, wherever the key stands', 'a: &a {x: 1, y: 2}\nb: {y: 3, <<: *a}', ['1', '3']],
    ['several, the first first', 'a: &a {x: 1}\nc: &c {x: 2, y: 2}\nb: {<<: [*a, *c]}', ['1', '2']],
    ['what is merged itself', 'a: &a {x: 1}\nc: &c {<<: *a, y: 2}\nb: {<<: *c}', ['1', '2']],
    ['a mapping that is written there', 'b: {<<: {x: 1, y: 2}}', ['1', '2']],
    ['nothing', 'b: {<<: , x: 1, y: 2}', ['1', '2']],
  ];
  for (const [name, text, [x, y]] of merges) {
    test(`a merge key for ${name}`, () => {
      const part = z.record(z.string(), z.number()).optional();
      const loaded = load(z.strictObject({ a: part, b: part, c: part }), [text]);
      assert.deepEqual(lines(loaded), []);
      assert.deepEqual({ ...loaded.value?.b }, { x: Number(x), y: Number(y) });
    });
  }

  test('an alias means the anchor before it, also where the name is used again', () => {
    const { value } = loadWhole(
      'intake: {max_body: &size 1MiB, max_in_flight: *size}\nmetrics: {max_series: &size 500}\n',
    );
    assert.equal(value?.intake.max_in_flight, 2 ** 20);
  });

  test('a byte order mark, and columns as if it were not there', () => {
    assert.deepEqual(lines(loadWhole('\ufeffversion: 1\n')), []);
    assert.deepEqual(lines(loadWhole('\ufeffversion: 2\n')), [
      'a.yaml:1:10: version: not a version of the configuration that this Tocsin knows: write 1',
    ]);
  });

  test('lines that end in CR LF, and their columns', () => {
    assert.deepEqual(
      lines(loadWhole('version: 1\r\nmetrics:\r\n  max_series: 5\r\n  duration_unit: h\r\n')),
      [
        'a.yaml:3:15: metrics.max_series: too small: at least 100',
        'a.yaml:4:18: metrics.duration_unit: not one of: ms, s',
      ],
    );
  });
});
