import { parseArgs } from 'node:util';
import { answerError, createFaultyApp } from './faulty-app.ts';
import { serve } from './serve.ts';

const chargeTimeoutMillis = 2_000;

class OutOfStock extends Error {
  override readonly name = 'OutOfStock';

  constructor(reference: string) {
    super(`nothing left in stock for ${reference}`);
  }
}

function reserve(reference: string, isOutOfStock: boolean): { inStock: number } {
  return { inStock: countStock(reference, isOutOfStock) };
}

function countStock(reference: string, isOutOfStock: boolean): number {
  if (isOutOfStock) throw new OutOfStock(reference);
  return 12;
}

/** False if payments did not take the money, or did not answer. */
async function charge(paymentsUrl: string, order: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/charge', paymentsUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ order }),
      signal: AbortSignal.timeout(chargeTimeoutMillis),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    payments: { type: 'string', default: 'http://127.0.0.1:8081' },
  },
});
const { app, suffer, answerHealth } = createFaultyApp();

app.get(
  '/checkout',
  suffer(async (request, response, mustThrow) => {
    const { order } = request.query;
    if (typeof order !== 'string') {
      response.status(400).json({ error: 'order is missing' });
      return;
    }
    reserve(`order ${order}`, mustThrow);
    const isPaid = await charge(values.payments, order);
    response
      .status(isPaid ? 200 : 502)
      .json(isPaid ? { order, status: 'paid' } : { error: 'payment failed' });
  }),
);
app.get(
  '/products/:id',
  suffer((request, response, mustThrow) => {
    const { id } = request.params;
    response.json({ id, ...reserve(`product ${String(id)}`, mustThrow) });
  }),
);
app.get('/healthz', answerHealth);
app.get('/readyz', answerHealth);
app.use(answerError);

await serve('storefront', app, values.port);
