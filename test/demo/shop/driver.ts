import type { Faults } from '../../../src/demo/shop/faults.ts';

/** The status of the answer. */
export async function get(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}

/** What the service says that its faults are now. */
export async function setFaults(serviceUrl: string, faults: Faults): Promise<unknown> {
  const response = await fetch(`${serviceUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  return response.json();
}

export async function clearFaults(serviceUrl: string): Promise<number> {
  const response = await fetch(`${serviceUrl}/faults`, { method: 'DELETE' });
  return response.status;
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
