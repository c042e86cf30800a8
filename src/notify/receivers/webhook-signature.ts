import { createHmac } from 'node:crypto';
import type { Secret } from '../../config/secret.ts';

export const signatureHeader = 'tocsin-signature';

/**
 * `t=SECONDS,v1=HEX`: when it was signed, and the HMAC-SHA256 of `SECONDS.BODY`. With the time in it, what somebody recorded is
 * known to be old when it is sent again; with a name for the way of signing, another one can come beside it.
 */
export function signatureOf(body: string, secret: Secret, nowMillis: number): string {
  const seconds = Math.floor(nowMillis / 1000);
  const digest = createHmac('sha256', secret.reveal()).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}
