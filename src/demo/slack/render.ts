import { isObject } from './block-kit/rules.ts';
import type { RecordedMessage } from './history.ts';

/** A message and what has just become of it, as lines for a terminal, with an empty line at the end. */
export function renderMessage(message: RecordedMessage): string {
  const time = new Date(message.at).toISOString().slice(11, 19);
  const head = `#${message.channelName} ${time} ${happened(message)}`;
  const body = message.deleted ? [] : bodyLines(message);
  return [head, ...body.map((line) => `  ${line}`), '', ''].map(printable).join('\n');
}

function happened({ ts, thread_ts, edits, editsForgotten, deleted }: RecordedMessage): string {
  if (deleted) return `deleted ${ts}`;
  const edit = edits.length + editsForgotten;
  if (edit > 0) return `edit ${edit} of ${ts}`;
  return thread_ts === undefined ? `message ${ts}` : `reply ${ts} to ${thread_ts}`;
}

function bodyLines({ text, blocks }: RecordedMessage): string[] {
  const lines = blocks.length === 0 ? [unmarked(text)] : blocks.flatMap(blockLines);
  return lines.flatMap((line) => line.split('\n'));
}

function blockLines(block: unknown): string[] {
  if (!isObject(block)) return [];
  const { type } = block;
  switch (type) {
    case 'header':
      return [textOf(block['text']).toUpperCase()];
    case 'divider':
      return ['────────'];
    case 'image':
      return [`[image: ${textOf(block['alt_text'])}]`];
    case 'section':
      return [...someLine(textOf(block['text'])), ...list(block['fields']).map(textOf)];
    case 'context':
      return someLine(list(block['elements']).map(textOf).join(' · '));
    case 'actions':
      return [list(block['elements']).map(buttonText).join(' ')];
    case 'rich_text':
      return list(block['elements']).flatMap(richTextLines);
    default:
      return [`[${String(type)}]`];
  }
}

function buttonText(element: unknown): string {
  if (!isObject(element)) return '';
  const target = typeof element['url'] === 'string' ? ` → ${element['url']}` : '';
  return `[${textOf(element['text'])}${target}]`;
}

function richTextLines(element: unknown): string[] {
  if (!isObject(element)) return [];
  const elements = list(element['elements']);
  if (element['type'] === 'rich_text_list') return elements.flatMap(richTextLines).map((line) => `• ${line}`);
  const lines = elements.map(leafText).join('').split('\n');
  return element['type'] === 'rich_text_section' ? lines : lines.map((line) => `│ ${line}`);
}

/** The text of a leaf, or the name of what it stands for. */
function leafText(leaf: unknown): string {
  if (!isObject(leaf)) return '';
  const { text, fallback, url, name, type } = leaf;
  const shown = [text, fallback, url, name].find((value) => typeof value === 'string');
  return shown ?? `[${String(type)}]`;
}

/** The text of a text object, or a bare text. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return '';
  if (value['type'] === 'image') return `[image: ${textOf(value['alt_text'])}]`;
  const text = textOf(value['text']);
  return value['type'] === 'mrkdwn' ? unmarked(text) : text;
}

/** mrkdwn without its links, dates and escapes. Source: docs.slack.dev/messaging/formatting-message-text */
function unmarked(mrkdwn: string): string {
  return mrkdwn
    .replaceAll(/<([^|>]+)\|([^>]*)>/g, (_all, target: string, label: string) =>
      target.startsWith('!') ? label : `${label} (${target})`,
    )
    .replaceAll(/<([^>]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Texts come from an app and may hold what a terminal obeys. */
function printable(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, ' ');
}

function someLine(text: string): string[] {
  return text === '' ? [] : [text];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
