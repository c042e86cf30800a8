import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { incidentActionNames } from '../../../src/notify/incident-action.ts';
import { readButton, slackButtons } from '../../../src/notify/receivers/slack-buttons.ts';
import { readPresses } from '../../../src/notify/receivers/slack-press.ts';
import { incident, message } from './support.ts';

const { key } = incident();

const payload = (given: Record<string, unknown> = {}): unknown => ({
  type: 'block_actions',
  user: { id: 'U024BE7LH', username: 'jane', name: 'Jane Doe' },
  channel: { id: 'C1', name: 'alerts' },
  actions: [{ type: 'button', action_id: 'tocsin_resolve', value: key, action_ts: '1.2' }],
  ...given,
});
const button = (action_id: unknown, value?: unknown): unknown =>
  payload({ actions: [{ action_id, ...(value === undefined ? {} : { value }) }] });
const user = (given: object): unknown => payload({ user: { id: 'U1', ...given } });

suite('a press in Slack', () => {
  test('says what, about which incident, by whom and where', () => {
    assert.deepEqual(readPresses(payload()), [
      {
        action: { name: 'resolve', incidentKey: key, by: 'jane (Slack U024BE7LH)' },
        userId: 'U024BE7LH',
        channelId: 'C1',
      },
    ]);
  });

  test('is read of each button that a message has', () => {
    const block = slackButtons(message({ actions: ['acknowledge', 'resolve', 'silence', 'ignore'] }));
    assert.ok(block?.type === 'actions');
    const read = block.elements.map((element) => {
      assert.ok(element.type === 'button');
      return readButton(element.action_id ?? '', element.value);
    });
    assert.deepEqual(
      read.map((each) => [each?.name, each?.incidentKey]),
      ['acknowledge', 'resolve', 'silence', 'ignore'].map((name) => [name, key]),
    );
  });

  const names: [name: string, given: object, by: string][] = [
    ['a display name where there is no user name', { name: 'Jane' }, 'Jane (Slack U1)'],
    ['nobody’s name', {}, 'Slack U1'],
    ['an empty name', { username: '' }, '– (Slack U1)'],
    ['a name that would rule the terminal', { username: 'j\u001b[31m\u202e\n\tane' }, 'j ane (Slack U1)'],
    ['a name without end', { username: 'x'.repeat(1000) }, `${'x'.repeat(59)}… (Slack U1)`],
  ];
  for (const [name, given, by] of names)
    test(`by somebody with ${name} is by ${by.slice(0, 20)}`, () => {
      const [read] = readPresses(user(given));
      assert.equal(typeof read === 'object' && read.action.by, by);
    });

  test('of which Slack does not say where can still be done', () => {
    const [read] = readPresses(payload({ channel: undefined }));
    assert.ok(typeof read === 'object' && read.channelId === undefined);
  });

  const wrong: [name: string, given: unknown, read: string][] = [
    ['a button of others', button('approve', 'x'), 'foreign'],
    ['a shortcut', { type: 'shortcut', callback_id: 'tocsin_resolve' }, 'foreign'],
    ['a modal', { type: 'view_submission', view: {} }, 'foreign'],
    ['nothing', undefined, 'foreign'],
    ['null', null, 'foreign'],
    ['text', 'block_actions', 'foreign'],
    ['a list', [], 'foreign'],
    ['an action that there is not', button('tocsin_delete', key), 'invalid'],
    ['an action of every object', button('tocsin_constructor', key), 'invalid'],
    ['no value', button('tocsin_resolve'), 'invalid'],
    ['a value that is no key', button('tocsin_resolve', `${key}0`), 'invalid'],
    ['a value in capitals', button('tocsin_resolve', key.toUpperCase()), 'invalid'],
    ['a value with more behind it', button('tocsin_resolve', `${key}\n`), 'invalid'],
    ['a value that is no text', button('tocsin_resolve', { key }), 'invalid'],
    ['no user', payload({ user: undefined }), 'invalid'],
    ['a user without an id', payload({ user: { username: 'jane' } }), 'invalid'],
    ['an id with what is none', user({ id: 'U1) by admin (' }), 'invalid'],
    ['no actions', payload({ actions: [] }), 'invalid'],
    [
      'more actions than a block has',
      payload({ actions: Array.from({ length: 26 }, () => ({ action_id: 'tocsin_resolve', value: key })) }),
      'invalid',
    ],
  ];
  for (const [name, given, read] of wrong)
    test(`that has ${name} is ${read}`, () => assert.deepEqual(readPresses(given), [read]));

  test('is one that Tocsin made, or none, whatever is sent', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      { weight: 3, arbitrary: fc.constantFrom('tocsin_resolve', 'tocsin_ignore') },
      { weight: 3, arbitrary: fc.constant(key) },
    );
    const some = (value: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 15, arbitrary: value }, fc.jsonValue({ maxDepth: 1 }));
    const sent = fc.record(
      {
        type: some(fc.constant('block_actions')),
        user: some(
          fc.record(
            { id: some(fc.constantFrom('U1', 'U1', 'U1)')), username: text, name: text },
            { requiredKeys: [] },
          ),
        ),
        channel: some(fc.record({ id: some(fc.constant('C1')) })),
        actions: some(fc.array(fc.record({ action_id: text, value: text }, { requiredKeys: ['action_id'] }))),
      },
      { requiredKeys: [] },
    );
    let presses = 0;
    const told = fc.property(sent, (payload) => {
      for (const read of readPresses(payload)) {
        if (typeof read === 'string') continue;
        presses++;
        assert.ok(incidentActionNames.includes(read.action.name));
        assert.equal(read.action.incidentKey, key);
        assert.match(read.action.by, /^(.{1,60} \(Slack [A-Z\d]{1,64}\)|Slack [A-Z\d]{1,64})$/u);
        assert.doesNotMatch(read.action.by, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }
    });
    fc.assert(told, { seed: 20_260_102, numRuns: 2000 });
    assert.ok(presses > 20, `${presses} of them were presses`);
  });
});
