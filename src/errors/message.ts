import { Cleaner } from './message/cleaner.ts';
import { asAnyVersion } from './message/versions.ts';
import { remembered } from '../runtime/remembered.ts';

/** In UTF-16 units; more is read than written, so that long ids do not decide where a text is cut. */
const maxRead = 2048;
const maxWritten = 1024;
const maxLines = 2;

/**
 * The text of a failure without what varies from one occurrence to the next, so that the same failure with other ids
 * gives the same text: its first two lines that are not empty, at most 1024 UTF-16 units. It is for comparing, and no
 * redaction: what names the failing thing stays, such as host names, the ports of services, status codes, and quoted
 * names of columns, modules and properties.
 */
export const cleanMessage = remembered({ most: 256, longest: 1024 }, (text) => {
  const cleaned = new Cleaner(firstLines(text)).clean();
  return cleaned
    .replaceAll(dash, '')
    .replaceAll(padding, '<num>')
    .replaceAll(list, '$1')
    .slice(0, maxWritten)
    .toWellFormed();
});

/** A random id may begin with one. */
const dash = /(?<![^\s"'`([{=:,/#])[-_](?=<num>)/g;
/** With what base64 ends. */
const padding = /<num>==?(?![^\s"'`)\]},:;.])/g;

/** Several ids are as good as one, and so are the parts of one. */
const list = /(<[a-z]{1,10}>)(?:(?:, ?|[ .:-])\\?\1)+/g;

function firstLines(text: string): string {
  const read = asAnyVersion(text.slice(0, maxRead).toWellFormed().replaceAll(colour, ''));
  return (isJson.test(read) ? [read] : read.split(/[\r\n]/))
    .map((line) => line.replaceAll(gap, ' ').trim())
    .filter((line) => line !== '')
    .slice(0, maxLines)
    .join('\n');
}

/** As validators print what is wrong: of one field in eight lines, of which the first ones say nothing. */
const isJson = /^\s{0,16}[[{]\s{0,64}[[{"]/;

const colour = /\p{Cc}\[[0-9;]*m/gu;
const gap = /[\s\p{Cc}]+/gu;
