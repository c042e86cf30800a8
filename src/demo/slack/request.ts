import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isObject } from './block-kit/rules.ts';

/** A form's fields are strings, a JSON body's are whatever it says. */
export type Arguments = Readonly<Record<string, unknown>>;

export type ParsedArguments = { ok: true; args: Arguments } | { ok: false; error: string };

const maxBodyBytes = 1024 * 1024;

export type Body = { ok: true; text: string } | { ok: false; problem: 'aborted' | 'too_large' };

/** All of a body is read even if it is too large: only then does the client read an answer. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
    }
  } catch {
    return { ok: false, problem: 'aborted' };
  }
  if (bytes > maxBodyBytes) return { ok: false, problem: 'too_large' };
  return { ok: true, text: Buffer.concat(chunks).toString('utf8') };
}

/**
 * The arguments of a Web API method, with Slack's error if the request has none that can be read. Files (multipart) are
 * not taken. Source: docs.slack.dev/apis/web-api, and the errors that every method page lists.
 */
export function parseArguments(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  body: string,
): ParsedArguments {
  const contentType = headers['content-type'];
  if (body === '') return { ok: true, args: Object.fromEntries(query) };
  if (contentType === undefined) return { ok: false, error: 'missing_post_type' };
  if (!hasKnownCharset(contentType)) return { ok: false, error: 'invalid_charset' };
  if (isForm(contentType)) return { ok: true, args: Object.fromEntries(new URLSearchParams(body)) };
  return isJson(contentType) ? parseJsonObject(body) : { ok: false, error: 'invalid_post_type' };
}

export function parseJsonObject(body: string): ParsedArguments {
  const args = parseJson(body);
  if (args === undefined) return { ok: false, error: 'invalid_json' };
  return isObject(args) ? { ok: true, args } : { ok: false, error: 'json_not_object' };
}

/** Undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isJson(contentType: string | undefined): boolean {
  return mediaType(contentType) === 'application/json';
}

export function isForm(contentType: string | undefined): boolean {
  return mediaType(contentType) === 'application/x-www-form-urlencoded';
}

function mediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(';')[0]?.trim().toLowerCase();
}

function hasKnownCharset(contentType: string): boolean {
  const charset = /;\s*charset="?([^";\s]*)/i.exec(contentType)?.[1]?.toLowerCase();
  return charset === undefined || ['utf-8', 'utf8', 'iso-8859-1'].includes(charset);
}

export function textArgument(args: Arguments, name: string): string | undefined {
  const value = args[name];
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function booleanArgument(args: Arguments, name: string): boolean {
  return ['true', '1'].includes(textArgument(args, name) ?? '');
}
