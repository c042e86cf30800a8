import { MalformedOtlp } from '../../../src/otlp/malformed.ts';
import { sliceTraces } from '../../../src/otlp/slice.ts';
import { spanKind } from '../../../src/otlp/span-kind.ts';
import { type TraceBatch, TraceScanner } from '../../../src/otlp/trace-scanner.ts';
import { traceRequest } from '../../support/otlp-reference.ts';
import { expectedSpans, type SeenSpan, seenSpans } from '../../support/seen-spans.ts';
import { agreeOn } from '../agree.ts';
import { makeMessage } from '../make-message.ts';
import type { Random } from '../random.ts';
import { structureOf } from '../structure.ts';
import { surrounded, surroundings } from '../surrounded.ts';
import { Difference, same, type Target, type Verdict } from '../target.ts';

/** As the corpus has them. */
const notedKeys = ['service.name', 'http.route', 'exception.type', 'server.address', 'url.path'];
const scanner = new TraceScanner(notedKeys);
const another = new TraceScanner();

export const traces: Target = {
  name: 'traces',
  make: (random) => makeMessage('traces', random),
  check,
};

function check(input: Uint8Array, random: Random): Verdict {
  const scanned = scan(scanner, surrounded(input, random.one(surroundings)));
  const refused = scanned instanceof MalformedOtlp ? scanned : undefined;
  const agreed = agreeOn(traceRequest, input, refused);
  const again = scan(another, surrounded(input, random.one(surroundings)));
  if (agreed === undefined || scanned instanceof MalformedOtlp || again instanceof MalformedOtlp) {
    same('refused for the same reason whatever is around it', reasonOf(again), reasonOf(scanned));
    return 'refused';
  }
  const seen = seenSpans(scanned);
  same('seen as the same whatever is around it', seenSpans(again), seen);
  const expected = expectedSpans(agreed.object);
  same('rejected spans', scanned.rejectedSpans, expected.rejected);
  same('spans', seen.map(comparable(agreed.again)), expected.good.map(comparable(agreed.again)));
  if (!hasOddAttributes(agreed.again)) checkNoted(scanned, seen);
  checkSlice(scanned, seen, random);
  return 'taken';
}

function scan(by: TraceScanner, bytes: Uint8Array): TraceBatch | MalformedOtlp {
  try {
    return by.scan(bytes);
  } catch (error) {
    if (error instanceof MalformedOtlp) return error;
    throw error;
  }
}

function reasonOf(scanned: TraceBatch | MalformedOtlp): string {
  return scanned instanceof MalformedOtlp ? scanned.reason : 'it was not refused';
}

/**
 * In protobuf the last key of an attribute counts, several values are put together, and so are several scopes. Here the first key and the
 * first scope count, since to look for another would cost every attribute and every span, and the last value. No sender writes two: what
 * comes of it is not compared.
 */
function comparable(again: ReadonlySet<string>) {
  const hasOddScope = isAnyOf(again, 'ScopeSpans.scope', 'InstrumentationScope.name');
  return ({ attributes, exceptions, scope, ...others }: SeenSpan): object => ({
    ...others,
    scope: hasOddScope ? '' : scope,
    ...(hasOddAttributes(again) ? { exceptions: exceptions.length } : { attributes, exceptions }),
  });
}

function hasOddAttributes(again: ReadonlySet<string>): boolean {
  return isAnyOf(again, 'KeyValue.', 'AnyValue.');
}

function isAnyOf(fields: ReadonlySet<string>, ...messages: string[]): boolean {
  return [...fields].some((field) => messages.some((message) => field.startsWith(message)));
}

/** Of calls, what is noted of their attributes is what they have. */
function checkNoted({ places }: TraceBatch, seen: readonly SeenSpan[]): void {
  for (const [index, { kind, attributes }] of seen.entries()) {
    places.moveTo(index);
    for (const [number, key] of notedKeys.entries()) {
      const isCall = kind === spanKind.client || kind === spanKind.producer;
      const value = isCall ? attributes[key] : undefined;
      same(
        `${key} as noted`,
        places.value(number),
        typeof value === 'object' ? JSON.stringify(value) : value,
      );
    }
  }
}

/** What is passed on is whole, and the spans that are kept as they were. */
function checkSlice(batch: TraceBatch, seen: readonly SeenSpan[], random: Random): void {
  const keeps = seen.map(() => !random.once(3));
  const sliced = sliceTraces(batch, (index) => keeps[index]!);
  const { flaw } = structureOf(traceRequest, sliced);
  if (flaw !== undefined) throw new Difference(`what is passed on is broken: ${flaw}`);
  const passedOn = another.scan(sliced);
  same('nothing rejected is passed on', passedOn.rejectedSpans, 0);
  same(
    'passed on',
    seenSpans(passedOn),
    seen.filter((_, index) => keeps[index]),
  );
}
