import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { type Client, Rejected } from '../client.ts';
import { notes } from '../notes.ts';
import { client as plain } from './fetch.ts';

const states = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
} as const;

/** Opens after failures in a row, as Tocsin's shadow breakers do. */
export const client: Client = {
  packages: ['cockatiel'],
  async open(settings) {
    const { breaker } = settings;
    const send = await plain.open(settings);
    const policy = circuitBreaker(handleAll, {
      halfOpenAfter: breaker.openMillis,
      breaker: new ConsecutiveBreaker(breaker.consecutiveFailures),
    });
    policy.onStateChange((state) => notes.breaker(states[state]));
    return async (call) => {
      try {
        return await policy.execute(() => send(call));
      } catch (error) {
        throw error instanceof BrokenCircuitError ? new Rejected() : error;
      }
    };
  },
};
