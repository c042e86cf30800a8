import { randomBytes } from 'node:crypto';

/** Sends one request with one span that failed just now, as an app would. @throws Error unless it is taken */
export async function fail(otlpUrl: string, type: string): Promise<void> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const exception = {
    name: 'exception',
    timeUnixNano: String(now),
    attributes: [attribute('exception.type', type), attribute('exception.message', `${type} happened`)],
  };
  const span = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'POST /orders',
    kind: 2,
    startTimeUnixNano: String(now - 5_000_000n),
    endTimeUnixNano: String(now),
    status: { code: 2 },
    events: [exception],
  };
  const resource = { attributes: [attribute('service.name', 'orders')] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${otlpUrl}/v1/traces`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`it was answered ${response.status}`);
}
