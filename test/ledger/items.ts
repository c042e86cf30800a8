import type { Signal } from '../../src/otlp/signal.ts';
import { factsOf, type Item as WireItem, itemsIn, jsonForm } from '../conformance/signals.ts';
import { decode } from '../support/otlp-reference.ts';
import type { Shipment } from './shipment.ts';

/** A span, log record or data point that was sent, known everywhere by its number. */
export interface Item {
  number: number;
  signal: Signal;
  shipment: Shipment;
  /** All that it is, but for its trace state, with its resource and scope. */
  text: string;
  /** Without one its ids are none, and it is to be rejected alone. */
  isValid: boolean;
  failed: boolean;
  /** Of a span. */
  trace: Trace | undefined;
}

/** A local trace. */
export interface Trace {
  id: string;
  /** What its root is; none never comes. */
  root: 'plain' | 'health check' | 'file' | 'none';
  spans: Item[];
}

/** By which an item is found again. */
export const numberKey = 'ledger.item';

type Decoded = Record<string, Record<string, unknown>[]>;

/** The items of a request as everybody sees them. @throws Error if it is not OTLP */
export function seenItems(signal: Signal, body: Uint8Array): { number: number; text: string }[] {
  const [resources = []] = Object.values(decode(factsOf[signal].request, body) as Decoded);
  return resources.flatMap((resource) => {
    const scopes = Object.values(resource).find((value) => Array.isArray(value)) as WireItem[] | undefined;
    return (scopes ?? []).flatMap((scope) =>
      itemsIn(scope).map((item) => ({
        number: numberOf(item),
        text: textOf([resource['resource'], scope['scope'], item]),
      })),
    );
  });
}

/** Without the trace state, in which sampling writes. */
function textOf(parts: unknown): string {
  return JSON.stringify(jsonForm(parts), (key, value: unknown) => (key === 'traceState' ? undefined : value));
}

function numberOf({ attributes = [] }: WireItem): number {
  return Number(attributes.find(({ key }) => key === numberKey)?.value?.intValue ?? Number.NaN);
}
