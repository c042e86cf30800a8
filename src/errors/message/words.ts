/*
 * Which part of a word is an id. Letters alone are kept where they may be a word: digits, and a mixture no one would write by hand, say so.
 * All ids are as good as numbers: one of letters and digits may by chance consist of digits only.
 */

import { isRandomWord } from './random-word.ts';

/** `order-1234` becomes `order-<num>`, `pi_3MtwBwLkdIwHu7ix28a3tqPa` becomes `pi_<num>`. */
export function cleanWord(word: string): string {
  if (!/[\d_-]/.test(word)) return isRandomWord(word) ? '<num>' : word;
  return word.split(uuid).map(cleanPart).join('<uuid>');
}

const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/i;

function cleanPart(part: string): string {
  const deployment = podName.exec(part)?.[1];
  if (deployment !== undefined) return `${cleanSegments(deployment)}-<pod>`;
  if (isNumber(part)) return '<num>';
  const prefix = namePrefix.exec(part)?.[0] ?? '';
  const rest = part.slice(prefix.length);
  if (isOfKnownParts(rest) || !(isRandom(rest) || isRandomWord(rest))) return cleanSegments(part);
  // One letter says nothing of a long id: it is as random as what is behind it.
  return prefix.length === 2 && part.length >= leastRandomLength ? '<num>' : `${prefix}<num>`;
}

/**
 * `deployment-replicaset-pod` as Kubernetes makes it: both hashes in its alphabet without vowels and without digits that
 * look like them (k8s.io/apimachinery/pkg/util/rand).
 */
const podName = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/**
 * Numbers of orders, products, invoices and flights, which may begin or end with any letters: `A-7036`, `INV-2024-0017`, `LH400`. Runs of
 * more letters are words.
 */
function isNumber(part: string): boolean {
  return (
    capitalsAndDigits.test(part) &&
    /\d.*[-_\d]|[-_].*\d/.test(part) &&
    /[A-Z]/.test(part) &&
    !/[A-Z]{5}/.test(part)
  );
}

const capitalsAndDigits = /^[A-Z\d]+(?:[-_][A-Z\d]+)*$/;

/** What stands before an id that says of what it is: `cus_`, `sk_live_`, `ORD-`. */
const namePrefix = /^(?:(?:[A-Z]?[a-z]{1,15}|[A-Z]{2,15})[_-])*/;

function cleanSegments(word: string): string {
  return word.replaceAll(/[\p{L}\p{M}\p{N}]+/gu, cleanSegment);
}

function cleanSegment(segment: string): string {
  if (isRandomWord(segment)) return '<num>';
  if (!/\d/.test(segment)) return segment;
  if (hexadecimal.test(segment) || isMixture(segment)) return '<num>';
  return `${/^(v|[\p{L}\p{M}]{2,})\d+$/u.exec(segment)?.[1] ?? ''}<num>`;
}

/** Shorter ones are rather names that end in a digit: `db1`. */
const hexadecimal = /^(?:\d+|[\da-f]{4,})$/i;

/** Capitals and small letters as no name has them, which an id of both may have with a digit at its end only. */
function isMixture(segment: string): boolean {
  return segment.length >= leastMixture && /[A-Z][a-z][A-Z]|[a-z][A-Z]{2,16}[a-z]/.test(segment);
}

const leastMixture = 10;

/** Of random letters and digits about every second differs in kind from the one before; in a name one in five. */
const leastChangesPerCharacter = 0.3;
const leastRandomLength = 16;

/** Words and hexadecimal numbers, joined by dashes: `7f3c9a1e-req`. */
function isOfKnownParts(word: string): boolean {
  return word.split(/[_-]/).every((part) => /^(?:[\da-f]*|[\dA-F]*|[A-Z]?[a-z]*|[A-Z]*)$/.test(part));
}

/** Whether a word is one random id whose dashes mean nothing, such as a nanoid. */
function isRandom(word: string): boolean {
  if (word.length < leastRandomLength || !/[_-]/.test(word)) return false;
  const changes = word.match(changeOfKind)?.length ?? 0;
  return changes >= word.length * leastChangesPerCharacter;
}

/** A capital before a small letter begins a word and is no change. */
const changeOfKind = /[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[A-Za-z])/g;
