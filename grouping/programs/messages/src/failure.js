import { createHash } from 'node:crypto';

/** An error with the name, and the code if there is one, that a client library gives it. */
export function failure(name, message, code) {
  const error = new Error(message);
  error.name = name;
  if (code !== undefined) error.code = code;
  return error;
}

/** A random id as many services write them: letters of both cases and digits. */
export function idOf(text, length) {
  const digest = createHash('sha512').update(text).digest('base64');
  return digest.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, length);
}

/** Milliseconds between 0 and 60,000 that differ from one occurrence to the next. */
export function durationOf(text) {
  return createHash('sha256').update(text).digest().readUInt32BE() % 60_000;
}

export function timeOf(text) {
  return new Date(1_717_000_000_000 + durationOf(text) * 100_003);
}
