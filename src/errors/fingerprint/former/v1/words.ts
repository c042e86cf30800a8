/*
 * Which part of a word is an id. Letters alone are kept: only digits, and a mixture no one would write by hand, say so.
 */

/** `order-1234` becomes `order-<num>`, `pi_3MtwBwLkdIwHu7ix28a3tqPa` becomes `pi_<id>`. */
export function cleanWord(word: string): string {
  return word.split(uuid).map(cleanPart).join('<uuid>');
}

const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/i;

function cleanPart(part: string): string {
  const deployment = podName.exec(part)?.[1];
  if (deployment !== undefined) return `${cleanSegments(deployment)}-<pod>`;
  const prefix = namePrefix.exec(part)?.[0] ?? '';
  return isRandom(part.slice(prefix.length)) ? `${prefix}<id>` : cleanSegments(part);
}

/**
 * `deployment-replicaset-pod` as Kubernetes makes it: both hashes in its alphabet without vowels and without digits that
 * look like them (k8s.io/apimachinery/pkg/util/rand).
 */
const podName = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/** What stands before an id that says of what it is: `cus_`, `sk_live_`, `ORD-`. */
const namePrefix = /^(?:(?:[A-Z]?[a-z]{1,15}|[A-Z]{2,15})[_-])*/;

function cleanSegments(word: string): string {
  return word.replaceAll(/[\p{L}\p{M}\p{N}]+/gu, cleanSegment);
}

function cleanSegment(segment: string): string {
  if (!/\d/.test(segment)) return segment;
  // One placeholder for both bases: an id in base 16 may well consist of decimal digits only.
  if (/^(?:\d+|[\da-f]{7,})$/i.test(segment)) return '<num>';
  const named = /^([\p{L}\p{M}]+)\d+$/u.exec(segment)?.[1];
  if (named !== undefined) return `${named}<num>`;
  const unit = /^\d+(\p{L}{1,3})$/u.exec(segment)?.[1];
  return unit === undefined ? '<id>' : `<num>${unit}`;
}

/** Of random letters and digits about every second differs in kind from the one before; in a name one in five. */
const leastChangesPerCharacter = 0.3;
const leastRandomLength = 16;

/** Whether a word is one random id whose dashes mean nothing, such as a nanoid. */
function isRandom(word: string): boolean {
  if (word.length < leastRandomLength || !/[_-]/.test(word) || /^[\da-f_-]*$/i.test(word)) return false;
  const changes = word.match(changeOfKind)?.length ?? 0;
  return changes >= word.length * leastChangesPerCharacter;
}

/** A capital before a small letter begins a word and is no change. */
const changeOfKind = /[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[A-Za-z])/g;
