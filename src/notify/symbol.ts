import type { Message } from './message.ts';

/** State and severity at a glance. */
export function symbol({ state, severity }: Message): string {
  if (state === 'ended') return '✅';
  return { critical: '🔥', high: '🔴', medium: '🟠', low: '🟡' }[severity];
}
