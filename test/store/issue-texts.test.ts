import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { IssueSort } from '../../src/issues/issue-store.ts';
import { trigramsOf, wordsOf } from '../../src/store/sqlite/searched-text.ts';
import { openEngine } from '../../src/store/sqlite/engine.ts';
import { temporaryDirectory } from '../config/support.ts';
import { errorEvent } from '../support/builders.ts';

suite('the index of texts', () => {
  const groupsOf = (count: number, message: (number: number) => string) =>
    Array.from({ length: Math.ceil(count / 100) }, (_, group) =>
      Array.from({ length: Math.min(100, count - group * 100) }, (_, i) => {
        const number = group * 100 + i;
        return errorEvent({ fingerprint: `1:${number}`, message: message(number) });
      }),
    );

  test('is behind by a thousand texts at most, and not touched by those that change again and again', (t) => {
    const path = join(temporaryDirectory(t), 'texts.db');
    const engine = openEngine(path);
    const { store } = engine;
    for (const group of groupsOf(1500, (number) => `first ${number}`)) store.record(group, 0);
    const reader = new DatabaseSync(path);
    t.after(() => reader.close());
    const count = (sql: string): unknown => reader.prepare(sql).get()?.['n'];
    const indexed = (): unknown => count('SELECT count(*) AS n FROM issue_texts WHERE is_indexed = 1');
    assert.equal(indexed(), 500);
    assert.equal(count('SELECT count(*) AS n FROM issue_words'), 500);
    const changes = () => count('SELECT count(*) AS n FROM issue_words_idx');
    const before = changes();
    for (let round = 0; round < 5; round++)
      for (const group of groupsOf(200, (number) => `again ${round} ${number}`)) store.record(group, 0);
    assert.deepEqual([indexed(), changes()], [500, before]);
    engine.close();
  });

  test('forgets an issue with its row, and takes a text of the same number anew', (t) => {
    const path = join(temporaryDirectory(t), 'deleted.db');
    const engine = openEngine(path);
    const { store } = engine;
    for (const group of groupsOf(1200, (number) => `carrot ${number}`)) store.record(group, 0);
    const { items } = store.listIssues({ limit: 1000, text: 'carrot' });
    const writer = new DatabaseSync(path);
    writer.exec('PRAGMA foreign_keys = ON');
    for (const table of ['changes', 'events']) writer.exec(`DELETE FROM ${table}`);
    writer.exec('DELETE FROM issues WHERE number > 100');
    for (const table of ['issue_texts', 'issue_words'])
      assert.ok(Number(writer.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']) <= 100, table);
    writer.close();
    assert.equal(items.length, 1000);
    assert.equal(store.listIssues({ limit: 1000, text: 'carrot' }).items.length, 100);
    for (const group of groupsOf(1200, (number) => `turnip ${number}`))
      store.record(
        group.map((event) => ({ ...event, fingerprint: `2:${event.fingerprint}` })),
        1,
      );
    assert.equal(store.listIssues({ limit: 1000, text: 'carrot' }).items.length, 100);
    assert.equal(store.listIssues({ limit: 1000, text: 'turnip 1199' }).items.length, 1);
    engine.close();
  });

  test('leads to what thousands have and none of the latest', () => {
    const engine = openEngine(':memory:');
    const { store } = engine;
    const groups = groupsOf(4000, (number) => (number < 3200 ? 'carrot' : 'turnip'));
    for (const [at, group] of groups.entries())
      store.record(
        group.map((event) => ({ ...event, time: at * 1000 })),
        0,
      );
    const found = store.listIssues({ limit: 100, text: 'carrot' });
    assert.deepEqual([found.items.length, found.items[0]?.lastSeen], [100, 31_000]);
    const { nextCursor: cursor = '' } = found;
    assert.equal(store.listIssues({ limit: 1, text: 'carrot', cursor }).items[0]?.lastSeen, 30_000);
    assert.deepEqual(store.listIssues({ limit: 9, text: 'carrot öö' }).items, []);
    engine.close();
  });

  test('knows no word of two letters: a page looks at so many issues, finds what they have, and goes on', () => {
    const engine = openEngine(':memory:');
    const { store } = engine;
    // Every hundredth, and one far behind.
    const messages = (number: number): string =>
      number === 7 ? 'ö' : number % 100 === 0 ? `Äß ${number}` : `turnip ${number}`;
    for (const [at, group] of groupsOf(7000, messages).entries())
      store.record(
        group.map((event, i) => ({ ...event, time: at * 1000 + i })),
        0,
      );
    const pages = (text: string, limit: number, sort: IssueSort): number[][] => {
      const found: number[][] = [];
      for (let cursor: string | undefined; found.length === 0 || cursor !== undefined; ) {
        const page = store.listIssues({ text, limit, sort, ...(cursor === undefined ? {} : { cursor }) });
        found.push(page.items.map(({ fingerprint }) => Number(fingerprint.slice(2))));
        cursor = page.nextCursor;
      }
      return found;
    };
    const all = Array.from({ length: 70 }, (_, i) => 6900 - 100 * i);
    for (const sort of ['last_seen', 'first_seen'] as const) {
      assert.deepEqual(pages('äß', 10, sort).flat(), all);
      assert.deepEqual(pages('ß ä', 1000, sort), [all.slice(0, 30), all.slice(30, 60), all.slice(60)]);
      assert.deepEqual(pages('ö', 5, sort), [[], [], [7]]);
      assert.deepEqual(pages('öö', 5, sort), [[], [], []]);
    }
    engine.close();
  });

  test('has nothing of a transaction that failed', () => {
    const engine = openEngine(':memory:');
    const { store } = engine;
    assert.throws(() => store.record([errorEvent(), errorEvent({ fingerprint: null as never })], 0));
    assert.deepEqual(store.listIssues({ limit: 10, text: 'refused' }).items, []);
    store.record([errorEvent()], 0);
    assert.equal(store.listIssues({ limit: 10, text: 'refused' }).items.length, 1);
    engine.close();
  });

  test('finds what a look at every text finds, whatever is asked', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('abÄß漢😀"\'*:^ ()%\\'), '\u0000', '\ud800'),
      minLength: 1,
      maxLength: 12,
    });
    const engine = openEngine(':memory:');
    const { store } = engine;
    const messages = fc.sample(text, { seed: 20_260_102, numRuns: 1700 });
    const bare = { type: '-', service: '-', operation: '', component: '', frames: [] };
    for (let from = 0; from < messages.length; from += 100) {
      const group = messages.slice(from, from + 100);
      store.record(
        group.map((message, i) =>
          errorEvent({ ...bare, fingerprint: `1:${from + i}`, message, time: from + i }),
        ),
        0,
      );
    }
    // Without short ids, which are letters and digits.
    const texts = messages.map((message) => wordsOf(`-: ${message}`).join('\n'));
    const query = text.filter((asked) => /[^\w\s-]/.test(wordsOf(asked).join('')));
    const property = fc.property(query, (asked) => {
      const words = wordsOf(asked).filter((word) => /[^\w-]/.test(word));
      const wanted = texts.flatMap((message, i) =>
        words.every((word) => message.includes(word)) ? [`1:${i}`] : [],
      );
      const found = store.listIssues({ limit: 1000, text: words.join(' ') }).items;
      assert.deepEqual(
        found.map(({ fingerprint }) => fingerprint),
        wanted.toReversed().slice(0, 1000),
      );
    });
    fc.assert(property, { seed: 20_260_102, numRuns: 300 });
    engine.close();
  });
});

suite('what is looked for', () => {
  test('are the longest words, each once, in small letters', () => {
    assert.deepEqual(wordsOf(' Card card \n REFUSED x '), ['refused', 'card', 'x']);
    assert.deepEqual(wordsOf(''), []);
    const many = Array.from({ length: 500 }, (_, i) => 'x'.repeat(i % 20) + i).join(' ');
    assert.equal(wordsOf(many).length, 8);
  });

  test('is to the index a list of strings, of three letters each and not too many', () => {
    assert.equal(trigramsOf(['card', 'x']), '"car" "ard"');
    assert.equal(trigramsOf(['a"b"']), '"a""b" """b"""');
    assert.equal(trigramsOf(['ab', 'x']), undefined);
    assert.equal(trigramsOf(['😀😀']), undefined);
    const long = Array.from({ length: 300 }, (_, i) => i).join('');
    const trigrams = trigramsOf([long])?.split(' ');
    assert.deepEqual([trigrams?.length, trigrams?.[0], trigrams?.at(-1)], [12, '"012"', '"299"']);
    assert.equal(
      trigramsOf(Array.from({ length: 8 }, (_, i) => `w${i}`.padEnd(40, 'abcd')))?.split(' ').length,
      9,
    );
  });
});
