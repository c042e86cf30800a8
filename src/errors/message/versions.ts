/*
 * What versions of a runtime say in other words, or say besides, about the same failure.
 */

const changes: readonly (readonly [before: RegExp, after: string])[] = [
  // Ruby 3.1 and Python 3.11 show the source, with marks below it.
  [/\n[^\n]*\n[ \t]*\^[\^~ \t]*(?=\n|$)/g, ''],
  // Ruby 2.3 and Python 3.10 guess, by the names that are there.
  [/(?:\. )?\bDid you mean\b.*/g, ''],
  // Ruby 3.4
  [/`([^`'\n]{1,128})'/g, "'$1'"],
  [/ for (nil|true|false|main):\w{1,64}/g, ' for $1'],
  [/ for #<([A-Z]\w{0,64}(?:::\w{1,64}){0,8})[^\n>]{0,256}>/g, ' for an instance of $1'],
  // Python 3.10 says of which class a method is.
  [/(?:\w{1,64}\.){1,8}(\w{1,64}\(\) (?:missing|takes|got) )/g, '$1'],
  // Python 3.11
  [
    /cannot access local variable ('\w{1,128}') where it is not associated with a value/g,
    'local variable $1 referenced before assignment',
  ],
  // PHP 8
  [/Undefined (?:index|offset): ([^\n]{1,128})/g, 'Undefined array key "$1"'],
  [/Undefined variable: (\w{1,128})/g, 'Undefined variable $$$1'],
];

/** Most messages have nothing of it. */
const mayBeOther =
  /\^|`|Did you mean|local variable|Undefined |\(\) (?:missing|takes|got) | for (?:#<|nil:|true:|false:|main:)/;

/** As the versions have it that say least. */
export function asAnyVersion(message: string): string {
  if (!mayBeOther.test(message)) return message;
  return changes.reduce((text, [before, after]) => text.replaceAll(before, after), message);
}
