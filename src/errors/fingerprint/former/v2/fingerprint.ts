import { type FailureFacts, hashOf } from '../../../fingerprint.ts';
import { cleanMessage } from './message.ts';

/**
 * Version 2, as it was until version 3 came, which reads the calls of a trace in the same way, and more ids and what logging libraries
 * write around a message. It never changes: issues are known again by what it gives. Whoever changes how calls are read copies that here, too.
 */
export function fingerprintV2(facts: FailureFacts): string {
  return `2:${hashOf(facts, cleanMessage)}`;
}
