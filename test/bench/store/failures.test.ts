import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { failures, rareComponent, rareWord } from '../../../bench/store/failures.ts';
import { fillStore } from '../../../bench/store/fill.ts';
import { openEngine } from '../../../src/store/sqlite/engine.ts';
import { temporaryDirectory } from '../../config/support.ts';

const until = Date.UTC(2026, 0, 20);

suite('the failures of a filled store', () => {
  test('are the same ones in every run, in the order of their times', () => {
    const amount = { issues: 50, events: 500, until };
    const made = [...failures(amount)];
    assert.deepEqual([...failures(amount)], made);
    const times = made.map(({ time }) => time);
    assert.deepEqual(
      times,
      times.toSorted((one, other) => one - other),
    );
    assert.equal(times.at(-1), until);
  });

  test('are as many events of as many issues as are asked for, each counted', (t) => {
    const path = join(temporaryDirectory(t), 'filled.db');
    const told: string[] = [];
    fillStore(path, { issues: 1010, events: 20_050, until }, (what) => told.push(what));
    const engine = openEngine(path);
    t.after(() => engine.close());
    const { store } = engine;
    const { counts, events } = store.issueStats(until);
    assert.equal(
      counts.reduce((sum, { issues }) => sum + issues, 0),
      1010,
    );
    assert.equal(events, 20_050);
    assert.equal(store.listIssues({ limit: 9, text: rareWord }).items.length, 2);
    assert.equal(store.listEvents({ limit: 9, component: rareComponent }).items.length, 3);
    assert.deepEqual(store.pendingChanges(1), []);
  });
});
