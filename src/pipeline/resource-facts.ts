import { resourceAttributes, unknownService } from '../conventions/attributes.ts';
import type { SpanView } from '../otlp/span-view.ts';
import { encodeText } from '../otlp/text.ts';

/** What is asked of a resource again and again. */
export interface ResourceFacts {
  /** The same for the same resource, in one request and in several. */
  identity: string;
  service: string;
  /** A small number for the service, for indexes; -1 when there are too many services to number. */
  serviceNumber: number;
  version: string;
  environment: string;
}

/** Far more than run in one pod; what comes after them is not remembered, only slower. */
const mostRemembered = 1024;

const keys = {
  service: [resourceAttributes.serviceName].map(encodeText),
  version: [resourceAttributes.serviceVersion].map(encodeText),
  instance: [resourceAttributes.serviceInstance].map(encodeText),
  environment: resourceAttributes.environment.map(encodeText),
};

/** Reads the resource of a span, and knows again those it has read. */
export class ResourceReader {
  private readonly byIdentity = new Map<string, ResourceFacts>();
  private readonly serviceNumbers = new Map<string, number>();

  /** @param span moved to any span of the resource */
  read(span: SpanView): ResourceFacts {
    const service = text(span, keys.service) || unknownService;
    const version = text(span, keys.version);
    const environment = text(span, keys.environment);
    const identity = [service, version, environment, text(span, keys.instance)].join('\u0000');
    const known = this.byIdentity.get(identity);
    if (known !== undefined) return known;
    const facts = { identity, service, serviceNumber: this.numberOf(service), version, environment };
    if (this.byIdentity.size < mostRemembered) this.byIdentity.set(identity, facts);
    return facts;
  }

  private numberOf(service: string): number {
    const known = this.serviceNumbers.get(service);
    if (known !== undefined) return known;
    if (this.serviceNumbers.size === mostRemembered) return -1;
    this.serviceNumbers.set(service, this.serviceNumbers.size);
    return this.serviceNumbers.size - 1;
  }
}

/** Long names are cut: they become labels and keys. */
const maxLength = 256;

function text(span: SpanView, names: readonly Uint8Array[]): string {
  for (const name of names) {
    const value = span.resourceAttribute(name);
    // Through bytes: a slice alone would keep the whole text alive, and could end inside a character.
    if (value !== undefined && value !== '') return Buffer.from(String(value).slice(0, maxLength)).toString();
  }
  return '';
}
