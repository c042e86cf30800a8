import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { answerError, createFaultyApp } from './faulty-app.ts';
import { serve } from './serve.ts';

class PaymentDeclined extends Error {
  override readonly name = 'PaymentDeclined';

  constructor(order: string) {
    super(`card declined for order ${order}`);
  }
}

function charge(order: string, isDeclined: boolean): { order: string; authorization: string } {
  return { order, authorization: authorize(order, isDeclined) };
}

function authorize(order: string, isDeclined: boolean): string {
  if (isDeclined) throw new PaymentDeclined(order);
  return randomUUID();
}

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const { app, suffer, answerHealth } = createFaultyApp();

app.post(
  '/charge',
  suffer((request, response, mustThrow) => {
    const order = (request.body as { order?: unknown } | undefined)?.order;
    if (typeof order !== 'string') response.status(400).json({ error: 'order is missing' });
    else response.json(charge(order, mustThrow));
  }),
);
app.get('/healthz', answerHealth);
app.use(answerError);

await serve('payments', app, values.port);
