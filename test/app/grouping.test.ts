import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { failure, alert, hour, minute, second, startOne as start } from './one-receiver.ts';

suite('alerts of one group', () => {
  const route = { group_by: ['service'], group_interval: 5 * minute };

  test('are told in the message of the first, which goes at once, and people hear of them', async (t) => {
    const { record, told, pass } = await start(t, route);
    await record(failure('One'));
    assert.deepEqual(told(), ['new: One firing']);
    await record(failure('Two'), failure('Three', { severity: 'critical' }));
    assert.deepEqual(told(), [], 'before group_interval has passed');
    await pass(5 * minute);
    assert.deepEqual(told(), ['1: One firing and 2 more alerts + [CRITICAL] shop: Three + [HIGH] shop: Two']);
    await record(failure('Four'));
    await pass(5 * minute);
    assert.deepEqual(told(), ['1: One firing and 3 more alerts + [HIGH] shop: Four']);
  });

  test('are told at once in a storm, and looked at once for all', async (t) => {
    const store = new InlineStore();
    await store.start();
    const { calls } = store;
    const claimGroup = calls.claimGroup.bind(calls);
    let claims = 0;
    calls.claimGroup = (...args) => {
      claims++;
      return claimGroup(...args);
    };
    const { record, told, pass } = await start(t, route, { store });
    await record(failure('One'));
    told();
    await record(...Array.from({ length: 300 }, (_, i) => failure(`Other${i}`)));
    await pass(5 * minute);
    assert.match(told().join(), /^1: One firing and 300 more alerts .* And 295 more\.$/);
    assert.ok(claims < 10, String(claims));
  });

  test('have a message each where one does not stand beside the other: of other values, other routes, or other receivers', async (t) => {
    const { record, told } = await start(t, {
      ...route,
      routes: [{ matchers: ['severity=critical'], group_interval: 5 * minute }],
    });
    await record(
      failure('One'),
      failure('Two', { service: 'other' }),
      failure('Three', { severity: 'critical' }),
    );
    assert.deepEqual(told().toSorted(), ['new: One firing', 'new: Three firing', 'new: Two firing']);
  });

  test('have a message each where there are no threads', async (t) => {
    const chat = new RecordingReceiver('slack');
    chat.hasThreads = false;
    const { record, told } = await start(t, route, { receivers: [chat] });
    await record(failure('One'), failure('Two'));
    assert.deepEqual(told().toSorted(), ['new: One firing', 'new: Two firing']);
  });

  test('go on by themselves when the one is over in whose message they were told', async (t) => {
    const { record, told, pass, store, loop, clock } = await start(t, route);
    await record(failure('One'));
    await pass(5 * minute);
    await record(failure('Two'), failure('Three'));
    told();
    const { items } = await store.calls.listIssues({ limit: 10 });
    const first = items.find(({ type }) => type === 'One')!;
    await store.calls.changeIssue(first.id, { kind: 'resolve', inNextVersion: false }, 'alice', clock.now());
    loop.wake();
    await pass(second);
    await pass(5 * minute);
    const [end, next, ...rest] = told();
    assert.equal(end, '1: One ended and 2 more alerts + Resolved by alice.');
    assert.match(next!, /^new: (Two|Three) firing$/);
    assert.match(rest[0]!, /^2: (Two|Three) firing and 1 more alert \+ \[HIGH\] shop: (Two|Three)/);
  });

  test('that are over are told of no more, and are back with what is told next', async (t) => {
    const { record, told, pass, types, store, loop, clock } = await start(t, route);
    await record(failure('One'));
    await pass(5 * minute);
    await record(failure('Two'));
    told();
    const { items } = await store.calls.listIssues({ limit: 10 });
    const two = items.find(({ type }) => type === 'Two')!;
    await store.calls.changeIssue(two.id, { kind: 'resolve', inNextVersion: false }, 'alice', clock.now());
    loop.wake();
    await pass(minute);
    assert.deepEqual(await types('ended'), ['Two']);
    assert.deepEqual(told(), []);
    await record(failure('Two', { time: clock.now() }));
    await pass(5 * minute);
    assert.deepEqual(told(), ['1: One firing and 1 more alert + [HIGH, REGRESSED] shop: Two']);
  });

  test('are told by themselves if the message does not take them', async (t) => {
    const { record, told, pass, chat } = await start(t, route);
    await record(failure('One'));
    await pass(5 * minute);
    told();
    chat.outcomes.push({ kind: 'rejected', reason: 'msg_too_long' });
    await record(failure('Two'));
    assert.deepEqual(told(), ['1: One firing and 1 more alert + [HIGH] shop: Two', 'new: Two firing']);
  });

  test('are told in another message if somebody has deleted the first', async (t) => {
    const { record, told, pass, chat } = await start(t, route);
    await record(failure('One'));
    await pass(5 * minute);
    told();
    chat.outcomes.push({ kind: 'gone', reason: 'message_not_found' });
    await record(failure('Two'));
    await pass(6 * minute);
    assert.deepEqual(told(), [
      '1: One firing and 1 more alert + [HIGH] shop: Two',
      'new: One firing',
      '2: One firing and 1 more alert + [HIGH] shop: Two',
    ]);
  });

  test('are told when a receiver works again that did not, once', async (t) => {
    const { record, told, pass, chat } = await start(t, route);
    await record(failure('One'));
    await pass(5 * minute);
    told();
    chat.outcomes.push({ kind: 'failed', reason: '500' }, { kind: 'failed', reason: '500' });
    await record(failure('Two'));
    await pass(10 * minute);
    assert.equal(
      told().filter((line) => line.includes('shop: Two') || line.startsWith('new: Two')).length,
      2 + 1,
    );
    await pass(5 * minute);
    assert.deepEqual(told(), []);
  });

  test('are never told if they are silenced, and over, after a try that failed', async (t) => {
    const { record, told, pass, chat, resolveAll, silences, clock } = await start(t, {
      ...route,
      group_by: ['alertname'],
    });
    await record(failure('One'));
    await pass(5 * minute);
    chat.outcomes.push({ kind: 'failed', reason: '500' });
    await record(failure('Two', { service: 'till' }));
    const matchers = [{ name: 'service', operator: '=' as const, value: 'till' }];
    const times = { startsAt: clock.now(), endsAt: clock.now() + minute };
    await silences.set({ matchers, ...times, createdBy: 'alice', comment: 'known' });
    told();
    await pass(0);
    await resolveAll('till');
    await pass(10 * minute);
    assert.deepEqual(told(), []);
  });

  test('wait as before after a restart', async (t) => {
    const first = await start(t, route);
    await first.record(failure('One'));
    await first.record(failure('Two'));
    first.told();
    await first.stop();
    const { chat, store, clock } = first;
    const { told, pass } = await start(t, route, { store, receivers: [chat], at: clock.now() });
    await pass(minute);
    assert.deepEqual(told(), []);
    await pass(5 * minute);
    assert.deepEqual(told(), ['1: One firing and 1 more alert + [HIGH] shop: Two']);
  });

  test('say in their timelines in whose message they were told', async (t) => {
    const { record, pass, store } = await start(t, route);
    await record(failure('One'));
    await pass(5 * minute);
    await record(failure('Two'));
    const { items } = await store.calls.listIncidents({ limit: 10 });
    const two = items.find(({ issue }) => issue?.type === 'Two')!;
    const one = items.find(({ issue }) => issue?.type === 'One')!;
    const timeline = (await store.calls.readTimeline(two.key)) ?? [];
    assert.deepEqual(
      timeline.filter(({ kind }) => kind === 'grouped').map(({ reason }) => reason),
      [`in the message of ${one.issue!.shortId}`],
    );
    const { items: deliveries } = await store.calls.listDeliveries({ limit: 10 });
    assert.equal(deliveries.find(({ incident }) => incident.key === two.key)!.toldIn, one.key);
  });

  test('are silenced each for itself', async (t) => {
    const { record, told, pass, silences, clock } = await start(t, route);
    await record(failure('One'));
    await pass(5 * minute);
    told();
    const matchers = [{ name: 'type', operator: '=' as const, value: 'One' }];
    const times = { startsAt: clock.now(), endsAt: clock.now() + hour };
    await silences.set({ matchers, ...times, createdBy: 'alice', comment: 'known' });
    await pass(second);
    await record(failure('Two'));
    assert.deepEqual(told(), ['new: Two firing'], 'whose message nobody is told in any more');
  });
});

suite('group_wait', () => {
  test('holds back what is told for the first time', async (t) => {
    const { record, told, pass } = await start(t, { group_wait: 30 * second });
    await record(failure('One'));
    await pass(29 * second);
    assert.deepEqual(told(), []);
    await pass(2 * second);
    assert.deepEqual(told(), ['new: One firing']);
  });

  test('keeps what is over by then from being told', async (t) => {
    const { record, told, pass, resolveAll, types } = await start(t, { group_wait: 30 * second });
    await record(failure('One'));
    await pass(10 * second);
    await resolveAll('shop');
    await pass(minute);
    assert.deepEqual(await types('ended'), ['One']);
    assert.deepEqual(told(), []);
  });

  test('does not end with a restart', async (t) => {
    const first = await start(t, { group_wait: 5 * minute });
    await first.record(failure('One'));
    await first.stop();
    const { chat, store, clock } = first;
    const { told, pass } = await start(
      t,
      { group_wait: 5 * minute },
      { store, receivers: [chat], at: clock.now() },
    );
    await pass(4 * minute);
    assert.deepEqual(told(), []);
    await pass(minute);
    assert.deepEqual(told(), ['new: One firing']);
  });

  test('is not for what was told before: neither that it is worse, nor that it is over', async (t) => {
    const waits = { matchers: ['severity="critical"'], group_wait: 10 * minute };
    const { record, told, pass, clock, resolveAll } = await start(t, { routes: [waits] });
    await record(failure('One'));
    await pass(minute);
    told();
    await record(failure('One', { severity: 'critical', time: clock.now() }));
    assert.match(told().join(), /^1: One firing \+ \S+ \(One\) is critical now; it was high\.$/);
    await resolveAll('shop');
    assert.deepEqual(told(), ['1: One ended + Resolved by alice.']);
  });

  test('may be as long as one likes', async (t) => {
    const { post, told, pass, clock } = await start(t, { group_wait: hour });
    await post(alert('DiskFull', clock.now() + 2 * hour));
    await pass(59 * minute);
    assert.deepEqual(told(), []);
    await pass(2 * minute);
    assert.deepEqual(told(), ['new: DiskFull firing']);
  });

  test('does not end before for what comes while another of its group is put off', async (t) => {
    const route = { group_by: ['service'], group_wait: 5 * minute, group_interval: minute };
    const { record, told, pass } = await start(t, route);
    await record(failure('One'));
    await pass(30 * second);
    await record(failure('Two'));
    await pass(4 * minute);
    await record(failure('Three'));
    await pass(2 * minute);
    assert.deepEqual(told(), ['new: One firing', '1: One firing and 1 more alert + [HIGH] shop: Two']);
    await pass(2 * minute + 50 * second);
    assert.deepEqual(told(), []);
    await pass(10 * second);
    assert.deepEqual(told(), ['1: One firing and 2 more alerts + [HIGH] shop: Three']);
  });

  test('is no reason for a digest to tell of it before', async (t) => {
    const budget = { perHour: 1, burst: 1 };
    const { record, told, pass } = await start(t, { group_wait: 10 * minute }, { budget });
    await record(failure('One'), failure('Two'));
    await pass(9 * minute);
    assert.deepEqual(told(), []);
    await pass(2 * minute);
    const [first, digest, ...rest] = told();
    assert.match(first!, /^new: (One|Two) firing$/);
    assert.equal(digest, 'new: 1 firing');
    assert.deepEqual(rest, []);
  });
});
