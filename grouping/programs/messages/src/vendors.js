import { durationOf, failure, idOf, timeOf } from './failure.js';

export function bucketMissing({ UUID }) {
  throw failure('NoSuchBucket', `The specified bucket does not exist (request ${idOf(UUID, 16)})`);
}

export function objectMissing({ UUID, ORDER }) {
  throw failure(
    'NoSuchKey',
    `The specified key does not exist: invoices/${ORDER}.pdf (request ${idOf(UUID, 16)})`,
  );
}

export function consumerLag({ COUNT, ORDER }) {
  throw failure(
    'KafkaError',
    `Group shipping is ${ORDER} records behind on topic parcels, partition ${COUNT}`,
  );
}

export function consumerRebalanced({ COUNT, ORDER }) {
  throw failure('KafkaError', `Group shipping lost partition ${COUNT} of topic parcels at offset ${ORDER}`);
}

export function ldapPassword({ NAME }) {
  throw failure('LdapError', `LDAP: error code 49 - Invalid Credentials (cn=${NAME.replaceAll(' ', '.')})`);
}

export function ldapBusy({ COUNT }) {
  throw failure('LdapError', `LDAP: error code 51 - Busy, ${COUNT} operations wait`);
}

export function searchTooLarge({ ORDER }) {
  throw failure(
    'ResponseError',
    `Result window is too large, from + size must be at most 10000 but was [${ORDER}]`,
  );
}

export function searchIndex({ UUID }) {
  throw failure(
    'ResponseError',
    `no such index [products-${idOf(UUID, 8).toLowerCase()}] and [auto-create] is off`,
  );
}

export function oauthGrant({ UUID }) {
  throw failure(
    'OAuthError',
    JSON.stringify({ error: 'invalid_grant', error_description: `code ${idOf(UUID, 20)} is used` }),
  );
}

export function oauthScope({ UUID }) {
  throw failure(
    'OAuthError',
    JSON.stringify({ error: 'invalid_scope', error_description: `client ${idOf(UUID, 20)} may not` }),
  );
}

export function webhookOrder({ ORDER, HOST }) {
  throw failure('WebhookError', `POST https://${HOST}/hooks/orders?id=${ORDER} answered 410`);
}

export function webhookStock({ ORDER, HOST }) {
  throw failure('WebhookError', `POST https://${HOST}/hooks/stock?id=${ORDER} answered 410`);
}

export function quotaDisk({ HOST, AMOUNT }) {
  throw failure('QuotaError', `node ip-${HOST.replaceAll('.', '-')}: disk is ${AMOUNT}% full`);
}

export function quotaMemory({ HOST, AMOUNT }) {
  throw failure('QuotaError', `node ip-${HOST.replaceAll('.', '-')}: memory is ${AMOUNT}% full`);
}

export function flagMissing({ UUID, EMAIL }) {
  throw failure('FlagError', `flag "new-checkout" has no variant for ${EMAIL} (${UUID})`);
}

export function flagWrong({ UUID, EMAIL }) {
  throw failure('FlagError', `flag "free-shipping" has no variant for ${EMAIL} (${UUID})`);
}

export function licence({ UUID }) {
  throw failure(
    'LicenceError',
    `licence ${idOf(UUID, 5).toUpperCase()}-${idOf(`${UUID}x`, 5).toUpperCase()} ended on ${timeOf(UUID).toUTCString()}`,
  );
}

export function transcode({ FILE, UUID }) {
  throw failure(
    'Error',
    `ffmpeg exited with code 187 after ${durationOf(UUID)} ms: ${FILE}: Invalid data found`,
  );
}

export function lockHeld({ COUNT, UUID }) {
  throw failure('LockError', `lock invoices:nightly is held by worker-${COUNT} (${UUID})`);
}

export function lockLost({ COUNT, UUID }) {
  throw failure('LockError', `lock invoices:nightly was lost by worker-${COUNT} (${UUID})`);
}

export function shipmentSku({ SKU, COUNT }) {
  throw failure('StockError', `${COUNT} of ${SKU} wanted, none left`);
}

export function shipmentCarrier({ SKU, REASON }) {
  throw failure('StockError', `carrier refused ${SKU}: ${REASON.length} reasons`);
}
