import { hash } from 'node:crypto';
import { resourceAttributes, unknownService } from '../conventions/attributes.ts';
import { targetAttributes } from '../derive/target-info.ts';
import type { AttributeValue } from '../otlp/attributes.ts';
import { cutText, encodeText } from '../otlp/text.ts';

/** What is asked of a resource again and again. */
export interface ResourceFacts {
  /** The same for the same resource, in one request and in several. */
  identity: string;
  service: string;
  /** A number for the service, for indexes: never that of another one, though a service may have several. */
  serviceNumber: number;
  /** Values of `targetLabels`; the same object for the same resource, most often. */
  target: readonly string[];
  version: string;
  environment: string;
  instance: string;
  pod: string;
}

/** Far more than run in one pod; when there are more, all are read anew. */
const mostRemembered = 1024;

const keys = {
  service: [resourceAttributes.serviceName].map(encodeText),
  version: [resourceAttributes.serviceVersion].map(encodeText),
  instance: [resourceAttributes.serviceInstance].map(encodeText),
  environment: resourceAttributes.environment.map(encodeText),
  pod: resourceAttributes.pod.map(encodeText),
};
const targetKeys = targetAttributes.map((name) => [encodeText(name)]);

/** A span or a log record, as far as its resource goes. */
interface OfResource {
  resourceAttribute(key: Uint8Array): AttributeValue | undefined;
}

/** Reads the resource of a span or log record, and knows again those it has read. */
export class ResourceReader {
  private readonly known = new Map<string, ResourceFacts>();
  private readonly serviceNumbers = new Map<string, number>();
  private lastNumber = -1;
  private readonly onNew: (facts: ResourceFacts) => void;

  /** @param onNew told of each resource when it is read for the first time, or was forgotten */
  constructor(onNew: (facts: ResourceFacts) => void = () => undefined) {
    this.onNew = onNew;
  }

  /** @param item moved to any of the resource */
  read(item: OfResource): ResourceFacts {
    const service = text(item, keys.service) || unknownService;
    const version = text(item, keys.version);
    const environment = text(item, keys.environment);
    const instance = text(item, keys.instance);
    const identifying = [service, version, environment, instance].join('\u0000');
    const described = targetKeys.map((names) => text(item, names));
    const pod = text(item, keys.pod);
    const key = [identifying, pod, ...described].join('\u0000');
    const known = this.known.get(key);
    if (known !== undefined) return known;
    // Short, since it is remembered with many spans.
    const identity = hash('sha256', identifying, 'base64').slice(0, 16);
    const serviceNumber = this.numberOf(service);
    const target = [service, version, environment, ...described];
    const facts = { identity, service, serviceNumber, target, version, environment, instance, pod };
    if (this.known.size === mostRemembered) this.known.clear();
    this.known.set(key, facts);
    this.onNew(facts);
    return facts;
  }

  private numberOf(service: string): number {
    const known = this.serviceNumbers.get(service);
    if (known !== undefined) return known;
    if (this.serviceNumbers.size === mostRemembered) this.serviceNumbers.clear();
    this.serviceNumbers.set(service, ++this.lastNumber);
    return this.lastNumber;
  }
}

/** Long names are cut: they become labels and keys. */
const maxLength = 256;

function text(item: OfResource, names: readonly Uint8Array[]): string {
  for (const name of names) {
    const value = item.resourceAttribute(name);
    if (value !== undefined && value !== '') return cutText(String(value), maxLength);
  }
  return '';
}
