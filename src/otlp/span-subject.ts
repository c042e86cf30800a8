import type { AttributeValue } from './attributes.ts';
import { kindName } from './span-kind.ts';
import { type SpanView, statusName } from './span-view.ts';
import { encodeText } from './text.ts';

/** The names in the matchers of a configuration: few. */
const encodedKeys = new Map<string, Uint8Array>();
const mostKeys = 1024;

/**
 * A span as matchers see it: `service`, `name`, `kind` (server …), `status` (unset, ok, error), `duration` in seconds, and by any
 * other name the attribute of the span, or else of its resource.
 */
export class SpanSubject {
  private readonly span: SpanView;
  private readonly service: string;

  /** @param span moved to the span, as long as this is used */
  constructor(span: SpanView, service: string) {
    this.span = span;
    this.service = service;
  }

  value(name: string): AttributeValue | undefined {
    const { span } = this;
    switch (name) {
      case 'service':
        return this.service;
      case 'name':
        return span.name;
      case 'kind':
        return kindName(span.kind);
      case 'status':
        return statusName(span.statusCode);
      case 'duration':
        return Math.max(0, span.durationNanos) / 1e9;
      default: {
        const key = encoded(name);
        return span.attribute(key) ?? span.resourceAttribute(key);
      }
    }
  }
}

function encoded(name: string): Uint8Array {
  const known = encodedKeys.get(name);
  if (known !== undefined) return known;
  const key = encodeText(name);
  if (encodedKeys.size < mostKeys) encodedKeys.set(name, key);
  return key;
}
