import { besideItems } from '../../otlp/extract.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { ResourceFacts } from '../resource-facts.ts';

/** A ResourceSpans message without its scopes. */
export interface HeldResource {
  /** The same bytes as a text. */
  readonly key: string;
  readonly beside: Uint8Array;
  readonly facts: ResourceFacts;
  readonly scopes: Map<string, HeldScope>;
}

/** A ScopeSpans message without its spans. */
export interface HeldScope {
  readonly number: number;
  /** The same bytes as a text. */
  readonly key: string;
  readonly resource: HeldResource;
  readonly beside: Uint8Array;
  /** Held spans that stand in it. */
  spans: number;
}

/** Those that nothing is held of stay as long as there are fewer: the next request has the same, most often. */
const mostKept = 256;
/** What one takes beside its bytes, which are there twice: very many very small ones would take far more memory than is counted. */
const overheadBytes = 400;

/** The resources and scopes that held spans stand in: each is there once, however many requests it was in. */
export class SpanContexts {
  private readonly resources = new Map<string, HeldResource>();
  /** By number; there are holes. */
  private readonly scopes: (HeldScope | undefined)[] = [];
  private readonly free: number[] = [];
  /** That nothing is held of. */
  private readonly unused = new Set<HeldScope>();
  /** By resource and by scope of the request at hand. */
  private foundResources: HeldResource[] = [];
  private found: HeldScope[] = [];
  private batch: TraceBatch | undefined;
  /** Of all of them. */
  bytes = 0;

  /** What is asked from now on is of this request. */
  open(batch: TraceBatch): void {
    this.batch = batch;
    if (this.unused.size > mostKept) this.sweep();
  }

  /** Lets go of the request. */
  close(): void {
    this.batch = undefined;
    this.foundResources = [];
    this.found = [];
  }

  /** The scope that spans of the request stand in. @param resource index of its resource in the request */
  of(scope: number, resource: number, facts: ResourceFacts): HeldScope {
    const found = this.found[scope];
    if (found !== undefined) return found;
    // Not for each of its scopes anew: there may be ten thousands.
    const resourceFound = (this.foundResources[resource] ??= this.resourceOf(resource, facts));
    return (this.found[scope] = this.scopeOf(scope, resourceFound));
  }

  /** One more span is held of it. */
  use(scope: HeldScope): void {
    if (scope.spans++ === 0) this.unused.delete(scope);
  }

  /** One less. */
  giveBack(scope: HeldScope): void {
    if (--scope.spans === 0) this.unused.add(scope);
  }

  scope(number: number): HeldScope {
    return this.scopes[number]!;
  }

  /** Forgets those that nothing is held of, but for those that were asked for of the request at hand. */
  sweep(): void {
    const found = new Set(this.found);
    for (const scope of this.unused) if (!found.has(scope)) this.forget(scope);
  }

  private forget(scope: HeldScope): void {
    const { number, key, beside, resource } = scope;
    this.unused.delete(scope);
    this.scopes[number] = undefined;
    this.free.push(number);
    this.bytes -= costOf(beside);
    resource.scopes.delete(key);
    if (resource.scopes.size > 0) return;
    this.bytes -= costOf(resource.beside);
    if (this.resources.get(resource.key) === resource) this.resources.delete(resource.key);
  }

  private resourceOf(index: number, facts: ResourceFacts): HeldResource {
    const { bytes, resources } = this.batch!;
    const beside = besideItems(bytes, resources, index);
    const key = textOf(beside);
    const known = this.resources.get(key);
    // The same resource has other names once other secrets are taken out of them.
    if (known?.facts === facts) return known;
    const made = { key, beside, facts, scopes: new Map<string, HeldScope>() };
    this.resources.set(key, made);
    this.bytes += costOf(beside);
    return made;
  }

  private scopeOf(index: number, resource: HeldResource): HeldScope {
    const { bytes, scopes } = this.batch!;
    const beside = besideItems(bytes, scopes, index);
    const key = textOf(beside);
    const known = resource.scopes.get(key);
    if (known !== undefined) return known;
    const number = this.free.pop() ?? this.scopes.length;
    const made = { number, key, resource, beside, spans: 0 };
    this.scopes[number] = made;
    this.unused.add(made);
    resource.scopes.set(key, made);
    this.bytes += costOf(beside);
    return made;
  }
}

/** Two texts are the same if the bytes are. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The memory that a resource or scope takes. */
function costOf({ length }: Uint8Array): number {
  return 2 * length + overheadBytes;
}
