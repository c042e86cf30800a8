/** What customers and other services sent, which differs from one occurrence to the next. */
export function readRequest(env) {
  return {
    order: Number(env.ORDER),
    customer: Number(env.CUSTOMER),
    email: env.EMAIL,
    name: env.NAME,
    sku: env.SKU,
    amount: env.AMOUNT,
    uuid: env.UUID,
    host: env.HOST,
    port: env.PORT,
    upstream: `http://${env.HOST}:${env.UPSTREAM_PORT}`,
    file: env.FILE,
    body: env.BODY,
    count: Number(env.COUNT),
    reason: env.REASON,
  };
}
