import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { alert, failure, hour, minute, second, startOne as start } from './one-receiver.ts';

suite('repeat_interval', () => {
  const route = { repeat_interval: 4 * hour };

  test('tells again of what still fires, beside its message', async (t) => {
    const { post, told, pass, clock } = await start(t, route);
    await post(alert('DiskFull', clock.now() + 10 * hour));
    assert.deepEqual(told(), ['new: DiskFull firing']);
    await pass(4 * hour - minute);
    assert.deepEqual(told(), []);
    await pass(2 * minute);
    assert.deepEqual(told(), ['1: DiskFull firing + Still firing, after 4 h.']);
    await pass(4 * hour);
    assert.deepEqual(told(), ['1: DiskFull firing + Still firing, after 8 h.']);
    await pass(12 * hour);
    assert.equal(told().length, 1, 'its end, and nothing after it');
  });

  test('posts anew where nothing can be edited', async (t) => {
    const chat = new RecordingReceiver('slack');
    chat.canEdit = false;
    const { post, told, pass, clock } = await start(t, route, { receivers: [chat] });
    await post(alert('DiskFull', clock.now() + 6 * hour));
    await pass(4 * hour + minute);
    assert.deepEqual(
      told().map((line) => line.replace(/^.*?: /, '')),
      ['DiskFull firing', 'DiskFull firing + Still firing, after 4 h.'],
    );
  });

  test('repeats no more than there is room for, and nothing twice', async (t) => {
    const { post, told, pass, clock, chat } = await start(t, route, { budget: { perHour: 60, burst: 6 } });
    await pass(11 * minute);
    for (let i = 0; i < 5; i++) {
      await post(alert(`Disk${i}`, clock.now() + 10 * hour));
      await pass(5 * minute);
    }
    chat.outcomes.push(...Array.from({ length: 400 }, () => ({ kind: 'failed', reason: '500' }) as const));
    await pass(5 * hour);
    chat.outcomes.splice(0);
    told();
    await pass(30 * second);
    assert.equal(told().length, 3);
    await pass(5 * minute);
    assert.equal(told().length, 2);
  });

  test('leaves room for what is new, however much is repeated', async (t) => {
    const budget = { perHour: 60, burst: 10 };
    const { post, record, told, pass, clock } = await start(t, { repeat_interval: 30 * minute }, { budget });
    await pass(11 * minute);
    for (let i = 0; i < 40; i++) {
      await post(alert(`Disk${i}`, clock.now() + 100 * hour));
      await pass(2 * minute);
    }
    await pass(5 * hour);
    told();
    for (const type of ['One', 'Two', 'Three', 'Four', 'Five']) await record(failure(type));
    assert.deepEqual(
      told(),
      ['One', 'Two', 'Three', 'Four', 'Five'].map((type) => `new: ${type} firing`),
    );
  });

  test('waits as long as ever if it is never taken', async (t) => {
    const { post, told, pass, clock, chat } = await start(t, route);
    await post(alert('DiskFull', clock.now() + 20 * hour));
    await pass(3 * hour);
    told();
    chat.outcomes.push(...Array.from({ length: 50 }, () => ({ kind: 'rejected', reason: 'no' }) as const));
    await pass(2 * hour);
    assert.equal(told().length, 1);
    await pass(4 * hour);
    assert.equal(told().length, 1);
  });

  test('is not for issues: of them people are told what is new', async (t) => {
    const { record, told, pass } = await start(t, route);
    await record(failure('One'));
    for (let hours = 0; hours < 9; hours++) {
      await pass(hour / 4);
      await record(failure('One'));
    }
    assert.ok(told().every((line) => !line.includes('+')));
  });

  test('is not for what is silenced, and counts from the last time that people heard of it', async (t) => {
    const { post, told, pass, clock, silences } = await start(t, route);
    await post(alert('DiskFull', clock.now() + 20 * hour));
    await pass(3 * hour);
    const matchers = [{ name: 'alertname', operator: '=' as const, value: 'DiskFull' }];
    const times = { startsAt: clock.now(), endsAt: clock.now() + 2 * hour };
    await silences.set({ matchers, ...times, createdBy: 'alice', comment: 'known' });
    told();
    await pass(2 * hour - minute);
    assert.deepEqual(told(), []);
    await pass(2 * minute);
    assert.deepEqual(told(), ['1: DiskFull firing + Still firing, after 5 h.']);
  });

  test('is tried again if it fails, and not more often than it is due if it works', async (t) => {
    const { post, told, pass, clock, chat } = await start(t, route);
    await post(alert('DiskFull', clock.now() + 10 * hour));
    told();
    chat.outcomes.push({ kind: 'delivered', reference: { post: '1' } });
    await pass(3 * hour);
    chat.outcomes.splice(0);
    chat.outcomes.push({ kind: 'failed', reason: '500' });
    await pass(hour + 2 * minute);
    assert.equal(told().length, 2);
    await pass(3 * hour + 50 * minute);
    assert.deepEqual(told(), []);
  });
});
