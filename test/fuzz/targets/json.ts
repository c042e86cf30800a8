import { requestFromJson } from '../../../src/otlp/json/request.ts';
import type { Signal } from '../../../src/otlp/signal.ts';
import { renderRequest } from '../../otlp/json/render.ts';
import { decode, encode } from '../../support/otlp-reference.ts';
import { corpusOf, requestTypes } from '../corpus.ts';
import { parseJson } from '../json-parse.ts';
import { Ambiguous, messageFromJson, NotThis } from '../json-reference.ts';
import { mutatedJson } from '../mutate-json.ts';
import type { Random } from '../random.ts';
import { refusalOf } from '../refusal.ts';
import { structureOf } from '../structure.ts';
import { surrounded, surroundings } from '../surrounded.ts';
import { Difference, same, type Target, type Verdict } from '../target.ts';

export function jsonOf(signal: Signal): Target {
  return {
    name: `json-${signal}`,
    make: (random) => {
      const texts = textsOf(signal);
      const text = random.one(texts);
      return random.once(20) ? text : mutatedJson(text, random.one(texts), random);
    },
    check: (input, random) => check(signal, input, random),
  };
}

/** Each request is written in so many of the ways in which it can be. */
const ways = 4;
const rendered = new Map<Signal, readonly Uint8Array[]>();

function textsOf(signal: Signal): readonly Uint8Array[] {
  const known = rendered.get(signal);
  if (known !== undefined) return known;
  const texts = corpusOf(signal).flatMap(({ object }, i) =>
    Array.from({ length: ways }, (_, way) => renderRequest(object, i * ways + way)),
  );
  rendered.set(signal, texts);
  return texts;
}

function check(signal: Signal, input: Uint8Array, random: Random): Verdict {
  const { result, refused } = refusalOf(() =>
    requestFromJson(signal, surrounded(input, random.one(surroundings))),
  );
  const type = requestTypes[signal];
  const expected = expectedOf(signal, input, random);
  if (expected === 'ambiguous') return result === undefined ? 'refused' : 'taken';
  if (expected === undefined) {
    if (result !== undefined) throw new Difference('no such JSON, and taken');
    return 'refused';
  }
  if (refused !== undefined) throw new Difference(`good JSON, and refused: ${refused.reason}`);
  const { flaw } = structureOf(type, result);
  if (flaw !== undefined) throw new Difference(`what is made of it is broken: ${flaw}`);
  same('the message', decode(type, result), decode(type, encode(type, expected)));
  return 'taken';
}

/** @returns undefined if it is to be refused */
function expectedOf(signal: Signal, input: Uint8Array, random: Random): object | 'ambiguous' | undefined {
  // Without a byte order mark, which a text may have, and with U+FFFD where it is not UTF-8.
  const text = decoder.decode(input);
  const json = parseJson(text);
  // To ask both costs a fifth of all.
  if (random.once(4)) judge(text, json !== undefined);
  if (json === undefined) return undefined;
  try {
    return messageFromJson(requestTypes[signal], json);
  } catch (error) {
    if (error instanceof Ambiguous) return 'ambiguous';
    if (error instanceof NotThis) return undefined;
    throw error;
  }
}

const decoder = new TextDecoder();

/** The judge is judged. */
function judge(text: string, isTaken: boolean): void {
  if (isTaken !== isJson(text) && (isTaken || !isDeep(text)))
    throw new Error(`the judges are not of one mind: ${text}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Where brackets are so many that the one judge may have given up. */
function isDeep(text: string): boolean {
  return text.split(/[[{]/).length > 100;
}
