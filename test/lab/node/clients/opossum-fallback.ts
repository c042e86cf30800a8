import { type Call, type Client, notSent } from '../client.ts';
import { client as plain } from './axios.ts';
import { behindOpossum, throughOpossum } from './opossum-breaker.ts';

/** What fails or is rejected is answered by something else, so that the request of the user ends well. */
export const client: Client = {
  packages: ['opossum', ...plain.packages],
  async open(settings) {
    const circuit = behindOpossum(await plain.open(settings), settings, settings.timeoutMillis * 2);
    circuit.fallback((_call: Call, error: Error & { code?: string }) =>
      error.code === 'EOPENBREAKER' ? notSent : 203,
    );
    return throughOpossum(circuit);
  },
};
