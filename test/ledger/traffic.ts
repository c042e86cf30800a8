import type { Signal } from '../../src/otlp/signal.ts';
import { bodyOf, type Item as WireItem, requestOf } from '../conformance/signals.ts';
import type { Random } from '../fuzz/random.ts';
import { keyValues, kind } from '../support/otlp-builders.ts';
import { numberKey, seenItems } from './items.ts';
import { mostBodyBytes } from './settings.ts';
import type { Item, Shipment, Trace } from './shipment.ts';

/** What one sender sends before it begins anew. */
export interface Story {
  shipments: Shipment[];
  /** Each when the one before was answered; else all at once. */
  isInOrder: boolean;
}

/** An item before it is in a request. */
interface Draft {
  item: Omit<Item, 'shipment' | 'text'>;
  wire: WireItem;
  service: string;
}

/** Makes what apps send, each item unlike all others. */
export class Traffic {
  readonly items = new Map<number, Item>();
  readonly shipments: Shipment[] = [];
  private readonly random: Random;
  private readonly services: readonly string[];
  private lastItem = 0;

  /** @param services whose it is */
  constructor(random: Random, services: readonly string[]) {
    this.random = random;
    this.services = services;
  }

  next(): Story {
    const { random } = this;
    switch (random.below(12)) {
      case 0:
        return { shipments: [this.damaged()], isInOrder: true };
      case 1:
        return { shipments: [this.ship('metrics', this.dataPoints())], isInOrder: true };
      case 2:
      case 3:
      case 4:
        return { shipments: [this.ship('logs', this.records())], isInOrder: true };
      default:
        return this.traces();
    }
  }

  /** Some local traces, whole in one request or cut over several in any order. */
  private traces(): Story {
    const { random } = this;
    const requests: Draft[][] = Array.from({ length: 1 + random.below(4) }, () => []);
    for (let trace = random.below(5); trace >= 0; trace--) {
      const home = random.one(requests);
      const isCut = random.once(2);
      for (const span of this.trace(random.one(this.services)))
        (isCut ? random.one(requests) : home).push(span);
    }
    const sent = requests.filter((drafts) => drafts.length > 0);
    return { shipments: sent.map((drafts) => this.ship('traces', drafts)), isInOrder: !random.once(3) };
  }

  private trace(service: string): Draft[] {
    const { random } = this;
    const trace: Trace = {
      id: Buffer.from(random.bytes(16)).toString('hex'),
      root: random.one(['plain', 'plain', 'plain', 'health check', 'health check', 'file', 'none']),
      spans: [],
    };
    const failing = random.once(4);
    const drafts: Draft[] = [];
    const count = random.once(20) ? 60 : 1 + random.below(8);
    const parents: Buffer[] = [];
    for (let i = 0; i < count; i++) {
      const id = Buffer.from(random.bytes(8));
      const isRoot = i === 0 && trace.root !== 'none';
      const failed = failing && random.once(3);
      const parent = isRoot ? undefined : i === 0 ? Buffer.from(random.bytes(8)) : random.one(parents);
      // What hangs on one that is rejected has no root.
      const isValid = i === 0 || !random.once(40);
      if (isValid) parents.push(id);
      drafts.push(this.span({ trace, id, parent, failed, isValid, service, isRoot }));
    }
    return drafts;
  }

  private span(of: SpanFacts): Draft {
    const { trace, id, parent, failed, isValid, service, isRoot } = of;
    const item = { ...this.number('traces'), isValid, failed, trace };
    if (isValid) trace.spans.push(item as Item);
    const start = BigInt(Date.now()) * 1_000_000n;
    const wire = {
      traceId: Buffer.from(trace.id, 'hex'),
      spanId: isValid ? id : id.subarray(0, 5),
      ...(parent && { parentSpanId: parent }),
      name: isRoot ? rootNames[trace.root] : `step ${this.random.below(5)}`,
      kind: isRoot ? kind.server : kind.internal,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + BigInt(this.random.below(50)) * 1_000_000n),
      ...(failed && { status: { code: 2, message: `it broke ${this.random.below(3)}` } }),
      attributes: keyValues({
        [numberKey]: item.number,
        ...(isRoot && trace.root === 'file' && { 'http.route': '/static/*' }),
        ...this.ballast(),
      }),
    };
    return { item, wire, service };
  }

  private records(): Draft[] {
    const { random } = this;
    return Array.from({ length: 1 + random.below(8) }, () => {
      const item = this.number('logs');
      const wire = {
        timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
        severityNumber: random.once(8) ? 17 : 9,
        body: { stringValue: `something was done ${random.below(100)}` },
        ...(random.once(10) && { traceId: Buffer.from(random.bytes(3)) }),
        attributes: keyValues({ [numberKey]: item.number, ...this.ballast() }),
      };
      return { item, wire, service: random.one(this.services) };
    });
  }

  private dataPoints(): Draft[] {
    const { random } = this;
    return Array.from({ length: 1 + random.below(4) }, () => {
      const item = this.number('metrics');
      const wire = {
        timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
        asInt: String(random.below(1_000)),
        attributes: keyValues({ [numberKey]: item.number }),
      };
      return { item, wire, service: random.one(this.services) };
    });
  }

  /** A request that is to be refused as a whole, although there are items in it. */
  private damaged(): Shipment {
    const { random } = this;
    const kind = random.one(['broken', 'too large'] as const);
    const drafts = kind === 'broken' ? this.trace(this.services[0]!) : [this.fatRecord(mostBodyBytes)];
    const shipment = this.ship(kind === 'broken' ? 'traces' : 'logs', drafts, kind);
    if (kind === 'too large') return shipment;
    // A field that is longer than what is left.
    shipment.protobuf = Buffer.concat([shipment.protobuf, Buffer.from([0x0a, 0x7f, 0])]);
    shipment.json = shipment.json.subarray(0, 1 + random.below(shipment.json.length - 1));
    for (const { trace } of shipment.items) if (trace !== undefined) trace.spans = [];
    return shipment;
  }

  private fatRecord(bytes: number): Draft {
    const item = this.number('logs');
    const attributes = keyValues({ [numberKey]: item.number, fat: 'x'.repeat(bytes) });
    return { item, wire: { severityNumber: 9, attributes }, service: this.services[0]! };
  }

  private ballast(): Record<string, string> {
    const { random } = this;
    if (random.once(60)) return { ballast: 'y'.repeat(6_000) };
    return random.once(4) ? { ballast: 'z'.repeat(random.below(500)) } : {};
  }

  private number(signal: Signal): Omit<Item, 'shipment' | 'text'> {
    return { number: ++this.lastItem, signal, isValid: true, failed: false, trace: undefined };
  }

  private ship(signal: Signal, drafts: readonly Draft[], kind: Shipment['kind'] = 'good'): Shipment {
    const request = joinedRequest(signal, drafts);
    const shipment: Shipment = {
      number: this.shipments.length,
      signal,
      kind,
      protobuf: bodyOf(signal, 'protobuf', request),
      json: bodyOf(signal, 'json', request),
      items: [],
      attempts: [],
    };
    const texts = new Map(seenItems(signal, shipment.protobuf).map(({ number, text }) => [number, text]));
    shipment.items = drafts.map(({ item }) =>
      Object.assign(item, { shipment, text: texts.get(item.number)! }),
    );
    for (const item of shipment.items) this.items.set(item.number, item);
    this.shipments.push(shipment);
    return shipment;
  }
}

interface SpanFacts {
  trace: Trace;
  id: Buffer;
  parent: Buffer | undefined;
  failed: boolean;
  isValid: boolean;
  service: string;
  isRoot: boolean;
}

const rootNames: Readonly<Record<Trace['root'], string>> = {
  plain: 'GET /orders/{id}',
  'health check': 'GET /healthz',
  file: 'GET /static/*',
  none: '',
};

/** One request, with a resource for each run of items of one service. */
function joinedRequest(signal: Signal, drafts: readonly Draft[]): object {
  const lists: Record<string, unknown[]> = {};
  const byService = Map.groupBy(drafts, ({ service }) => service);
  for (const [service, own] of byService) {
    const request = requestOf(
      signal,
      own.map(({ wire }) => wire),
      { 'service.name': service },
    );
    for (const [key, list] of Object.entries(request)) (lists[key] ??= []).push(...(list as unknown[]));
  }
  return lists;
}
