import {
  callAttributes,
  proxyAttributes,
  retryAttributes,
  spanAttributes,
} from '../../conventions/attributes.ts';
import {
  dependencyAttributes,
  formerUrlAttribute,
  namingAttributes,
  portAttributes,
  socketAttributes,
  urlAttributes,
} from '../dependency.ts';

/** Each says with a number above 0 that this is not the first attempt. */
const marks = Object.values(retryAttributes);
const { httpMethod, httpStatus, grpcStatus, errorType } = spanAttributes;

/** Keys that are asked of every span of a call. */
export const callKeys: readonly string[] = [
  ...new Set([
    ...dependencyAttributes,
    ...httpMethod,
    ...httpStatus,
    ...grpcStatus,
    errorType,
    proxyAttributes.component,
    callAttributes.rpcMethod,
    ...callAttributes.dbOperation,
    ...callAttributes.asked,
    ...marks,
  ]),
];

/** What an attribute is a part of, in bits. */
export const part = {
  /** Says whom is called. */
  whom: 1,
  /** Says what is asked for. */
  what: 2,
  /** Only calls have it. */
  ofCall: 4,
  /** The method, as it is a label. */
  method: 8,
  /** With a number above 0 it says that this is not the first attempt. */
  mark: 16,
  /** Names whom is called by itself. */
  name: 32,
  /** The port that is called, which an attempt may lack that got no connection. */
  port: 64,
  /** Of the connection: an attempt that got none has none of it. */
  socket: 128,
  url: 256,
} as const;

const partsOf = new Map<string, number>();
for (const [keys, bits] of [
  [dependencyAttributes, part.whom | part.ofCall],
  [callAttributes.asked, part.what],
  [httpMethod, part.ofCall | part.method],
  [[callAttributes.rpcMethod], part.ofCall | part.method],
  [callAttributes.dbOperation, part.method],
  [marks, part.mark],
  [namingAttributes, part.name],
  [portAttributes, part.port],
  [socketAttributes, part.socket],
  [urlAttributes, part.url],
] as const)
  for (const key of keys) partsOf.set(key, (partsOf.get(key) ?? 0) | bits);

/** By index of the key. */
export const parts: Uint16Array = Uint16Array.from(callKeys, (key) => partsOf.get(key) ?? 0);

/** Indexes of keys that are asked for by themselves. */
export const keyNumbers = {
  httpMethod: numbersOf(httpMethod),
  httpStatus: numbersOf(httpStatus),
  grpcStatus: numbersOf(grpcStatus),
  errorType: numberOf(errorType),
  url: numbersOf(urlAttributes),
  formerUrl: numberOf(formerUrlAttribute),
  component: numberOf(proxyAttributes.component),
} as const;

function numberOf(key: string): number {
  return callKeys.indexOf(key);
}

function numbersOf(keys: readonly string[]): number[] {
  return keys.map(numberOf);
}
