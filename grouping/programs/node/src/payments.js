export class UpstreamError extends Error {
  name = 'UpstreamError';
}

async function get(url) {
  const reply = await fetch(url);

  if (!reply.ok) throw new UpstreamError(`GET ${url} answered ${reply.status}`);
  return await reply.json();
}

export async function fetchInvoice(request) {
  const found = await get(`${request.upstream}/503/invoices/${request.order}`);

  return found.pdf;
}

export async function charge(request) {
  const url = `${request.upstream}/slow/charges/${request.uuid}`;

  const reply = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(40) });
  return await reply.json();
}

export function receiveWebhook(request) {
  const found = JSON.parse(request.body);

  return found.event;
}

export function readSettings(request) {
  const text = `theme: ${request.name}`;

  return JSON.parse(text).theme;
}

/** One line that fails for several reasons: it is one bug of the code that lets them all through. */
export function refund(request) {
  const entry = { order: request.order, reason: request.reason };

  throw new Error(`refund of order ${entry.order} rejected: ${entry.reason}`);
}
