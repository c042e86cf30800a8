import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { exposition } from '../../src/metrics/exposition.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { judgeOpenMetrics } from '../support/openmetrics-judge.ts';
import { TestClock } from '../support/test-clock.ts';

function setUp(series: number) {
  const clock = new TestClock();
  const registry = new MetricRegistry(clock);
  const budget = new SeriesBudget(1_000_000, { expireAfterMillis: 60_000 });
  const counter = registry.counter({ name: 'a_total', help: 'A.', labels: ['x'], budget });
  for (let i = 0; i < series; i++) counter.series([String(i).padStart(100, '0')]);
  return { clock, registry, counter };
}

async function all(pieces: AsyncIterable<string>): Promise<string[]> {
  const made: string[] = [];
  for await (const piece of pieces) made.push(piece);
  return made;
}

suite('an exposition', () => {
  test('comes in pieces of whole lines, none of them large', async () => {
    const { registry } = setUp(5000);
    const pieces = await all(exposition(registry, 'own 1\n', 'text'));
    assert.ok(pieces.length > 5);
    for (const piece of pieces) assert.ok(piece.endsWith('\n') && piece.length < 70_000);
    assert.equal(pieces.join(''), `${[...registry.expose()].join('')}own 1\n`);
  });

  test('lets others have their turn between two pieces', async () => {
    const { registry } = setUp(5000);
    let turns = 0;
    const pieces = exposition(registry, '', 'text');
    const first = pieces.next();
    setImmediate(() => turns++);
    await first;
    await pieces.next();
    await pieces.next();
    assert.ok(turns > 0);
  });

  test('says of what belongs together what was so at one moment, wherever its pieces end', async () => {
    for (let padding = 0; padding < 200; padding++) {
      const { registry, counter } = setUp(563);
      counter.series(['x'.repeat(padding)]);
      const made = registry.counter({ name: 'made_total', help: 'Made.' });
      const left = registry.gauge({ name: 'left', help: 'Left.' });
      registry.exposeTogether(made, left);
      const pieces: string[] = [];
      made.series();
      left.series();
      for await (const piece of exposition(registry, '', 'text')) {
        pieces.push(piece);
        made.add(made.series());
        left.add(left.series(), 1);
      }
      const text = pieces.join('');
      assert.equal(/^made_total (.*)$/m.exec(text)?.[1], /^left (.*)$/m.exec(text)?.[1], `${padding}`);
    }
  });

  test('ends once in OpenMetrics, also when others had ended already', async () => {
    const { registry } = setUp(3);
    const text = (
      await all(exposition(registry, '# TYPE own counter\nown_total 1\n# EOF\n', 'openmetrics'))
    ).join('');
    const families = judgeOpenMetrics(text);
    assert.deepEqual([...families.keys()], ['a', 'own']);
  });

  test('ends in OpenMetrics when there is nothing else', async () => {
    assert.deepEqual(await all(exposition(new MetricRegistry(), '', 'openmetrics')), ['# EOF\n']);
  });

  test('has no series twice, though it expires and comes back while the exposition goes on', async () => {
    const { clock, registry, counter } = setUp(3000);
    const pieces = exposition(registry, '', 'openmetrics');
    let text = (await pieces.next()).value as string;
    clock.advance(120_000);
    registry.expireStale();
    // Into free places, some of them before and some behind the one that is being exposed.
    for (let i = 0; i < 3000; i++) counter.add(counter.series([String(2999 - i).padStart(100, '0')]));
    for await (const piece of pieces) text += piece;
    judgeOpenMetrics(text);
  });

  test('may be asked for by several at once', async () => {
    const { registry } = setUp(3000);
    const texts = await Promise.all(
      [1, 2, 3].map(async () => (await all(exposition(registry, '', 'openmetrics'))).join('')),
    );
    assert.equal(texts[0], texts[1]);
    assert.equal(texts[0], texts[2]);
  });
});
