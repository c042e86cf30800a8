import { dependencyAttributes, dependencyOf } from '../../derive/dependency.ts';
import { remembered } from '../../runtime/remembered.ts';
import type { AttributeValue } from '../../otlp/attributes.ts';
import type { SpanView } from '../../otlp/span-view.ts';

/** What a call was sent, and to whom. The same object for the same target, most often. */
export interface CallTarget {
  text: string;
  /** See `dependencyOf`. */
  dependency: string;
}

const named: ReadonlySet<string> = new Set([
  ...dependencyAttributes,
  'url.full',
  'http.url',
  'http.target',
  'url.path',
  'db.query.text',
  'db.statement',
  'rpc.service',
  'rpc.method',
]);

export function callTargetOf(span: SpanView): CallTarget {
  return known(JSON.stringify([...span.attributes(named)]));
}

const known = remembered({ most: 512, longest: 2048 }, (text): CallTarget => {
  const attributes = new Map(JSON.parse(text) as [string, AttributeValue][]);
  return { text, dependency: dependencyOf(attributes) };
});
