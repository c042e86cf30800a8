import { isoTime } from '../../runtime/iso-time.ts';
import { cut, plain } from '../cut.ts';
import type { Fact, Message } from '../message.ts';
import { symbol } from '../symbol.ts';

/** A part of a text that is shown in a special way; in UTF-16 units (https://core.telegram.org/bots/api#messageentity). */
export interface TelegramEntity {
  type: 'bold' | 'code' | 'pre';
  offset: number;
  length: number;
}

export interface TelegramText {
  text: string;
  entities: TelegramEntity[];
}

/** UTF-16 units of each part; together they stay below the 4096 that a message may have, and far from 100 entities. */
const most = {
  summary: 300,
  detail: 1000,
  facts: 20,
  allFacts: 1600,
  name: 60,
  value: 200,
  frames: 700,
  footer: 100,
} as const;

/**
 * Lays a message out. There is no markup in it that could be forged: what is special is told beside the text. Telegram looks for
 * links, mentions, hashtags and commands in any text, but drops those that touch what is told to be special (merge_entities of
 * tdlib/td, MessageEntity.cpp), and none stands in `code` or `pre`: so all that may come from an app does.
 */
export function telegramText(message: Message): TelegramText {
  const writer = new Writer();
  writer.own(`${symbol(message)} `);
  writer.line(message.summary, most.summary);
  const detail = message.detail.trim();
  if (detail !== '' && !message.summary.includes(detail)) writer.block(detail, most.detail);
  writer.own('\n');
  writeFacts(writer, message.facts);
  const frames = wholeLines(message.frames, most.frames);
  if (frames !== '') writer.block(frames, most.frames);
  writer.own('\n');
  writer.line(message.footer, most.footer);
  return writer.written;
}

/** The least that says what happened, for when Telegram does not take more. */
export function telegramSummary(message: Message): TelegramText {
  const writer = new Writer();
  writer.own(`${symbol(message)} `);
  writer.line(message.summary, most.summary);
  return writer.written;
}

function writeFacts(writer: Writer, facts: readonly Fact[]): void {
  const end = writer.written.text.length + most.allFacts;
  for (const { name, value } of facts.slice(0, most.facts)) {
    if (writer.written.text.length + most.name + most.value + 4 > end) return;
    writer.own('\n');
    writer.bold(`${cut(name, most.name)}:`);
    writer.own(' ');
    writer.line(typeof value === 'string' ? value : shownTime(value.at), most.value);
  }
}

/** Telegram knows no time that everybody sees in his own zone and that older clients show. */
function shownTime(at: number): string {
  return `${isoTime(at).slice(0, 19).replace('T', ' ')} UTC`;
}

/** As many of the lines as there is room for, but the first in any case. */
function wholeLines(lines: readonly string[], max: number): string {
  let text = '';
  for (const line of lines) {
    const next = plain(line.replaceAll(lineBreaks, ' '), max);
    if (text.length + next.length + 1 > max) break;
    text += text === '' ? next : `\n${next}`;
  }
  return text === '' && lines[0] !== undefined ? cut(plain(lines[0], max), max) : text;
}

const lineBreaks = /[\n\u2028\u2029]/g;

class Writer {
  readonly written: TelegramText = { text: '', entities: [] };

  /** Never anything that comes from an app. */
  own(text: string): void {
    this.written.text += text;
  }

  bold(text: string): void {
    this.add(text, 'bold');
  }

  line(text: string, max: number): void {
    this.add(plain(text.replaceAll(lineBreaks, ' '), max), 'code');
  }

  block(text: string, max: number): void {
    this.own('\n');
    this.add(plain(text.replaceAll(lineBreaks, '\n'), max), 'pre');
  }

  private add(text: string, type: TelegramEntity['type']): void {
    this.written.entities.push({ type, offset: this.written.text.length, length: text.length });
    this.written.text += text;
  }
}
