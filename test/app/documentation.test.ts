import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { schemaFile, withReference } from '../../src/app/configuration/documentation.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { policies } from '../../src/app/configuration/policies.ts';
import { referenceOf } from '../../src/config/reference.ts';
import { byteSize, secret } from '../../src/config/scalars.ts';
import { keysAt } from '../../src/config/schema-facts.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const page = read('docs/configuration.md');

suite('what is generated is up to date', () => {
  const message = 'run npm run generate';
  test('config/tocsin.schema.json', () =>
    assert.equal(read('config/tocsin.schema.json'), schemaFile(), message));
  test('docs/configuration.md', () => assert.equal(page, withReference(page), message));
});

suite('the reference', () => {
  const rows = page.split('\n').filter((line) => /^\| `[a-z_]+(\.|`)/.test(line));

  test('describes every key: write .describe(…) on it', () => {
    assert.ok(rows.length > 10);
    const bare = rows.filter((row) => row.endsWith('|  |'));
    assert.deepEqual(bare, []);
  });

  test('says when a change takes effect', () => {
    assert.ok(rows.some((row) => /^\| `noise\.health_checks` .*\| reload \|/.test(row)));
    assert.ok(rows.some((row) => /^\| `metrics\.listen` .*\| restart \|/.test(row)));
  });

  test('names the variable that sets a key', () => {
    const variables = [...page.matchAll(/^\| `(\S+)` .* Environment: `(SLACK\w+|TOCSIN_STORE_URL)`\. \|$/gm)];
    assert.deepEqual(
      variables.map(([, key, variable]) => `${variable} ${key}`),
      [
        'TOCSIN_STORE_URL store.url',
        'SLACK_BOT_TOKEN alerts.receivers[].slack.token',
        'SLACK_CHANNEL alerts.receivers[].slack.channel',
        'SLACK_WEBHOOK_URL alerts.receivers[].slack.webhook_url',
        'SLACK_API_URL alerts.receivers[].slack.api_url',
      ],
    );
  });

  test('needs its place in the page', () => {
    assert.throws(() => withReference('# Configuration\n'), /the marks of the generated part are gone/);
  });

  test('writes every kind of value', () => {
    const tree = z.strictObject({ name: z.string().describe('a|b'), below: z.lazy((): z.ZodType => trees) });
    const trees = z.array(tree).default([]);
    const schema = z.strictObject({
      part: z.strictObject({
        size: byteSize().default(2048).describe('how much'),
        texts: z.array(z.string()).default([]),
        headers: z.record(z.string(), secret()).default({}),
        mode: z.enum(['a', 'b']).default('a'),
        count: z.int().optional(),
        ratio: z.union([z.number(), z.boolean()]).default(0.5),
        trees,
      }),
    });
    const facts = { variables: new Map(), planned: ['x.y'], takesEffect: () => 'later' };
    assert.deepEqual(
      referenceOf(schema, facts)
        .split('\n')
        .filter((line) => line.startsWith('| `')),
      [
        '| `part` | mapping | required | later |  |',
        '| `part.size` | size | `2KiB` | later | How much. |',
        '| `part.texts` | list of texts | empty | later |  |',
        '| `part.headers` | mapping of names to secrets | `{}` | later |  |',
        '| `part.mode` | `a`, `b` | `a` | later |  |',
        '| `part.count` | whole number |  | later |  |',
        '| `part.ratio` | number or true or false | `0.5` | later |  |',
        '| `part.trees` | list of mappings | empty | later |  |',
        '| `part.trees[].name` | text | required | later | A\\|b. |',
        '| `part.trees[].below` | list of mappings | empty | later |  |',
      ],
    );
  });
});

test('every policy is a key of the configuration', () => {
  for (const path of Object.keys(policies)) {
    const steps = path.split('.');
    assert.ok(keysAt(configurationSchema, steps.slice(0, -1)).includes(steps.at(-1)!), path);
  }
});
