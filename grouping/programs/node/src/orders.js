import assert from 'node:assert/strict';
import { check } from 'minischema';

const customers = { guest: { name: 'Guest' } };

export function invoiceAddress(request) {
  const found = customers[request.customer] ?? customers.guest;

  return format(found, 'invoice');
}

export function shippingLabel(request) {
  const found = customers.guest;

  const text = found.address.street;
  return `${request.order}: ${text}`;
}

function format(customer, kind) {
  return [kind, customer.address.street, customer.address.city].join('\n');
}

export function checkout(request) {
  const basket = { sku: request.sku, count: String(request.count) };

  return check({ sku: 'string', count: 'number' }, basket);
}

export class OutOfStock extends Error {
  constructor(sku, wanted) {
    super(`product ${sku} is out of stock: ${wanted} wanted, 0 left`);
    this.name = 'OutOfStock';
  }
}

export async function reserve(request) {
  const rows = await stockOf(request.sku);

  if (rows.length < request.count) throw new OutOfStock(request.sku, request.count);
  return rows;
}

async function stockOf(sku) {
  await new Promise((resolve) => setImmediate(resolve));
  return sku === '' ? [sku] : [];
}

export function orderTotal(request) {
  const price = Number(request.amount) * request.count;

  assert.equal(price, Number(request.amount), `order ${request.order} has another total`);
  return price;
}
