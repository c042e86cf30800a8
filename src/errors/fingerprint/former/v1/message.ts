import { Cleaner } from './cleaner.ts';

/** In UTF-16 units; more is read than written, so that long ids do not decide where a text is cut. */
const maxRead = 8192;
const maxWritten = 1024;
const maxLines = 2;

/** The text of a failure without what varies, as version 1 had it. */
export function cleanMessage(text: string): string {
  const cleaned = new Cleaner(firstLines(text)).clean();
  return cleaned.replaceAll(list, '$1').slice(0, maxWritten).toWellFormed();
}

/** Several ids are as good as one. */
const list = /(<[a-z]{1,10}>)(?:(?:, ?| )\\?\1)+/g;

function firstLines(text: string): string {
  return text
    .slice(0, maxRead)
    .toWellFormed()
    .replaceAll(colour, '')
    .split(/[\r\n]/)
    .map((line) => line.replaceAll(gap, ' ').trim())
    .filter((line) => line !== '')
    .slice(0, maxLines)
    .join('\n');
}

const colour = /\p{Cc}\[[0-9;]*m/gu;
const gap = /[\s\p{Cc}]+/gu;
