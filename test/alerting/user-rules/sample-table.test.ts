import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Aggregation, aggregationKey } from '../../../src/alerting/user-rules/aggregation.ts';
import { SampleTable } from '../../../src/alerting/user-rules/sample-table.ts';
import type { Subject } from '../../../src/match/matcher.ts';
import { parseMatcher } from '../../../src/match/parse.ts';
import { facts, rate } from '../conditions/support.ts';

const services = (from: number, to: number) =>
  facts({
    calls: Array.from({ length: to - from }, (_, i) => rate('GET /', [1, 0], [0, 0], `s${from + i}`)),
  });

suite('the samples of a look', () => {
  test('are one for each set of labels, whatever stands in them', () => {
    const table = new SampleTable('calls');
    const calls = [
      rate('b', [1, 1], [0, 0], 'a","'),
      rate('","b', [2, 0], [0, 0], 'a'),
      rate('b', [4, 0], [0, 0], 'a","'),
    ];
    table.look(facts({ calls, environmentOf: () => '' }));
    assert.deepEqual(
      Array.from(table.places, (place) => table.counts.get('calls')![place]!),
      [5, 2],
    );
  });

  test('that come are told, and stay in their places', () => {
    const table = new SampleTable('calls');
    const first = table.look(services(0, 10));
    assert.deepEqual(first, [...table.places]);
    assert.deepEqual([table.look(services(0, 10)), [...table.places]], [[], first]);
    assert.equal(table.look(services(5, 15)).length, 5);
  });

  test('that go leave their places to others', () => {
    const table = new SampleTable('calls');
    for (let look = 0; look < 200; look++) table.look(services(50 * look, 50 * look + 100));
    assert.ok(table.labels.length <= 150, `${table.labels.length} places`);
  });
});

suite('an aggregation', () => {
  test('asks of each sample once whether it is one of its own', () => {
    let asked = 0;
    const matcher = parseMatcher('service=~"s[0-4]"');
    const where = [{ ...matcher, matches: (subject: Subject) => ++asked > 0 && matcher.matches(subject) }];
    const aggregation = new Aggregation({ over: 'calls', where, by: [] });
    const table = new SampleTable('calls');
    const look = (from: number, to: number): (number | undefined)[] => {
      aggregation.forget(table.look(services(from, to)), table.labels.length);
      const [sum] = aggregation.groups(table).most;
      return [asked, sum];
    };
    assert.deepEqual(look(0, 3), [3, 3]);
    assert.deepEqual(look(0, 3), [3, 3]);
    assert.deepEqual(look(0, 8), [8, 5]);
    assert.deepEqual(look(3, 9), [9, 2]);
    assert.deepEqual(look(3, 12), [12, 2]);
  });

  test('is the same for rules that add up the same, however they write it', () => {
    const [service, operation] = ['service="s1"', ' operation =~ "GET.*"'].map((text) => parseMatcher(text));
    const query = { over: 'calls', by: [], where: [service!, operation!] } as const;
    const key = aggregationKey(query);
    assert.equal(aggregationKey({ ...query, where: [operation!, service!] }), key);
    assert.notEqual(aggregationKey({ ...query, where: [service!] }), key);
    assert.notEqual(aggregationKey({ ...query, over: 'events' }), key);
    const byService = aggregationKey({ ...query, by: ['service'] });
    assert.notEqual(byService, key);
    // Of a service it can be asked afterwards.
    assert.equal(aggregationKey({ ...query, by: ['service'], where: [operation!] }), byService);
  });
});
