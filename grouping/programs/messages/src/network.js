import { durationOf, failure, idOf, timeOf } from './failure.js';

export function refusedPostgres({ HOST }) {
  throw failure('Error', `connect ECONNREFUSED ${HOST}:5432`, 'ECONNREFUSED');
}

export function refusedRedis({ HOST }) {
  throw failure('Error', `connect ECONNREFUSED ${HOST}:6379`, 'ECONNREFUSED');
}

/** Pods of a stateful set have numbers. */
export function unknownHost({ COUNT }) {
  throw failure(
    'Error',
    `getaddrinfo ENOTFOUND search-${COUNT}.search.default.svc.cluster.local`,
    'ENOTFOUND',
  );
}

export function missingOrder({ ORDER }) {
  throw failure('Error', `5 NOT_FOUND: order ${ORDER} not found`, 5);
}

export function missingCustomer({ CUSTOMER }) {
  throw failure('Error', `5 NOT_FOUND: customer ${CUSTOMER} not found`, 5);
}

export function unavailable({ HOST, UUID }) {
  const last = `connect ECONNREFUSED ${HOST}:50051 (${timeOf(UUID).toISOString()})`;
  throw failure('Error', `14 UNAVAILABLE: No connection established. Last error: ${last}`, 14);
}

export function badGatewayCharge({ UUID }) {
  const url = `https://api.pay.example/v1/charges/ch_${idOf(UUID, 24)}`;
  throw failure('PaymentError', `GET ${url} returned 502 after ${durationOf(UUID)} ms`);
}

export function badGatewayRefund({ UUID }) {
  const url = `https://api.pay.example/v1/refunds/re_${idOf(UUID, 24)}`;
  throw failure('PaymentError', `GET ${url} returned 502 after ${durationOf(UUID)} ms`);
}

export function status503() {
  throw failure('AxiosError', 'Request failed with status code 503', 'ERR_BAD_RESPONSE');
}

export function status404() {
  throw failure('AxiosError', 'Request failed with status code 404', 'ERR_BAD_REQUEST');
}

export function brokerGone({ COUNT, HOST, UUID }) {
  const broker = `[broker ${COUNT} ${HOST}:9092]`;
  throw failure('KafkaJSConnectionError', `${broker} Connection error: closed after ${durationOf(UUID)}ms`);
}

export function unknownRecipient({ EMAIL }) {
  throw failure('Error', `550 5.1.1 <${EMAIL}>: Recipient address rejected: User unknown`, 'EENVELOPE');
}

export function fullMailbox({ EMAIL }) {
  throw failure('Error', `452 4.2.2 <${EMAIL}>: Recipient address rejected: Mailbox full`, 'EENVELOPE');
}

export function rateLimit({ UUID, COUNT }) {
  throw failure('RateLimitError', `Rate limit reached for ak_${idOf(UUID, 16)}, retry in ${COUNT} seconds`);
}

export function podGone({ UUID }) {
  const pod = `shop-${idOf(UUID, 9).toLowerCase()}-${idOf(UUID, 5).toLowerCase()}`;
  throw failure('HttpError', `pods "${pod}" not found`, 404);
}
