import { hash } from 'node:crypto';
import { resourceAttributes, unknownService } from '../conventions/attributes.ts';
import { targetAttributes } from '../derive/target-info.ts';
import type { AttributeValue } from '../otlp/attributes.ts';
import { cutText, encodeText } from '../otlp/text.ts';
import { type Redaction, readBeyond, usualRedactor } from '../redact/redactor.ts';

/** What is asked of a resource again and again. Nothing in its texts is secret; of two resources that differ, no name is the same for it. */
export interface ResourceFacts {
  /** The same for the same resource, in one request and in several. */
  identity: string;
  /** 32 bits that follow from it. */
  identityBits: number;
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

/** An attribute, as people and as the wire write it. */
interface Key {
  name: string;
  bytes: Uint8Array;
}

function keyOf(name: string): Key {
  return { name, bytes: encodeText(name) };
}

const keys = {
  service: [resourceAttributes.serviceName].map(keyOf),
  version: [resourceAttributes.serviceVersion].map(keyOf),
  instance: [resourceAttributes.serviceInstance].map(keyOf),
  environment: resourceAttributes.environment.map(keyOf),
  pod: resourceAttributes.pod.map(keyOf),
};
const targetKeys = targetAttributes.map((name) => [keyOf(name)]);

/** A span or a log record, as far as its resource goes. */
interface OfResource {
  resourceAttribute(key: Uint8Array): AttributeValue | undefined;
}

export interface ResourceReaderOptions {
  /** Told of each resource when it is read for the first time, or was forgotten. */
  onNew?: (facts: ResourceFacts) => void;
  /** What is taken out of names; it may be another one after a reload. */
  redaction?: () => Redaction;
}

/** Reads the resource of a span or log record, and knows again those it has read. */
export class ResourceReader {
  private readonly known = new Map<string, ResourceFacts>();
  private readonly serviceNumbers = new Map<string, number>();
  private lastNumber = -1;
  private readonly onNew: (facts: ResourceFacts) => void;
  private readonly redaction: () => Redaction;
  /** That those which are known were read by. */
  private readBy: Redaction;

  constructor({ onNew = () => undefined, redaction = () => usualRedactor }: ResourceReaderOptions = {}) {
    this.onNew = onNew;
    this.redaction = redaction;
    this.readBy = redaction();
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
    const redaction = this.redaction();
    if (known !== undefined && redaction === this.readBy) return known;
    // Short, since it is remembered with many spans.
    const digest = hash('sha256', identifying, 'buffer');
    const identity = digest.toString('base64').slice(0, 16);
    const serviceNumber = this.numberOf(service);
    const identityBits = digest.readInt32LE();
    const facts = { identity, identityBits, serviceNumber, ...factsOf(item, redaction) };
    if (this.known.size === mostRemembered || redaction !== this.readBy) this.known.clear();
    this.readBy = redaction;
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

/** What the first of the attributes says that is there, and a part of what is beyond the longest. */
function text(item: OfResource, names: readonly Key[]): string {
  for (const { bytes } of names) {
    const value = item.resourceAttribute(bytes);
    if (value !== undefined && value !== '') return cutText(String(value), maxLength + readBeyond);
  }
  return '';
}

/** Read again for a resource that is new only. */
function factsOf(
  item: OfResource,
  redaction: Redaction,
): Omit<ResourceFacts, 'identity' | 'identityBits' | 'serviceNumber'> {
  const of = (names: readonly Key[]): string => {
    const said = names.find(({ bytes }) => (item.resourceAttribute(bytes) ?? '') !== '');
    return said === undefined ? '' : redaction.name(said.name, text(item, [said]), maxLength).toWellFormed();
  };
  const [service, version, environment] = [
    of(keys.service) || unknownService,
    of(keys.version),
    of(keys.environment),
  ];
  const target = [service, version, environment, ...targetKeys.map(of)];
  return { service, version, environment, target, instance: of(keys.instance), pod: of(keys.pod) };
}
