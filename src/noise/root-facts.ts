import { spanAttributes } from '../conventions/attributes.ts';
import { spanKind } from '../otlp/span-kind.ts';
import type { SpanView } from '../otlp/span-view.ts';
import { encodeText } from '../otlp/text.ts';

const keys = {
  urlPath: spanAttributes.urlPath.map(encodeText),
  httpMethod: spanAttributes.httpMethod.map(encodeText),
  userAgent: spanAttributes.userAgent.map(encodeText),
  rpcService: [spanAttributes.rpcService].map(encodeText),
};

export function isServer(root: SpanView): boolean {
  return root.kind === spanKind.server;
}

/** The first of an attribute's names under which a span has a text. */
export function rootText(root: SpanView, attribute: keyof typeof keys): string | undefined {
  for (const key of keys[attribute]) {
    const value = root.attribute(key);
    if (typeof value === 'string') return value;
  }
  return undefined;
}

/** A probe or scrape only looks; what changes something is business, whatever its path. */
const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** By the attribute, or by the name, which is the method where no route is known. */
export function onlyReads(root: SpanView): boolean {
  return readingMethods.has(rootText(root, 'httpMethod') ?? root.name.split(' ', 1)[0]!);
}
