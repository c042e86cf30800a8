import type { Message } from './message.ts';

/** State and severity at a glance. */
export function symbol({ state, severity, incident }: Message): string {
  // Nobody has mended what is ignored, or only quiet.
  if (incident?.endReason === 'ignored') return '🔕';
  if (incident?.endReason === 'quiet') return '⚪';
  if (state === 'ended') return '✅';
  return { critical: '🔥', high: '🔴', medium: '🟠', low: '🟡' }[severity];
}
