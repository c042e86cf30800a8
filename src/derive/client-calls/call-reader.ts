import { hash } from 'node:crypto';
import { exceptionAttributes } from '../../conventions/attributes.ts';
import { grpcNumberOf } from '../../conventions/grpc-codes.ts';
import { AttributePlaces } from '../../otlp/attribute-places.ts';
import { mix } from '../../otlp/mix.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { Redaction } from '../../redact/redactor.ts';
import { remembered } from '../../runtime/remembered.ts';
import { authorityOf } from '../dependency.ts';
import { weightOf } from '../sampling-weight.ts';
import { callKeys, keyNumbers, part, parts } from './call-keys.ts';
import type { ClientCall } from './client-call.ts';
import { type RetryReason, reasonOf } from './failure-reason.ts';
import { Methods } from './methods.ts';
import { outcome, outcomeOf } from './outcome.ts';
import type { PlaceBook } from './place-book.ts';

/** Whose span it is. */
export interface Caller {
  service: string;
  /** Never that of another service, though a service may have several. */
  serviceNumber: number;
  /** 32 bits that follow from what tells the instance apart from others. */
  identityBits: number;
}

const proxy = 'proxy';
const exceptionKeys: ReadonlySet<string> = new Set([exceptionAttributes.type, exceptionAttributes.message]);

/**
 * Reads calls from their spans, by where the scanner saw their attributes. Of texts it only takes what tells one from another, and looks at them
 * where they are new, or where something failed.
 */
export class CallReader {
  readonly places: PlaceBook;
  readonly methods: Methods;
  private found = new AttributePlaces(callKeys);
  /** A number for each. */
  private readonly hosts = remembered({ most: 512, longest: 256 }, (host) =>
    hash('md5', host, 'buffer').readInt32LE(),
  );
  /** What the last walk found: all its parts, a hash of whom is called and one of what is asked for, and the key of the method. */
  private bits = 0;
  private whom = 0;
  /** Of what there is to `whom` once there is a connection, see `part`. */
  private port = 0;
  private socket = 0;
  private what = 0;
  private methodKey = -1;
  private isMarked = false;
  private httpStatus = -1;
  private grpcStatus = -1;

  constructor(places: PlaceBook, redaction: () => Redaction) {
    this.places = places;
    this.methods = new Methods(redaction);
  }

  /** What is read from here on. @param batch of a scanner that notes `callKeys` */
  open({ places }: TraceBatch): void {
    if (places.keys !== callKeys) throw new TypeError('the attributes of calls were not noted');
    this.found = places;
  }

  /** Whether this CLIENT or PRODUCER span is a call by itself, and not one of a proxy. @param span moved to it */
  isCall(span: SpanView): boolean {
    return this.find(span) && !this.isOfProxy;
  }

  /**
   * @param span a CLIENT or PRODUCER span
   * @param into is written over
   * @returns false if it is no call, or one of a proxy beside the app: the app's own span says the same
   */
  read(span: SpanView, caller: Caller, into: ClientCall): boolean {
    if (!this.isCall(span)) return false;
    const { found, methods } = this;
    const whom = mix(mix(caller.serviceNumber, 1), this.whomIsCalled());
    into.place = this.places.find(whom, caller.service, span);
    into.method = this.methodKey === -1 ? methods.none : methods.numberOf(found, this.methodKey);
    const asked = mix(mix(caller.serviceNumber, 1), this.whomIsAsked());
    const operation = mix(mix(mix(asked, caller.identityBits), into.method), this.what);
    into.operation = (this.bits & part.what) === 0 ? mix(operation, span.nameHash) : operation;
    into.outcome = this.outcomeOf(span);
    into.weight = weightOf(span);
    into.endMillis = span.endMillis;
    into.startMillis = into.endMillis - Math.max(0, span.durationNanos) / 1e6;
    into.isMarked = this.isMarked;
    into.instance = caller.identityBits;
    return true;
  }

  /** Why the call that was read last may be tried again. @param span the same */
  reasonOf(span: SpanView, { outcome: became }: ClientCall): RetryReason {
    const [exception] = span.exceptions(1, exceptionKeys);
    const type = exception?.attributes.get(exceptionAttributes.type);
    const message = exception?.attributes.get(exceptionAttributes.message);
    const said = this.found.value(keyNumbers.errorType);
    // Messages come last: they may be of many words, one of which means something else.
    const texts = [type, said, span.statusMessage, message].filter(
      (text) => text !== undefined && text !== '',
    );
    return reasonOf(this.httpStatus, this.grpcStatus, became === outcome.aborted, texts.map(String));
  }

  private find(span: SpanView): boolean {
    const { found } = this;
    found.moveTo(span.index);
    this.bits = 0;
    this.whom = 0;
    this.port = 0;
    this.socket = 0;
    this.what = 0;
    this.methodKey = -1;
    this.isMarked = false;
    for (let i = 0; i < found.count; i++) {
      const key = found.keyAt(i);
      const bits = parts[key]!;
      this.bits |= bits;
      // Added up, since two attempts may write them in another order.
      if ((bits & part.whom) !== 0) this.addWhom(bits, found.hashOf(key));
      if ((bits & part.what) !== 0) this.what = (this.what + found.hashOf(key)) | 0;
      if ((bits & part.method) !== 0 && this.methodKey === -1) this.methodKey = key;
      if ((bits & part.mark) !== 0 && found.wholeNumber(key) > 0) this.isMarked = true;
    }
    return (this.bits & part.ofCall) !== 0;
  }

  private get isOfProxy(): boolean {
    const { found } = this;
    return found.has(keyNumbers.component) && found.value(keyNumbers.component) === proxy;
  }

  private addWhom(bits: number, hashed: number): void {
    this.whom = (this.whom + hashed) | 0;
    if ((bits & part.port) !== 0) this.port = (this.port + hashed) | 0;
    if ((bits & part.socket) !== 0) this.socket = (this.socket + hashed) | 0;
  }

  /** The same for all attempts at a call: what only one with a connection says is left out, as far as something else says it. */
  private whomIsAsked(): number {
    const { bits, whom, port, socket } = this;
    if ((bits & part.url) !== 0) return (whom - port - socket) | 0;
    return (bits & part.name) === 0 ? whom : (whom - socket) | 0;
  }

  /** By what the span says of it, and by the authority in its url where it does not say it, or not all of it. */
  private whomIsCalled(): number {
    const { bits, whom, found } = this;
    if ((bits & part.url) === 0) return whom;
    const isNamed = (bits & (part.name | part.socket)) !== 0;
    const lacksPort = (bits & part.port) === 0 && found.has(keyNumbers.formerUrl);
    return isNamed && !lacksPort ? whom : (whom + this.authorityInUrl()) | 0;
  }

  private authorityInUrl(): number {
    const url = keyNumbers.url.map((key) => this.found.value(key)).find((value) => value !== undefined);
    if (url === undefined) return 0;
    const { scheme, address, port } = authorityOf(String(url));
    return this.hosts(`${scheme}://${address}:${port}`);
  }

  /** As newer conventions write it: `UNAVAILABLE`. */
  private grpcStatusByName(): number {
    for (const key of keyNumbers.grpcStatus) {
      const name = this.found.has(key) ? this.found.value(key) : undefined;
      if (typeof name === 'string') return grpcNumberOf(name) ?? -1;
    }
    return -1;
  }

  private outcomeOf(span: SpanView): number {
    const { found } = this;
    this.httpStatus = first(found, keyNumbers.httpStatus);
    this.grpcStatus = first(found, keyNumbers.grpcStatus);
    if (this.grpcStatus === -1) this.grpcStatus = this.grpcStatusByName();
    const hasError = span.hasException || found.has(keyNumbers.errorType);
    const isHttp = hasAny(found, keyNumbers.httpMethod);
    return outcomeOf(isHttp, this.httpStatus, this.grpcStatus, span.statusCode, hasError);
  }
}

function first(found: AttributePlaces, keys: readonly number[]): number {
  for (let i = 0; i < keys.length; i++) {
    const value = found.wholeNumber(keys[i]!);
    if (value !== -1) return value;
  }
  return -1;
}

function hasAny(found: AttributePlaces, keys: readonly number[]): boolean {
  for (let i = 0; i < keys.length; i++) if (found.has(keys[i]!)) return true;
  return false;
}
