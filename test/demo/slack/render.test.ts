import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordedMessage } from '../../../src/demo/slack/history.ts';
import { renderMessage } from '../../../src/demo/slack/render.ts';
import { richSection } from './block-kit/builders.ts';

function message(more: Partial<RecordedMessage>): RecordedMessage {
  return {
    channel: 'C1',
    channelName: 'alerts',
    ts: '1700000000.000000',
    bot_id: 'B1',
    text: 'fallback',
    blocks: [],
    metadata: undefined,
    thread_ts: undefined,
    reply_broadcast: false,
    at: 1_700_000_000_000,
    arrivedMillis: 1_700_000_000_000,
    original: { text: '', blocks: [] },
    edits: [],
    editsForgotten: 0,
    deleted: false,
    ...more,
  };
}

const edit = { at: 0, arrivedMillis: 0, text: '', blocks: [] };

const heads: readonly (readonly [Partial<RecordedMessage>, string])[] = [
  [{}, 'message 1700000000.000000'],
  [{ thread_ts: '1600000000.000000' }, 'reply 1700000000.000000 to 1600000000.000000'],
  [{ edits: [edit, edit], editsForgotten: 1 }, 'edit 3 of 1700000000.000000'],
  [{ edits: [edit], deleted: true }, 'deleted 1700000000.000000'],
];

for (const [more, head] of heads) {
  test(`the first line says: ${head}`, () => {
    const [first] = renderMessage(message(more)).split('\n');
    assert.equal(first, `#alerts 22:13:20 ${head}`);
  });
}

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const leaf = (text: string) => ({ type: 'text', text });

const shown: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['header', { type: 'header', text: plain('Failed') }, ['FAILED']],
  ['divider', { type: 'divider' }, ['────────']],
  ['image', { type: 'image', alt_text: 'chart' }, ['[image: chart]']],
  ['section', { type: 'section', text: mrkdwn('*a*'), fields: [plain('b'), plain('c')] }, ['*a*', 'b', 'c']],
  ['fields alone', { type: 'section', fields: [plain('b')] }, ['b']],
  [
    'context',
    { type: 'context', elements: [plain('a'), { type: 'image', alt_text: 'i' }] },
    ['a · [image: i]'],
  ],
  [
    'actions',
    {
      type: 'actions',
      elements: [{ text: plain('Open'), url: 'https://x.example' }, { text: plain('Ack') }],
    },
    ['[Open → https://x.example] [Ack]'],
  ],
  [
    'mrkdwn link',
    { type: 'section', text: mrkdwn('<https://x.example|trace> &lt;&amp;amp;&gt;') },
    ['trace (https://x.example) <&amp;>'],
  ],
  ['mrkdwn date', { type: 'section', text: mrkdwn('<!date^1^{date}|then> <@U1>') }, ['then @U1']],
  ['plain text is not mrkdwn', { type: 'section', text: plain('<a|b> &lt;') }, ['<a|b> &lt;']],
  ['rich text', { type: 'rich_text', elements: [richSection(leaf('a'), leaf('b\nc'))] }, ['ab', 'c']],
  [
    'preformatted',
    { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [leaf('a\nb')] }] },
    ['│ a', '│ b'],
  ],
  [
    'list',
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_list', elements: [richSection(leaf('a')), richSection(leaf('b'))] }],
    },
    ['• a', '• b'],
  ],
  [
    'leaves without text',
    {
      type: 'rich_text',
      elements: [richSection({ type: 'emoji', name: 'wave' }, { type: 'user', user_id: 'U1' })],
    },
    ['wave[user]'],
  ],
  ['unknown block', { type: 'video' }, ['[video]']],
];

for (const [name, block, lines] of shown) {
  test(`shown: ${name}`, () => {
    const [, ...body] = renderMessage(message({ blocks: [block] })).split('\n');
    assert.deepEqual(body, [...lines.map((line) => `  ${line}`), '', '']);
  });
}

test('the text is shown if there are no blocks, and nothing of what is deleted', () => {
  assert.match(renderMessage(message({ text: 'a &gt; b' })), /\n {2}a > b\n\n$/);
  assert.doesNotMatch(renderMessage(message({ deleted: true })), /fallback/);
});

test('what a terminal would obey is not passed on', () => {
  const rendered = renderMessage(message({ text: 'a\u001B[31mb\u0007\r\u009Bc' }));
  assert.match(rendered, /a \[31mb {3}c/);
});
