import { spanAttributes } from '../conventions/attributes.ts';
import { grpcNumberOf } from '../conventions/grpc-codes.ts';
import { type AttributeValue, wholeNumberIn } from '../otlp/attributes.ts';
import { readBeyond } from '../redact/redactor.ts';
import { type Severity, severities } from './error-event.ts';

/** What failed, as far as one exception, log record or status says it. */
export interface Described {
  type: string;
  message: string;
  stack: string;
  /** Milliseconds since the Unix epoch. */
  timeMillis: number;
  isException: boolean;
}

/** What the attributes around a failure say of what it is. */
export interface Clues {
  codes: { httpStatusCode?: number; grpcStatusCode?: number; dbStatusCode?: string };
  /** Said by the app. */
  severity: Severity | undefined;
}

/** Of no use but to people, who look at few of many failures. */
export interface FailureDetails {
  component: string;
  attributes: Record<string, AttributeValue>;
  /** Said by the app. */
  supportCode: string | undefined;
}

export type Attributes = ReadonlyMap<string, AttributeValue>;

/** Longest texts kept, in UTF-16 units. */
export const longest = {
  type: 256,
  message: 4096,
  stack: 32_768,
  key: 256,
  value: 512,
  operation: 256,
  /** Of a likely cause, what failed and what came of it each. */
  cause: 240,
  breadcrumb: 200,
} as const;

/** The beginning of a text, as much as must be there until it has no secrets any more: none is cut before it is found. */
export function readable(text: string, kept: keyof typeof longest): string {
  return text.slice(0, longest[kept] + readBeyond);
}

const mostAttributes = 64;

/** Attributes that clues are in. */
export const clueNames: readonly string[] = [
  ...spanAttributes.httpStatus,
  ...spanAttributes.grpcStatus,
  spanAttributes.dbStatus,
  spanAttributes.severity,
];

export function cluesIn(attributes: Attributes): Clues {
  const httpStatusCode = wholeNumberIn(firstOf(attributes, spanAttributes.httpStatus));
  const grpcStatusCode = grpcNumberOf(firstOf(attributes, spanAttributes.grpcStatus));
  const dbStatusCode = attributes.get(spanAttributes.dbStatus);
  return {
    codes: {
      ...(httpStatusCode === undefined ? {} : { httpStatusCode }),
      ...(grpcStatusCode === undefined ? {} : { grpcStatusCode }),
      ...(dbStatusCode === undefined ? {} : { dbStatusCode: String(dbStatusCode) }),
    },
    severity: severityIn(attributes),
  };
}

/**
 * @param ownComponent what it is a part of, if the app does not say
 * @param around attributes of the job or task that it was a part of: few, and for all of them there is room
 */
export function detailsIn(
  attributes: Attributes,
  ownComponent: string,
  around: Attributes = new Map(),
): FailureDetails {
  const component = attributes.get(spanAttributes.component) ?? ownComponent;
  return {
    component: readable(String(component), 'value'),
    attributes: { ...kept(around), ...kept(attributes) },
    supportCode: supportCodeIn(attributes),
  };
}

/** Empty if nothing says. */
export function userIn(attributes: Attributes): string {
  return String(firstOf(attributes, spanAttributes.user) ?? '').slice(0, longest.value);
}

export function severityIn(attributes: Attributes): Severity | undefined {
  const said = attributes.get(spanAttributes.severity);
  if (said === undefined) return undefined;
  const lower = String(said).toLowerCase();
  return severities.find((severity) => severity === lower);
}

function supportCodeIn(attributes: Attributes): string | undefined {
  const said = attributes.get(spanAttributes.supportCode);
  return typeof said === 'string' && /^[\w-]{1,64}$/.test(said) ? said : undefined;
}

/** All but what has a place of its own in the event. */
function kept(attributes: Attributes): Record<string, AttributeValue> {
  const found: Record<string, AttributeValue> = {};
  let count = 0;
  for (const [key, value] of attributes) {
    if (hasPlaceOfItsOwn(key)) continue;
    if (++count > mostAttributes) break;
    found[key] = typeof value === 'string' ? readable(value, 'value') : value;
  }
  return found;
}

function hasPlaceOfItsOwn(key: string): boolean {
  return key.startsWith('exception.') || key.startsWith('tocsin.') || key === '__proto__';
}

export function firstOf(attributes: Attributes, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}
