import type { Block, KnownBlock, RichTextElement, RichTextSection, RichTextText } from '@slack/web-api';
import { isoTime } from '../../runtime/iso-time.ts';
import { cut, harmless, lineBreaks, plain } from '../cut.ts';
import { factLines } from '../fact-lines.ts';
import type { Fact, Message, Moment, News } from '../message.ts';
import type { Link } from '../links.ts';
import { symbol } from '../symbol.ts';
import { slackButtons } from './slack-buttons.ts';

/**
 * How much is shown, in characters as Slack counts them: with its three special ones escaped. Together it stays below the total of
 * about 13,200 at which Slack answers msg_blocks_too_long, and each below the limit of its block.
 */
const most = {
  header: 150,
  detail: 1500,
  facts: 20,
  value: 200,
  frames: 10,
  frame: 300,
  news: 600,
  context: 150,
  text: 600,
  url: 1500,
} as const;
const escapedLengths: Readonly<Record<string, number>> = { '&': 5, '<': 4, '>': 4 };

/**
 * Lays a message out in Block Kit. Text from apps only goes into plain_text and rich_text, in which Slack reads no markup:
 * in mrkdwn there is no way to escape `*`, `_` and backticks.
 * @param news that nothing beside the message tells of
 */
export function slackBlocks(
  message: Message,
  news: readonly News[] = [],
  hasButtons = false,
): (KnownBlock | Block)[] {
  const title = fittingLine(`${symbol(message)} ${message.title}`, most.header);
  const blocks: (KnownBlock | Block)[] = [
    { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
  ];
  if (news.length > 0) {
    const said = text(news.map((each) => each.text).join('\n'), most.news);
    blocks.push({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [said] }] });
  }
  const detail = harmless(message.detail).trim();
  if (detail !== '' && !title.includes(detail)) {
    const quote = { type: 'rich_text_quote' as const, elements: [text(detail, most.detail)] };
    blocks.push({ type: 'rich_text', elements: [quote] });
  }
  blocks.push({ type: 'rich_text', elements: [factSection(message.facts)] });
  // A URL that is cut leads nowhere.
  const links = message.links.filter(({ url }) => url.length <= most.url);
  if (links.length > 0) blocks.push({ type: 'rich_text', elements: [linkSection(links)] });
  if (message.frames.length > 0) {
    const frames = message.frames.slice(0, most.frames);
    const lines = frames.map((frame) => fittingLine(frame, most.frame)).join('\n');
    blocks.push({
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: lines }] }],
    });
  }
  // The id by itself, so that it can be copied.
  const [id = '', ...rest] = message.footer.split(' · ');
  const footer = rest.length === 0 ? [id] : [id, rest.join(' · ')];
  blocks.push({
    type: 'context',
    elements: footer.map((part) => ({
      type: 'plain_text',
      text: fittingLine(part, most.context),
      emoji: false,
    })),
  });
  const buttons = hasButtons ? slackButtons(message) : undefined;
  if (buttons !== undefined) blocks.push(buttons);
  return blocks;
}

/** What notifications and screen readers say. Slack takes markup here, so its three special characters are escaped. */
export function slackText(text: string): string {
  return plain(text, most.text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function factSection(facts: readonly Fact[]): RichTextSection {
  const lines = factLines(facts.slice(0, most.facts), false);
  const elements = lines.flatMap((line, at): RichTextElement[] =>
    line.flatMap((fact, i): RichTextElement[] => {
      const between = at === 0 && i === 0 ? [] : [{ type: 'text' as const, text: i === 0 ? '\n' : ' · ' }];
      return [...between, { type: 'text', text: `${fact.name}: `, style: { bold: true } }, valueOf(fact)];
    }),
  );
  return { type: 'rich_text_section', elements };
}

function valueOf({ value, isToCopy }: Fact): RichTextElement {
  if (typeof value !== 'string') return moment(value);
  const shown = { type: 'text' as const, text: fittingLine(value, most.value) };
  return isToCopy ? { ...shown, style: { code: true } } : shown;
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
  const fallback = isoTime(at);
  return {
    type: 'date',
    timestamp: Math.floor(at / 1000),
    format: '{date_short_pretty} {time_secs}',
    fallback,
  };
}

function text(value: string, max: number): RichTextText {
  return { type: 'text', text: fitting(value, max) };
}

/** In one line, so that nothing in it looks like one of ours. */
function fittingLine(value: string, max: number): string {
  return fitting(value.replaceAll(lineBreaks, ' '), max);
}

function fitting(value: string, max: number): string {
  const text = plain(value, max);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    length += escapedLengths[text[i]!] ?? 1;
    if (length > max) return cut(text, i);
  }
  return text;
}
