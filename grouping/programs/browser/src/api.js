export class ApiError extends Error {
  name = 'ApiError';
}

async function request(url, options) {
  const reply = await fetch(url, options);

  if (!reply.ok) throw new ApiError(`${url} answered ${reply.status}`);
  return await reply.json();
}

export async function loadStock(event) {
  const found = await request(`http://${event.HOST}:${event.PORT}/stock/${event.SKU}`);

  return found.level;
}

export async function loadReviews(event) {
  const rows = await request(`/503/reviews/${event.ORDER}`);

  return rows.length;
}

export async function sendOrder(event) {
  const reply = await request(`/slow/orders/${event.UUID}`, { signal: AbortSignal.timeout(50) });

  return reply.id;
}
