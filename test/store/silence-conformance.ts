import assert from 'node:assert/strict';
import { expiredRetentionMillis, mostSilences, type Silence } from '../../src/alerting/silences/silence.ts';
import type { SilenceStore } from '../../src/alerting/silences/silence-store.ts';
import { hour, matchersOf, now, silence, wanted } from '../alerting/silences/support.ts';
import { eachOnItsOwn } from './each-on-its-own.ts';
import type { StoreUnderTest } from './store-conformance.ts';

/** How every implementation of the store keeps silences; each test has a store of its own. */
export function silenceConformance(name: string, open: () => Promise<StoreUnderTest>): void {
  let opened: StoreUnderTest;
  const store = (): SilenceStore => opened.calls();
  const kept = async (): Promise<Silence[]> =>
    (await store().listSilences()).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const ids = async (): Promise<string[]> => (await kept()).map(({ id }) => id);

  const fresh = eachOnItsOwn(name, open, (store) => {
    opened = store;
  });

  fresh('keeps silences over a restart, as they were asked for', async () => {
    const given = wanted('a="\\"b\\"", c!~"d|é"', { startsAt: now + hour, endsAt: now + 2 * hour });
    assert.deepEqual(await store().setSilence(given, 'one', now), { kind: 'set', id: 'one' });
    await opened.reopen();
    assert.deepEqual(await kept(), [{ ...given, id: 'one', updatedAt: now }]);
  });

  fresh('changes a silence where it can, and else begins another and ends it, both or neither', async () => {
    await store().setSilence(wanted('a=b'), 'one', now);
    const longer = { ...silence('a=b'), endsAt: now + 5 * hour };
    assert.deepEqual(await store().setSilence(longer, 'two', now + 1), { kind: 'set', id: 'one' });
    assert.deepEqual(await kept(), [{ ...longer, updatedAt: now + 1 }]);
    const wider = { ...longer, matchers: matchersOf('a=~"b|c"') };
    assert.deepEqual(await store().setSilence(wider, 'two', now + 2), { kind: 'set', id: 'two' });
    assert.deepEqual(await kept(), [
      { ...longer, endsAt: now + 2, updatedAt: now + 2 },
      { ...wider, id: 'two', startsAt: now + 2, updatedAt: now + 2 },
    ]);
  });

  fresh('does not make the silence that somebody wants to change and that is not there', async () => {
    assert.deepEqual(await store().setSilence(silence('a=b'), 'two', now), { kind: 'unknown' });
    assert.equal(await store().expireSilence('one', now), false);
    assert.deepEqual(await kept(), []);
  });

  fresh('ends a silence, once', async () => {
    await store().setSilence(wanted('a=b'), 'one', now);
    for (const at of [now + 1, now + 2]) assert.equal(await store().expireSilence('one', at), true);
    assert.deepEqual(await kept(), [silence('a=b', { endsAt: now + 1, updatedAt: now + 1 })]);
  });

  fresh('keeps a silence for five days after its end, and no longer', async () => {
    await store().setSilence(wanted('a=b'), 'one', now);
    await store().setSilence(wanted('a=b', { endsAt: now + hour + 1 }), 'two', now);
    const over = now + hour + expiredRetentionMillis;
    await opened.calls().maintain(over - 1);
    assert.deepEqual(await ids(), ['one', 'two']);
    await opened.calls().maintain(over);
    assert.deepEqual(await ids(), ['two']);
  });

  fresh('has room for so many; those that ended first make room, and those that act never', async () => {
    const id = (index: number): string => String(index).padStart(4, '0');
    for (let i = 0; i < mostSilences; i++)
      await store().setSilence(wanted('a=b', { endsAt: now + hour + i }), id(i), now);
    const more = wanted('a=c', { endsAt: now + 9 * hour });
    assert.deepEqual(await store().setSilence(more, 'more', now), { kind: 'full' });
    // Not even where one would end by it.
    const other = { ...silence('a=c', { id: id(5) }), endsAt: now + 9 * hour };
    assert.deepEqual(await store().setSilence(other, 'other', now), { kind: 'full' });
    const longer = { ...wanted('a=b'), id: id(5), endsAt: now + 9 * hour };
    assert.deepEqual(await store().setSilence(longer, 'longer', now), { kind: 'set', id: id(5) });
    assert.equal((await ids()).length, mostSilences);
    // The first two are over.
    const later = now + hour + 1;
    for (const made of ['x1', 'x2'])
      assert.deepEqual(await store().setSilence(more, made, later), { kind: 'set', id: made });
    assert.deepEqual(await store().setSilence(more, 'x3', later), { kind: 'full' });
    const all = await ids();
    assert.equal(all.length, mostSilences);
    assert.deepEqual(all.slice(0, 2), [id(2), id(3)]);
  });

  fresh('has room for the expressions of many silences, as long as they last', async () => {
    const large = wanted('a=~"x{1000}y{1000}z{1000}"', { endsAt: now + hour });
    for (let i = 0; i < 16; i++)
      assert.deepEqual(await store().setSilence(large, `id-${i}`, now), { kind: 'set', id: `id-${i}` });
    assert.deepEqual(await store().setSilence(large, 'more', now), { kind: 'full' });
    const other = { ...large, id: 'id-0', matchers: matchersOf('a=~"x{1000}y{1000}"') };
    assert.deepEqual(await store().setSilence(other, 'other', now), { kind: 'set', id: 'other' });
    await store().expireSilence('id-1', now);
    assert.deepEqual(await store().setSilence(large, 'more', now), { kind: 'set', id: 'more' });
    assert.deepEqual(await store().setSilence(wanted('a=b'), 'equal', now), { kind: 'set', id: 'equal' });
  });

  fresh('takes up an ended silence as another one, though it has to make room for it', async () => {
    for (let i = 0; i < mostSilences; i++)
      await store().setSilence(wanted('a=b', { endsAt: now + hour + i }), `old-${i}`, now);
    const again = { ...wanted('a=b'), id: 'old-0', endsAt: now + 9 * hour };
    assert.deepEqual(await store().setSilence(again, 'again', now + hour), { kind: 'set', id: 'again' });
    const all = await ids();
    assert.deepEqual([all.length, all[0], all.includes('old-0')], [mostSilences, 'again', false]);
  });
}
