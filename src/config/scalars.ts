import { isIPv4, isIPv6 } from 'node:net';
import * as z from 'zod';
import {
  printByteSize,
  printDuration,
  printListenAddress,
  type ScalarKind,
  scalarKinds,
} from './scalar-kind.ts';
import { Secret } from './secret.ts';

/*
 * Values that are written as text. Each says what is wrong and what is allowed, and never repeats what was written: it may
 * have come from a secret.
 */

const millisByUnit: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};
const units = Object.keys(millisByUnit).join('|');
const durationPattern = `^(\\d+(\\.\\d+)?(${units}))+$`;

/** `30s`, `5m`, `1h30m`, `250ms`, `7d` → milliseconds. */
export function duration() {
  return parsed(
    {
      name: 'duration',
      pattern: durationPattern,
      examples: ['30s', '1h30m'],
      print: printDuration,
    },
    'not a duration: write a number and a unit (ms, s, m, h, d, w, y), such as 30s, 5m or 1h30m',
    (text) => {
      const millis = parseDurationMillis(text);
      return millis === undefined ? undefined : Math.round(millis);
    },
  );
}

/** @returns undefined if it is no duration */
export function parseDurationMillis(text: string): number | undefined {
  if (!new RegExp(durationPattern).test(text)) return undefined;
  let millis = 0;
  for (const [, number, unit] of text.matchAll(new RegExp(`(\\d+(?:\\.\\d+)?)(${units})`, 'g')))
    millis += Number(number) * millisByUnit[unit!]!;
  return Number.isSafeInteger(Math.round(millis)) ? millis : undefined;
}

const bytesByUnit: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

const bytePattern = `\\d+(\\.\\d+)?(${Object.keys(bytesByUnit).join('|')})`;

/** `64MiB`, `1GiB`, `500KB` → bytes. */
export function byteSize() {
  return parsed(
    {
      name: 'size',
      pattern: `^${bytePattern}$`,
      examples: ['64MiB', '1GiB'],
      print: printByteSize,
    },
    'not a size: write a number and a unit (B, KiB, MiB, GiB, KB, MB, GB), such as 64MiB',
    parseByteSize,
  );
}

/** The same, or `auto`: who reads it knows by what. */
export function byteSizeOrAuto() {
  return parsed<number | 'auto'>(
    {
      name: 'size or auto',
      pattern: `^(auto|${bytePattern})$`,
      examples: ['auto', '1GiB'],
      print: printByteSize,
    },
    'not a size: write auto, or a number and a unit (B, KiB, MiB, GiB, KB, MB, GB), such as 64MiB',
    (text) => (text === 'auto' ? text : parseByteSize(text)),
  );
}

function parseByteSize(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|KB|MB|GB)$/.exec(text) ?? [];
  const bytes = Math.round(Number(number) * (bytesByUnit[unit ?? ''] ?? Number.NaN));
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}

export interface ListenAddress {
  host: string;
  port: number;
}

/** `127.0.0.1:4318`, `[::1]:4318`, `localhost:0` (any free port). */
export function listenAddress() {
  return parsed(addressKind, `not an address to listen on: ${allowedAddress}`, parseListenAddress);
}

/** The same, or nothing at all: nobody listens then. */
export function optionalListenAddress() {
  const kind: ScalarKind = {
    ...addressKind,
    pattern: `^$|${addressKind.pattern}`,
    print: (value) => (value === '' ? '' : printListenAddress(value)),
  };
  return parsed(kind, `not an address to listen on: ${allowedAddress}, or "" for none`, (text) =>
    text === '' ? ('' as const) : parseListenAddress(text),
  );
}

const allowedAddress = 'write HOST:PORT, such as 127.0.0.1:4318, [::1]:4318 or 0.0.0.0:4318';
const addressKind: ScalarKind = {
  name: 'address',
  pattern: '^(\\[[^\\]]+\\]|[\\w.-]+):\\d{1,5}$',
  examples: ['127.0.0.1:4318', '[::1]:4318'],
  print: printListenAddress,
};

function parseListenAddress(text: string): ListenAddress | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) return undefined;
  if (bracketed !== undefined && !isIPv6(bracketed)) return undefined;
  // 127.0.0.256 would otherwise pass as a name.
  if (/^[\d.]+$/.test(host) && !isIPv4(host)) return undefined;
  return { host, port: Number(port) };
}

/** `http://…` or `https://…`; ends with a slash, so that paths can be resolved against it. */
export function httpUrl() {
  return parsed(urlKind, `not a URL: ${allowedUrl}`, baseUrl);
}

/** The same, or nothing at all. */
export function optionalHttpUrl() {
  const kind = { ...urlKind, pattern: `^$|${urlKind.pattern}` };
  return parsed(kind, `not a URL: ${allowedUrl}`, (text) => (text.trim() === '' ? '' : baseUrl(text)));
}

/** `http://…` or `https://…`, used as it is, or nothing at all. */
export function optionalUrl() {
  const kind: ScalarKind = { ...urlKind, pattern: '^$|^\\s*[hH][tT][tT][pP][sS]?:' };
  return parsed(
    kind,
    'not a URL: write one that begins with http:// or https://, without a password',
    (text) => (text.trim() === '' ? '' : webUrl(text)?.href),
  );
}

const allowedUrl = 'write one that begins with http:// or https://, without a password, ? or #';
const urlKind: ScalarKind = {
  name: 'URL',
  pattern: '^\\s*[hH][tT][tT][pP][sS]?:[^?#]+$',
  examples: ['https://example.com/'],
};

function baseUrl(text: string): string | undefined {
  const url = webUrl(text);
  if (url === undefined || url.search !== '' || url.hash !== '') return undefined;
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

/** What can be sent in a header, and is never shown again. */
export function headerValue() {
  return parsed(
    {
      name: 'header value',
      pattern: '^[\\x20-\\x7e]+$',
      examples: ['Bearer ${env:NAME}', '${file:/run/secrets/name}'],
      isSecret: true,
    },
    'not a value of a header: write ASCII letters, digits, signs and spaces, best as ${env:NAME} or ${file:PATH}',
    (text) => (/^[\x20-\x7e]+$/.test(text.trim()) ? new Secret(text.trim()) : undefined),
  );
}

/** One word, as can be sent in a header, that is never shown again. */
export function secret() {
  return parsed(
    {
      name: 'secret',
      pattern: '^\\s*[\\x21-\\x7e]+\\s*$',
      examples: ['${env:NAME}', '${file:/run/secrets/name}'],
      isSecret: true,
    },
    'not a secret: write one word of ASCII letters, digits and signs, best as ${env:NAME} or ${file:PATH}',
    // What cannot be sent would be found out by what is to send it, which may show it.
    (text) => (/^[\x21-\x7e]+$/.test(text.trim()) ? new Secret(text.trim()) : undefined),
  );
}

/** A URL that lets in whoever knows it. */
export function secretUrl() {
  const message =
    'not a URL: write one that begins with http:// or https://, best as ${env:NAME} or ${file:PATH}';
  const kind: ScalarKind = {
    name: 'secret URL',
    pattern: '^\\s*[hH][tT][tT][pP][sS]?:',
    examples: ['${env:NAME}', '${file:/run/secrets/name}'],
    isSecret: true,
  };
  return parsed(kind, message, (text) =>
    webUrl(text.trim()) === undefined ? undefined : new Secret(text.trim()),
  );
}

/** None with a user name or password: `fetch` refuses it, and shows it. */
function webUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  return url.username === '' && url.password === '' ? url : undefined;
}

function parsed<T>(kind: ScalarKind, message: string, parse: (text: string) => T | undefined) {
  const schema = z.string({ error: message }).transform((text, context): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message, input: undefined });
    return z.NEVER;
  });
  // Kept by what is made of it with describe and default.
  return schema.register(scalarKinds, kind);
}
