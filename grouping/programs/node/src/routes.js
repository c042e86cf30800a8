const customers = new Map();

/** Handlers without names, all in one file. */
export function addRoutes(app) {
  app.route('inline/discount', (request) => {
    const found = customers.get(request.customer);

    return found.discount;
  });

  app.route('inline/vat', (request) => {
    throw new Error(`order ${request.order} has no rate of VAT`);
  });

  app.route('arrow/label', async (request) => {
    const found = await Promise.resolve(customers.get(request.email));

    return found.address;
  });

  app.route('arrow/receipt', async (request) => {
    await Promise.resolve();
    throw new Error(`receipt ${request.uuid} was printed before`);
  });
}
