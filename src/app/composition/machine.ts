import { hostname, networkInterfaces } from 'node:os';
import type { Machine } from '../../forward/own-endpoint.ts';

/** The machine, or pod, that this runs on, as it is at the moment. */
export function thisMachine(): Machine {
  const addresses = Object.values(networkInterfaces()).flatMap((interfaces) =>
    (interfaces ?? []).map(({ address }) => address),
  );
  return { hostName: hostname(), addresses };
}
