import type { Block, KnownBlock, RichTextElement, RichTextSection } from '@slack/web-api';
import { cut, harmless } from '../cut.ts';
import type { Fact, Link, Message, Moment } from '../message.ts';

/**
 * How much of each text is shown. Together they stay far below the total of about 13,200 characters at which Slack answers
 * msg_blocks_too_long, and each below the limit of its block.
 */
const most = {
  header: 150,
  detail: 1500,
  value: 200,
  frame: 300,
  context: 300,
  text: 600,
  url: 1500,
} as const;

/**
 * Lays a message out in Block Kit. Text from apps only goes into plain_text and rich_text, in which Slack reads no markup:
 * in mrkdwn there is no way to escape `*`, `_` and backticks.
 */
export function slackBlocks(message: Message): (KnownBlock | Block)[] {
  const blocks: (KnownBlock | Block)[] = [
    {
      type: 'header',
      text: {
        type: 'plain_text',
        text: plain(`${symbol(message)} ${message.title}`, most.header),
        emoji: false,
      },
    },
  ];
  if (message.detail.trim() !== '') {
    const quote = { type: 'rich_text_quote' as const, elements: [text(message.detail, most.detail)] };
    blocks.push({ type: 'rich_text', elements: [quote] });
  }
  blocks.push({ type: 'rich_text', elements: [factSection(message.facts)] });
  // A URL that is cut leads nowhere.
  const links = message.links.filter(({ url }) => url.length <= most.url);
  if (links.length > 0) blocks.push({ type: 'rich_text', elements: [linkSection(links)] });
  if (message.frames.length > 0) {
    const lines = message.frames.map((frame) => plain(frame, most.frame)).join('\n');
    blocks.push({
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: lines }] }],
    });
  }
  const footer = { type: 'plain_text' as const, text: plain(message.footer, most.context), emoji: false };
  blocks.push({ type: 'context', elements: [footer] });
  return blocks;
}

/** What notifications and screen readers say. Slack takes markup here, so its three special characters are escaped. */
export function slackText(text: string): string {
  return plain(text, most.text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function symbol(message: Message): string {
  if (message.state === 'ended') return '✅';
  return { critical: '🔥', high: '🔴', medium: '🟠', low: '🟡' }[message.severity];
}

function factSection(facts: readonly Fact[]): RichTextSection {
  const elements: RichTextElement[] = [];
  for (const [i, fact] of facts.entries()) {
    const lead = i === 0 ? '' : '\n';
    elements.push({ type: 'text', text: `${lead}${fact.name}: `, style: { bold: true } });
    elements.push(typeof fact.value === 'string' ? text(fact.value, most.value) : moment(fact.value));
  }
  return { type: 'rich_text_section', elements };
}

function linkSection(links: readonly Link[]): RichTextSection {
  const elements: RichTextElement[] = [];
  for (const { text: name, url } of links) {
    if (elements.length > 0) elements.push({ type: 'text', text: ' · ' });
    elements.push({ type: 'link', url, text: name });
  }
  return { type: 'rich_text_section', elements };
}

function moment({ at }: Moment): RichTextElement {
  const fallback = new Date(at).toISOString();
  return {
    type: 'date',
    timestamp: Math.floor(at / 1000),
    format: '{date_short_pretty} {time_secs}',
    fallback,
  };
}

function text(value: string, max: number): RichTextElement {
  return { type: 'text', text: plain(value, max) };
}

/** Never empty: Slack refuses a block with an empty text. */
function plain(value: string, max: number): string {
  const cleaned = cut(harmless(value).trim(), max);
  return cleaned === '' ? '–' : cleaned;
}
