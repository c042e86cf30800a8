import { wireType, WireReader } from '../../otlp/wire.ts';
import type { Readiness } from '../../runtime/readiness.ts';
import type { Admission } from '../admission.ts';
import { Refused } from '../answer.ts';
import { exportsOf } from '../exports.ts';
import { embeddedField, textField, varintField } from '../protobuf-fields.ts';
import type { Call } from './call.ts';
import { trailersOf } from './status.ts';

/** grpc.health.v1.HealthCheckResponse.ServingStatus (github.com/grpc/grpc-proto, grpc/health/v1/health.proto). */
const servingStatus = { serving: 1, notServing: 2, serviceUnknown: 3 } as const;

/** Everything together, and each service of its own. */
const services = ['', ...Object.values(exportsOf).map(({ service }) => service)];

/** A request of this service is the name of another. */
const longestRequestBytes = 1024;
/** Each is a call that does not end. Far more than there are apps in a pod. */
const mostWatchers = 100;

/**
 * The service grpc.health.v1.Health, as github.com/grpc/grpc, doc/health-checking.md, has it. All services serve as soon as Tocsin is
 * ready, and until it begins to stop.
 */
export class Health {
  private readonly readiness: Readiness;
  private readonly admission: Admission;
  private readonly watchers = new Set<Call>();
  private readonly methods: Readonly<Record<string, (call: Call, request: Uint8Array) => void>> = {
    '/grpc.health.v1.Health/Check': (call, request) => this.check(call, request),
    '/grpc.health.v1.Health/List': (call) => this.list(call),
    '/grpc.health.v1.Health/Watch': (call, request) => this.watch(call, request),
  };

  constructor(readiness: Readiness, admission: Admission) {
    this.readiness = readiness;
    this.admission = admission;
  }

  has(path: string): boolean {
    return Object.hasOwn(this.methods, path);
  }

  /** @throws Refused, MalformedOtlp */
  async answer(path: string, call: Call): Promise<void> {
    const claim = this.admission.open();
    try {
      this.methods[path]?.(call, await call.read(longestRequestBytes, claim));
    } finally {
      claim.release();
    }
  }

  /** Ends the calls that would not end by themselves. */
  close(): void {
    for (const watcher of this.watchers) watcher.end();
  }

  private check(call: Call, request: Uint8Array): void {
    const service = serviceNamedIn(request);
    if (!services.includes(service)) throw new Refused('unknownService', 'there is no service of this name');
    call.succeed(this.statusOf(service));
  }

  private list(call: Call): void {
    const entries = services.map((service) =>
      embeddedField(1, textField(1, service), embeddedField(2, this.statusOf(service))),
    );
    call.succeed(Buffer.concat(entries));
  }

  private watch(call: Call, request: Uint8Array): void {
    const service = serviceNamedIn(request);
    if (!call.isOpen) return;
    if (this.watchers.size >= mostWatchers) throw new Refused('tooMany', 'too many calls watch already');
    // It only ends when the listener closes.
    call.begin(trailersOf(new Refused('overloaded', 'Tocsin is about to stop')));
    const tell = (): void => call.send(this.statusOf(service));
    tell();
    const cancel = this.readiness.onChange(tell);
    this.watchers.add(call);
    call.onClosed(() => {
      cancel();
      this.watchers.delete(call);
    });
  }

  /** A HealthCheckResponse. */
  private statusOf(service: string): Uint8Array {
    const known = this.readiness.isReady ? servingStatus.serving : servingStatus.notServing;
    return varintField(1, services.includes(service) ? known : servingStatus.serviceUnknown);
  }
}

/** Of a HealthCheckRequest. @throws MalformedOtlp */
function serviceNamedIn(request: Uint8Array): string {
  const reader = new WireReader();
  reader.reset(request);
  const end = request.length;
  let service = '';
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag !== ((1 << 3) | wireType.len)) {
      reader.skip(tag, end);
      continue;
    }
    const length = reader.length(end);
    service = Buffer.from(request.subarray(reader.at, reader.at + length)).toString();
    reader.at += length;
  }
  return service;
}
