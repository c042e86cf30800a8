import { isoTime } from '../../runtime/iso-time.ts';
import { cut, harmless, lineBreaks, plain, plainLine } from '../cut.ts';
import { factLines } from '../fact-lines.ts';
import type { Fact, Message } from '../message.ts';
import type { Link } from '../links.ts';
import { newsLines } from '../news.ts';
import { symbol } from '../symbol.ts';

/** A part of a text that is shown in a special way; in UTF-16 units (https://core.telegram.org/bots/api#messageentity). */
export type TelegramEntity = { offset: number; length: number } & (
  | { type: 'bold' | 'code' | 'pre' }
  | { type: 'text_link'; url: string }
);

export interface TelegramText {
  text: string;
  entities: TelegramEntity[];
}

/** UTF-16 units of each part; together they stay below the 4096 that a message may have, and far from 100 entities. */
const most = {
  summary: 300,
  detail: 900,
  facts: 20,
  allFacts: 1400,
  name: 60,
  value: 200,
  links: 4,
  url: 1500,
  shownUrl: 150,
  frames: 600,
  footer: 100,
  news: 600,
  newsLines: 6,
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
  const detail = harmless(message.detail).trim();
  if (detail !== '' && !writer.written.text.includes(detail)) writer.block(detail, most.detail);
  writer.own('\n');
  writeFacts(writer, message.facts);
  writeLinks(writer, message.links);
  const frames = wholeLines(message.frames, most.frames);
  if (frames !== '') writer.block(frames, most.frames);
  writer.own('\n');
  // A tap copies the one or the other.
  const [id = '', ...rest] = message.footer.split(' · ');
  writer.line(id, most.footer);
  if (rest.length > 0) {
    writer.own(' · ');
    writer.line(rest.join(' · '), most.footer);
  }
  return writer.written;
}

/** The least that says what happened, for when Telegram does not take more. */
export function telegramSummary(message: Message): TelegramText {
  const writer = new Writer();
  writer.own(`${symbol(message)} `);
  writer.line(message.summary, most.summary);
  return writer.written;
}

/** What is news of a message that is shown, to stand below it. */
export function telegramNews(message: Message): TelegramText {
  const writer = new Writer();
  writer.own(`${symbol(message)} `);
  for (const [i, line] of newsLines(message).slice(0, most.newsLines).entries()) {
    if (i > 0) writer.own('\n');
    writer.line(line, most.news);
  }
  return writer.written;
}

function writeFacts(writer: Writer, facts: readonly Fact[]): void {
  const end = writer.written.text.length + most.allFacts;
  for (const line of factLines(facts.slice(0, most.facts), true)) {
    for (const [i, { name, value }] of line.entries()) {
      if (writer.written.text.length + most.name + most.value + 6 > end) return;
      writer.own(i === 0 ? '\n' : ' · ');
      writer.bold(`${cut(name, most.name)}:`);
      writer.own(' ');
      writer.line(typeof value === 'string' ? value : shownTime(value.at), most.value);
    }
  }
}

/** Only our own words are links. */
function writeLinks(writer: Writer, links: readonly Link[]): void {
  const written = links.slice(0, most.links).flatMap(({ text, url }) => addressOf(text, url) ?? []);
  for (const [i, { text, url, isTaken }] of written.entries()) {
    writer.own(i === 0 || !isTaken ? '\n' : ' · ');
    if (isTaken) writer.link(text, url);
    else {
      writer.bold(`${text}:`);
      writer.own(' ');
      writer.line(url, most.shownUrl);
    }
  }
}

/**
 * Telegram takes no message at all with a link to a host that has no dot in its name, as one in a cluster may be (get_checked_link of
 * tdlib/td, LinkManager.cpp): its address is shown, to be copied.
 * @returns undefined if the URL would have to be cut, so that it leads nowhere
 */
function addressOf(text: string, url: string): (Link & { isTaken: boolean }) | undefined {
  const isTaken = /[.:]/.test(new URL(url).hostname);
  return url.length > (isTaken ? most.url : most.shownUrl) ? undefined : { text, url, isTaken };
}

/** Telegram knows no time that everybody sees in his own zone and that older clients show. */
function shownTime(at: number): string {
  return `${isoTime(at).slice(0, 19).replace('T', ' ')} UTC`;
}

/** As many of the lines as there is room for, but the first in any case. */
function wholeLines(lines: readonly string[], max: number): string {
  let text = '';
  for (const line of lines) {
    const next = plainLine(line, max);
    if (text.length + next.length + 1 > max) break;
    text += text === '' ? next : `\n${next}`;
  }
  return text === '' && lines[0] !== undefined ? plainLine(lines[0], max) : text;
}

class Writer {
  readonly written: TelegramText = { text: '', entities: [] };

  /** Never anything that comes from an app. */
  own(text: string): void {
    this.written.text += text;
  }

  bold(text: string): void {
    this.add(text, 'bold');
  }

  /** @param text never anything that comes from an app */
  link(text: string, url: string): void {
    const { length } = this.written.text;
    this.written.entities.push({ type: 'text_link', offset: length, length: text.length, url });
    this.written.text += text;
  }

  line(text: string, max: number): void {
    this.add(plainLine(text, max), 'code');
  }

  block(text: string, max: number): void {
    this.own('\n');
    this.add(plain(text.replaceAll(lineBreaks, '\n'), max), 'pre');
  }

  private add(text: string, type: 'bold' | 'code' | 'pre'): void {
    this.written.entities.push({ type, offset: this.written.text.length, length: text.length });
    this.written.text += text;
  }
}
