import CircuitBreaker from 'opossum';
import { type Call, Rejected, type Send, type Settings } from '../client.ts';
import { notes } from '../notes.ts';

/** Its own rule: more than half of at least so many calls failed. */
export function behindOpossum(
  send: Send,
  { breaker }: Settings,
  timeoutMillis: number,
): CircuitBreaker<[Call], number> {
  const circuit = new CircuitBreaker(send, {
    timeout: timeoutMillis,
    errorThresholdPercentage: 50,
    volumeThreshold: breaker.consecutiveFailures,
    resetTimeout: breaker.openMillis,
    rollingCountTimeout: 3000,
  });
  circuit.on('open', () => notes.breaker('open'));
  circuit.on('halfOpen', () => notes.breaker('half_open'));
  circuit.on('close', () => notes.breaker('closed'));
  return circuit;
}

export function throughOpossum(circuit: CircuitBreaker<[Call], number>): Send {
  return (call) =>
    circuit.fire(call).catch((error: Error & { code?: string }) => {
      throw error.code === 'EOPENBREAKER' ? new Rejected() : error;
    });
}
