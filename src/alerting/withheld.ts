import { isAboutReceiver } from '../conventions/own-failures.ts';
import type { AlertStep } from './alert-store.ts';
import type { Incident } from './incident.ts';

/** Who is not shown an incident: a receiver's failure is never told through itself. */
export function withheld(
  incidents: readonly Incident[],
  receivers: readonly string[],
): NonNullable<AlertStep['withheld']> {
  const found: Record<string, readonly string[]> = {};
  for (const { key, issue } of incidents) {
    const own = receivers.filter((receiver) => isAboutReceiver(issue, receiver));
    if (own.length > 0) found[key] = own;
  }
  return found;
}
