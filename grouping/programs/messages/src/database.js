import { durationOf, failure } from './failure.js';

export function uniqueEmail() {
  throw failure('error', 'duplicate key value violates unique constraint "users_email_key"', '23505');
}

export function uniqueNumber() {
  throw failure('error', 'duplicate key value violates unique constraint "orders_number_key"', '23505');
}

export function nullEmail() {
  throw failure(
    'error',
    'null value in column "email" of relation "users" violates not-null constraint',
    '23502',
  );
}

export function nullName() {
  throw failure(
    'error',
    'null value in column "name" of relation "users" violates not-null constraint',
    '23502',
  );
}

export function foreignCustomer() {
  const constraint = '"orders" violates foreign key constraint "orders_customer_id_fkey"';
  throw failure('error', `insert or update on table ${constraint}`, '23503');
}

export function foreignProduct() {
  const constraint = '"orders" violates foreign key constraint "orders_product_id_fkey"';
  throw failure('error', `insert or update on table ${constraint}`, '23503');
}

export function syntax({ NAME }) {
  throw failure('error', `invalid input syntax for type integer: "${NAME}"`, '22P02');
}

export function duplicateEmail({ EMAIL }) {
  throw failure('Error', `Duplicate entry '${EMAIL}' for key 'users.email'`, 'ER_DUP_ENTRY');
}

export function duplicateNumber({ ORDER }) {
  throw failure('Error', `Duplicate entry '${ORDER}' for key 'orders.number'`, 'ER_DUP_ENTRY');
}

export function longTitle({ COUNT }) {
  throw failure('Error', `Data too long for column 'title' at row ${COUNT}`, 'ER_DATA_TOO_LONG');
}

export function longBody({ COUNT }) {
  throw failure('Error', `Data too long for column 'body' at row ${COUNT}`, 'ER_DATA_TOO_LONG');
}

export function mongoEmail({ EMAIL }) {
  const key = `collection: shop.users index: email_1 dup key: { email: "${EMAIL}" }`;
  throw failure('MongoServerError', `E11000 duplicate key error ${key}`, 11_000);
}

export function mongoPhone({ ORDER }) {
  const key = `collection: shop.users index: phone_1 dup key: { phone: "+49 30 ${ORDER}" }`;
  throw failure('MongoServerError', `E11000 duplicate key error ${key}`, 11_000);
}

export function slowCart({ UUID }) {
  throw failure('TimeoutError', `HGETALL cart:${UUID} timed out after ${durationOf(UUID)} ms`);
}

export function slowSession({ UUID }) {
  throw failure('TimeoutError', `GET session:${UUID} timed out after ${durationOf(UUID)} ms`);
}
