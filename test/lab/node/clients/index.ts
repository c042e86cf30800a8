import type { Client } from '../client.ts';

/** A library is loaded only where it is used, so that no other is in the app. */
const clients: Readonly<Record<string, () => Promise<{ client: Client }>>> = {
  'aws-sdk': () => import('./aws-sdk.ts'),
  axios: () => import('./axios.ts'),
  'axios-auth': () => import('./axios-auth.ts'),
  'axios-retry': () => import('./axios-retry.ts'),
  'axios-retry-doubled': () => import('./axios-retry-doubled.ts'),
  cockatiel: () => import('./cockatiel.ts'),
  'cockatiel-axios-retry': () => import('./cockatiel-axios-retry.ts'),
  'cockatiel-breaker': () => import('./cockatiel-breaker.ts'),
  fetch: () => import('./fetch.ts'),
  'fetch-auth': () => import('./fetch-auth.ts'),
  'fetch-hedged': () => import('./fetch-hedged.ts'),
  got: () => import('./got.ts'),
  'got-auth': () => import('./got-auth.ts'),
  'grpc-js': () => import('./grpc-js.ts'),
  ky: () => import('./ky.ts'),
  'node-fetch': () => import('./node-fetch.ts'),
  opossum: () => import('./opossum.ts'),
  'opossum-axios-retry': () => import('./opossum-axios-retry.ts'),
  'opossum-fallback': () => import('./opossum-fallback.ts'),
  'opossum-impatient': () => import('./opossum-impatient.ts'),
  'p-retry': () => import('./p-retry.ts'),
  'p-retry-race': () => import('./p-retry-race.ts'),
  'p-retry-spans': () => import('./p-retry-spans.ts'),
  'undici-agent': () => import('./undici-agent.ts'),
  'undici-interceptor': () => import('./undici-interceptor.ts'),
};

export async function loadClient(name: string): Promise<Client> {
  const load = clients[name];
  if (load === undefined) throw new Error(`no client ${name}`);
  return (await load()).client;
}
