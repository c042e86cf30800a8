import { Agent } from 'undici';

/** What undici's own agents and `fetch` send through. Without pipelining there is no connection to come back to. */
export function dispatcher(keepAlive: boolean): Agent {
  return new Agent(keepAlive ? {} : { pipelining: 0 });
}
