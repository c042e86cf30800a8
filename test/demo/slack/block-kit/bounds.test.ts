import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseBlocks } from '../../../../src/demo/slack/block-kit/validate-blocks.ts';
import {
  actions,
  asking,
  button,
  context,
  divider,
  fields,
  header,
  image,
  leaf,
  mrkdwn,
  plain,
  rich,
  richList,
  richSection,
  says,
  section,
  text,
  times,
  url,
} from './builders.ts';

/** Name, the most there may be, where one more is complained of, and blocks with so many. */
type Bound = readonly [string, number, string, (size: number) => unknown];

const characterBounds: readonly Bound[] = [
  ['header', 150, '/0/text/text', (n) => header(n)],
  ['section of mrkdwn', 3000, '/0/text/text', (n) => section({ text: mrkdwn(n) })],
  ['section of plain text', 3000, '/0/text/text', (n) => section({ text: plain(n) })],
  ['field', 2000, '/0/fields/1/text', (n) => fields(plain(1), mrkdwn(n))],
  ['context', 3000, '/0/elements/0/text', (n) => context(mrkdwn(n))],
  ['button', 75, '/0/elements/0/text/text', (n) => actions(button({ text: plain(n) }))],
  ['button value', 2000, '/0/elements/0/value', (n) => actions(button({ value: text(n) }))],
  ['button url', 3000, '/0/elements/0/url', (n) => actions(button({ url: url(n) }))],
  [
    'button label',
    75,
    '/0/elements/0/accessibility_label',
    (n) => actions(button({ accessibility_label: text(n) })),
  ],
  ['action_id', 255, '/0/elements/0/action_id', (n) => actions(button({ action_id: text(n) }))],
  ['accessory', 75, '/0/accessory/text/text', (n) => fieldsBeside(button({ text: plain(n) }))],
  ['title of a question', 100, '/0/elements/0/confirm/title/text', (n) => asking({ title: plain(n) })],
  ['question', 300, '/0/elements/0/confirm/text/text', (n) => asking({ text: mrkdwn(n) })],
  ['yes', 30, '/0/elements/0/confirm/confirm/text', (n) => asking({ confirm: plain(n) })],
  ['no', 30, '/0/elements/0/confirm/deny/text', (n) => asking({ deny: plain(n) })],
  ['block_id', 255, '/0/block_id', (n) => ({ ...divider, block_id: text(n) })],
  ['image url', 3000, '/0/image_url', (n) => image({ image_url: url(n) })],
  ['image alt text', 2000, '/0/alt_text', (n) => image({ alt_text: text(n) })],
  ['image title', 2000, '/0/title/text', (n) => image({ title: plain(n) })],
];

const itemBounds: readonly Bound[] = [
  ['fields of a section', 10, '/0/fields', (n) => fields(...times(n, () => plain(1)))],
  ['elements of a context', 10, '/0/elements', (n) => context(...times(n, () => plain(1)))],
  ['actions', 25, '/0/elements', (n) => actions(...times(n, (i) => button({ action_id: `a${i}` })))],
];

function fieldsBeside(accessory: unknown): unknown {
  return section({ fields: [plain(1)], accessory });
}

function assertBound(blocks: (size: number) => readonly unknown[], most: number, complaint: string): void {
  assert.equal(refuseBlocks(blocks(most)), undefined);
  assert.deepEqual(refuseBlocks(blocks(most + 1)), { error: 'invalid_blocks', complaints: [complaint] });
}

for (const [name, most, at, block] of characterBounds) {
  test(`${name}: ${most} characters are taken, one more is refused`, () => {
    assertBound((size) => [block(size)], most, says(`must be less than ${most + 1} characters`, at));
  });
}

for (const [name, most, at, block] of itemBounds) {
  test(`${name}: ${most} are taken, one more is refused`, () => {
    assertBound((size) => [block(size)], most, says(`no more than ${most} items allowed`, at));
  });
}

test('blocks of a message: 50 are taken, one more is refused', () => {
  assertBound((size) => times(size, () => divider), 50, says('no more than 50 items allowed', ''));
});

test('indent of a list: 8 is taken, one more is refused', () => {
  const complaint = says('must be less than 9', '/0/elements/0/indent');
  assertBound((indent) => [rich(richList({ indent }))], 8, complaint);
});

const tooLong = { error: 'msg_blocks_too_long', complaints: [] };

/** Characters that so many blocks may hold together. */
const room = (blocks: number) => 13_297 - 125 * (blocks - 1);

/** Sections of so many characters together, none longer than a section may be. */
function sectionsOf(characters: number): unknown[] {
  const count = Math.ceil(characters / 3000);
  return times(count, (index) => section({ text: plain(Math.min(3000, characters - 3000 * index)) }));
}

test('all texts together have a bound, and every block after the first takes from it', () => {
  assert.equal(refuseBlocks(sectionsOf(room(5))), undefined);
  assert.deepEqual(refuseBlocks(sectionsOf(room(5) + 1)), tooLong);
  assert.equal(refuseBlocks([...sectionsOf(room(6)), divider]), undefined);
  assert.deepEqual(refuseBlocks([...sectionsOf(room(6) + 1), divider]), tooLong);
});

test('a character that Slack escapes counts as its escape', () => {
  const escaped = section({ text: { type: 'plain_text', text: '&<>' } });
  const escapedLength = '&amp;&lt;&gt;'.length;
  assert.equal(refuseBlocks([...sectionsOf(room(6) - escapedLength), escaped]), undefined);
  assert.deepEqual(refuseBlocks([...sectionsOf(room(6) - escapedLength + 1), escaped]), tooLong);
});

/** The text of each of these, given by its length, counts in full. */
const counted: Readonly<Record<string, (size: number) => unknown>> = {
  'rich text': (n) => rich(richSection(leaf(n))),
  'a list': (n) => rich(richList({ elements: [richSection(leaf(1)), richSection(leaf(n - 1))] })),
  'a context': (n) => context(...times(10, (i) => plain(i < 9 ? 1300 : n - 9 * 1300))),
  fields: (n) => fields(...times(10, (i) => plain(i < 9 ? 1300 : n - 9 * 1300))),
};

for (const [name, block] of Object.entries(counted)) {
  test(`the text of ${name} counts`, () => {
    assert.equal(refuseBlocks([block(room(1))]), undefined);
    assert.deepEqual(refuseBlocks([block(room(1) + 1)]), tooLong);
  });
}
