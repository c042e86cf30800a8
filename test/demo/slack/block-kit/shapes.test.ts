import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
  preformatted,
  rich,
  richList,
  richSection,
  says,
  section,
  url,
} from './builders.ts';

const style = { bold: true, italic: true, strike: true, code: true, underline: true };
const leaves = [
  { ...leaf(1), style },
  { type: 'link', url: url(20), text: 'x', unsafe: true },
  { type: 'link', url: url(20) },
  { type: 'emoji', name: 'wave', skin_tone: 2 },
  { type: 'user', user_id: 'U1' },
  { type: 'usergroup', usergroup_id: 'S1' },
  { type: 'team', team_id: 'T1' },
  { type: 'channel', channel_id: 'C1' },
  { type: 'broadcast', range: 'here' },
  { type: 'color', value: '#ff0000' },
  { type: 'date', timestamp: 1_700_000_000, format: '{date} {time}', fallback: 'then' },
];

const taken: Readonly<Record<string, readonly unknown[]>> = {
  'no blocks': [],
  'a section of text and fields': [section({ text: mrkdwn(9), fields: [plain(1)], expand: true })],
  'a section with a button': [section({ text: plain(1), accessory: button({}) })],
  'a section with an image': [section({ text: plain(1), accessory: image({}) })],
  'a context of texts and an image': [context(mrkdwn(1), image({}), plain(1))],
  'flags of texts': [context({ ...plain(1), emoji: true }, { ...mrkdwn(1), verbatim: true })],
  'a styled button': [actions(button({ style: 'danger', value: '', url: url(20) }))],
  'a button that asks': [asking({ style: 'primary' })],
  'one action_id in two blocks': [actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))],
  'every leaf in a section': [rich(richSection(...leaves))],
  'every leaf in a list': [
    rich(richList({ style: 'ordered', offset: 2, border: 1, elements: [richSection(...leaves)] })),
  ],
  'every leaf in a quote': [rich({ type: 'rich_text_quote', elements: leaves, border: 0 })],
  'texts and links in preformatted text': [rich(preformatted(...leaves.slice(0, 3)))],
};

for (const [name, blocks] of Object.entries(taken)) {
  test(`taken: ${name}`, () => assert.equal(refuseBlocks(blocks), undefined));
}

const asked = { title: plain(1), text: plain(1), confirm: plain(1) };

/** Name, a block that is wrong in one way, what is said of it, and where. */
const refused: readonly (readonly [string, unknown, string, string])[] = [
  ['no object', 'x', 'must provide an object', '/0'],
  ['null', null, 'must provide an object', '/0'],
  ['an array', [], 'must provide an object', '/0'],
  ['no type', { text: plain(1) }, 'missing required field: type', '/0'],
  ['a type that is no string', { type: 1 }, 'must provide a string', '/0/type'],
  ['an unknown type', { type: 'banner' }, 'unsupported type: banner', '/0/type'],
  ['a type that every object has', { type: 'constructor' }, 'unsupported type: constructor', '/0/type'],
  ['an unknown property', { ...divider, text: 'a' }, 'invalid additional property: text', '/0'],
  ['an empty block_id', { ...divider, block_id: '' }, 'must be more than 0 characters', '/0/block_id'],

  ['header without text', { type: 'header' }, 'missing required field: text', '/0'],
  ['header of a bare string', { type: 'header', text: 'a' }, 'must provide an object', '/0/text'],
  ['header of mrkdwn', { type: 'header', text: mrkdwn(1) }, 'unsupported type: mrkdwn', '/0/text/type'],
  ['empty text', header(0), 'must be more than 0 characters', '/0/text/text'],
  ['text that is no string', fields({ ...plain(1), text: 1 }), 'must provide a string', '/0/fields/0/text'],
  ['text object without text', fields({ type: 'mrkdwn' }), 'missing required field: text', '/0/fields/0'],
  [
    'emoji in mrkdwn',
    context({ ...mrkdwn(1), emoji: true }),
    'invalid additional property: emoji',
    '/0/elements/0',
  ],
  [
    'verbatim in plain text',
    fields({ ...plain(1), verbatim: true }),
    'invalid additional property: verbatim',
    '/0/fields/0',
  ],
  ['emoji that is no boolean', fields({ ...plain(1), emoji: 1 }), 'must be a boolean', '/0/fields/0/emoji'],

  ['section of nothing', section({}), 'must define either `text` or `fields`', '/0/type'],
  ['section of no fields', fields(), 'must provide at least 1 items', '/0/fields'],
  ['fields that are no array', section({ fields: plain(1) }), 'must provide an array', '/0/fields'],
  ['context of nothing', context(), 'must provide at least 1 items', '/0/elements'],
  ['button in a context', context(button({})), 'unsupported type: button', '/0/elements/0/type'],
  ['image without alt text', { type: 'image', image_url: url(20) }, 'missing required field: alt_text', '/0'],
  ['image url that is none', image({ image_url: 'a.png' }), 'must be a valid URL', '/0/image_url'],

  ['actions of nothing', actions(), 'must provide at least 1 items', '/0/elements'],
  ['actions without elements', { type: 'actions' }, 'missing required field: elements', '/0'],
  ['text in actions', actions(plain(1)), 'unsupported type: plain_text', '/0/elements/0/type'],
  [
    'button of mrkdwn',
    actions(button({ text: mrkdwn(1) })),
    'unsupported type: mrkdwn',
    '/0/elements/0/text/type',
  ],
  [
    'unknown button style',
    actions(button({ style: 'loud' })),
    'must be a valid enum value',
    '/0/elements/0/style',
  ],
  ['button url that is none', actions(button({ url: 'no url' })), 'must be a valid URL', '/0/elements/0/url'],
  ['empty button url', actions(button({ url: '' })), 'must be more than 0 characters', '/0/elements/0/url'],
  [
    'block_id on a button',
    actions(button({ block_id: 'b' })),
    'invalid additional property: block_id',
    '/0/elements/0',
  ],
  [
    'question without an answer',
    actions(button({ confirm: asked })),
    'missing required field: deny',
    '/0/elements/0/confirm',
  ],

  ['rich text of nothing', rich(), 'must provide at least 1 items', '/0/elements'],
  ['leaf outside a section', rich(leaf(1)), 'unsupported type: text', '/0/elements/0/type'],
  [
    'empty leaf',
    rich(richSection(leaf(0))),
    'must be more than 0 characters',
    '/0/elements/0/elements/0/text',
  ],
  [
    'unknown leaf',
    rich(richSection({ type: 'moon' })),
    'unsupported type: moon',
    '/0/elements/0/elements/0/type',
  ],
  [
    'unknown style',
    rich(richSection({ ...leaf(1), style: { huge: true } })),
    'invalid additional property: huge',
    '/0/elements/0/elements/0/style',
  ],
  [
    'user in preformatted text',
    rich(preformatted(leaves[4])),
    'unsupported type: user',
    '/0/elements/0/elements/0/type',
  ],
  [
    'list without a style',
    rich(richList({ style: 'dashed' })),
    'must be a valid enum value',
    '/0/elements/0/style',
  ],
  [
    'list of leaves',
    rich(richList({ elements: [leaf(1)] })),
    'unsupported type: text',
    '/0/elements/0/elements/0/type',
  ],
  ['indent below 0', rich(richList({ indent: -1 })), 'must be greater than -1', '/0/elements/0/indent'],
  ['indent of a half', rich(richList({ indent: 0.5 })), 'must be an integer', '/0/elements/0/indent'],
  ['border of 2', rich(richList({ border: 2 })), 'must be a valid enum value', '/0/elements/0/border'],
];

for (const [name, block, what, at] of refused) {
  test(`refused: ${name}`, () => {
    assert.deepEqual(refuseBlocks([block]), { error: 'invalid_blocks', complaints: [says(what, at)] });
  });
}

test('every mistake is named', () => {
  const complaints = [
    says('must be less than 151 characters', '/0/text/text'),
    says('must be more than 0 characters', '/2/text/text'),
  ];
  assert.deepEqual(refuseBlocks([header(151), divider, header(0)]), { error: 'invalid_blocks', complaints });
});

test('an action_id is there once in a block, a block_id once in a message', () => {
  const pressed = button({ action_id: 'a' });
  const named = { ...divider, block_id: 'b' };
  assert.deepEqual(refuseBlocks([actions(pressed, button({}), pressed), named, named])?.complaints, [
    says('`action_id` "a" already exists', '/0/elements/2/action_id'),
    says('`block_id` "b" already exists', '/2/block_id'),
  ]);
});

const words = fc.constantFrom(
  'header',
  'section',
  'context',
  'actions',
  'image',
  'rich_text',
  'button',
  'plain_text',
);
const names = fc.constantFrom('type', 'text', 'fields', 'elements', 'accessory', 'block_id', 'style', 'url');
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 4 },
    words,
    fc.jsonValue(),
    tie('object'),
    fc.array(tie('anything'), { maxLength: 3 }),
  ),
  object: fc.dictionary(names, fc.oneof(words, tie('anything')), { maxKeys: 4 }),
}));

function assertAnswered(blocks: readonly unknown[]): void {
  const { error, complaints } = refuseBlocks(blocks) ?? { error: undefined, complaints: [] };
  assert.equal(error === 'invalid_blocks', complaints.length > 0);
  for (const complaint of complaints) assert.match(complaint, / \[json-pointer:\/blocks(\/[^\]]+)*\]$/);
}

test('whatever the blocks are, they are taken or it is said where they are wrong', () => {
  fc.assert(fc.property(fc.array(anything, { maxLength: 4 }), assertAnswered), { seed: 42, numRuns: 500 });
});
