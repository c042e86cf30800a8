/**
 * The type of an exception as it is the same in every version of a runtime and in every browser, for comparing: what a person sees
 * is what the app said.
 *
 * @param message tells apart what one engine calls by one name, and another by two
 */
export function typeName(type: string, message: string): string {
  if (isMinified.test(type)) return '';
  if (type === 'InternalError' && message === 'too much recursion') return 'RangeError';
  return sameType.get(type) ?? type.replaceAll(address, '0x');
}

/** A class that a minifier named, which is another one in the next build. */
const isMinified = /^[a-z_$][\w$]?$/i;

/** Of a class or object without a name, as Ruby and Python print it. */
const address = /0x[\da-f]{4,16}\b/g;

/** Two names of which one became the other's alias, or was replaced by it. */
const sameType: ReadonlyMap<string, string> = new Map([
  // Python 3.10 and 3.11 (https://docs.python.org/3/library/exceptions.html#TimeoutError)
  ['socket.timeout', 'TimeoutError'],
  ['asyncio.TimeoutError', 'TimeoutError'],
  ['asyncio.exceptions.TimeoutError', 'TimeoutError'],
  ['concurrent.futures.TimeoutError', 'TimeoutError'],
  ['concurrent.futures._base.TimeoutError', 'TimeoutError'],
  // Kotlin 1.4 has Java's own.
  ['kotlin.KotlinNullPointerException', 'java.lang.NullPointerException'],
  ['kotlin.TypeCastException', 'java.lang.NullPointerException'],
]);
