import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { VersionBook } from '../../src/app/composition/version-book.ts';
import type { VersionHeard } from '../../src/issues/issue-store.ts';
import { eventually } from '../support/eventually.ts';
import { TestClock } from '../support/test-clock.ts';

async function setUp() {
  const clock = new TestClock();
  const noted: VersionHeard[] = [];
  const store = {
    isBroken: false,
    tries: 0,
    noteVersions: (versions: readonly VersionHeard[]) => {
      store.tries++;
      if (store.isBroken) return Promise.reject(new Error('disk full'));
      noted.push(...versions);
      return Promise.resolve();
    },
  };
  let told = 0;
  const book = new VersionBook({ clock, store, onNoted: () => told++ });
  await book.start();
  return { clock, noted, store, book, told: () => told };
}

const version = { service: 'shop', environment: '', version: '1.4.2' };

suite('versions of an app', () => {
  test('are noted once, with the time at which they were heard of', async () => {
    const { clock, noted, book } = await setUp();
    const at = clock.now();
    book.heard(version);
    book.heard(version);
    book.heard({ ...version, version: '' });
    book.heard({ ...version, environment: 'staging' });
    await eventually('them to be noted', () => noted.length === 2);
    assert.deepEqual(noted, [
      { ...version, at },
      { ...version, environment: 'staging', at },
    ]);
    await book.stop();
  });

  test('wait for a store that does not take them, with the time that they had', async () => {
    const { clock, noted, store, book, told } = await setUp();
    const at = clock.now();
    store.isBroken = true;
    book.heard(version);
    await eventually('the store to be asked', () => store.tries === 1);
    assert.equal(told(), 0);
    store.isBroken = false;
    await eventually('it to be asked again', () => {
      clock.advance(1_000);
      return noted.length === 1;
    });
    assert.equal(noted[0]?.at, at);
    assert.equal(told(), 1);
    await book.stop();
  });
});
