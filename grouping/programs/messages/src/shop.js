import { durationOf, failure, idOf, timeOf } from './failure.js';

export function importMissing({ FILE }) {
  throw failure('Error', `ENOENT: no such file or directory, open '${FILE}'`, 'ENOENT');
}

export function templateMissing() {
  const file = `${process.cwd()}/templates/receipt.html`;
  throw failure('Error', `ENOENT: no such file or directory, open '${file}'`, 'ENOENT');
}

export function uploadSize({ UUID, NAME, AMOUNT }) {
  throw failure('UploadError', `upload ${UUID} "${NAME}.pdf" of ${AMOUNT} MB is larger than 10 MB`);
}

export function tokenExpired({ UUID }) {
  throw failure(
    'TokenExpiredError',
    `token of session ${idOf(UUID, 32)} expired at ${timeOf(UUID).toISOString()}`,
  );
}

export function jobEmails({ ORDER, UUID }) {
  throw failure('JobError', `job ${ORDER} in queue emails failed after 3 attempts in ${durationOf(UUID)}ms`);
}

export function jobInvoices({ ORDER, UUID }) {
  throw failure(
    'JobError',
    `job ${ORDER} in queue invoices failed after 3 attempts in ${durationOf(UUID)}ms`,
  );
}

export function balance({ AMOUNT, ORDER }) {
  throw failure('PaymentError', `account ${ORDER}: balance is less than ${AMOUNT} EUR`);
}

export function limit({ AMOUNT, ORDER }) {
  throw failure('PaymentError', `account ${ORDER}: limit is less than ${AMOUNT} EUR`);
}

export function fieldAge({ NAME }) {
  throw failure('ValidationError', `Value "${NAME}" for field "age" is not a number`);
}

export function fieldZip({ NAME }) {
  throw failure('ValidationError', `Value "${NAME}" for field "zip" is not a number`);
}

export function nullCustomer() {
  throw failure('GraphQLError', 'Cannot return null for non-nullable field Order.customer.');
}

export function nullTotal() {
  throw failure('GraphQLError', 'Cannot return null for non-nullable field Order.total.');
}

export function badJson({ BODY }) {
  JSON.parse(`{${BODY}`);
}

export function checksum({ FILE, UUID }) {
  const [wanted, got] = [idOf(`${UUID}1`, 40), idOf(`${UUID}2`, 40)];
  throw failure('IntegrityError', `sha512 of ${FILE} is ${got}, ${wanted} was wanted`);
}
