import { channel } from 'node:diagnostics_channel';
import { callOfHeaders } from '../call-header.ts';
import { notes } from '../notes.ts';

/** undici has no hook for its retries, but its diagnostics channel tells of each request that it makes. */
export function noteAttempts(): void {
  const made = new Map<string, number>();
  channel('undici:request:create').subscribe((message) => {
    const { request } = message as { request: { headers: string | string[] } };
    const call = callOfHeaders(request.headers);
    if (call === undefined) return;
    made.set(call, (made.get(call) ?? 0) + 1);
    if (made.get(call)! > 1) notes.retry(call);
  });
}
