import type { ErrorEvent } from '../errors/error-event.ts';
import type { Issue } from './issue.ts';

type NameOf = Pick<ErrorEvent, 'service' | 'environment' | 'fingerprint'>;

const otherFingerprint = 'other';

/** What an issue says it is that has the failures for whose issues a store has no room; undefined for one like any other. */
export function otherFacts({
  fingerprint,
}: Pick<NameOf, 'fingerprint'>): Pick<Issue, 'type' | 'class'> | undefined {
  return fingerprint === otherFingerprint ? { type: 'TooManyIssues', class: 'unknown' } : undefined;
}

/** Services, each in one environment, that have such an issue of their own. Who names more makes them up. */
const mostServices = 100;

/** Which issue a failure belongs to that has no room for its own: all of a service in an environment have one. */
export class OtherIssues {
  private readonly services = new Set<string>();

  nameOf({ service, environment }: NameOf): NameOf {
    const key = `${service}\u0000${environment}`;
    if (this.services.size < mostServices) this.services.add(key);
    return this.services.has(key)
      ? { service, environment, fingerprint: otherFingerprint }
      : { service: '(other)', environment: '', fingerprint: otherFingerprint };
  }
}
