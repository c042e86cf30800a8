import { hash } from 'node:crypto';
import type { ErrorEvent } from '../errors/error-event.ts';
import { remembered } from '../runtime/remembered.ts';

/** Crockford's base32, lower-cased where it is shown: no letter in it can be taken for a digit. */
const base32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 32 hex digits. The parts are told apart by their lengths, so that no two groups of parts run together. */
export function issueId(service: string, environment: string, fingerprint: string): string {
  return named(
    `${service.length}:${service}${environment.length}:${environment}${fingerprint.length}:${fingerprint}`,
  );
}

/** The issue that an event belongs to. */
export function issueOf({
  service,
  environment,
  fingerprint,
}: Pick<ErrorEvent, 'service' | 'environment' | 'fingerprint'>): string {
  return issueId(service, environment, fingerprint);
}

const named = remembered({ most: 256, longest: 1024 }, (parts) => hash('sha256', parts).slice(0, 32));

/** The service's name and 6 letters of the id: 30 bits, enough to be unique among the issues of one store. */
export function shortIssueId(service: string, id: string): string {
  let bits = Number.parseInt(id.slice(0, 8), 16) >>> 2;
  let letters = '';
  for (let i = 0; i < 6; i++) {
    letters = base32[bits % 32]! + letters;
    bits = Math.floor(bits / 32);
  }
  const name = service
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '-')
    .slice(0, 24)
    .replaceAll(/^-+|-+$/g, '');
  return `${name === '' ? 'APP' : name}-${letters}`;
}
