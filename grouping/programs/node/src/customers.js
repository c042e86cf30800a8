import { check } from 'minischema';

export function signUp(request) {
  const entry = { email: request.email, age: request.name };

  return check({ email: 'string', age: 'number' }, entry);
}

/** An answer of PostgreSQL, as `pg` throws it. */
class DatabaseError extends Error {
  name = 'error';
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

export function saveEmail() {
  throw new DatabaseError('duplicate key value violates unique constraint "customers_email_key"', '23505');
}

export function saveSku() {
  throw new DatabaseError('duplicate key value violates unique constraint "products_sku_key"', '23505');
}

export function findCustomer(request) {
  throw new Error(`no customer with id ${request.customer} (${request.email})`);
}

export function findCoupon(request) {
  throw new Error(`no coupon with id ${request.order} (${request.email})`);
}
