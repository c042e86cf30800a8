import type { Signal } from '../../src/otlp/signal.ts';
import { factsOf, type Item as WireItem, itemsIn, jsonForm } from '../conformance/signals.ts';
import { decode } from '../support/otlp-reference.ts';

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
