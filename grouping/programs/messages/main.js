import * as database from './src/database.js';
import * as network from './src/network.js';
import * as shop from './src/shop.js';
import * as vendors from './src/vendors.js';

/** Errors as clients of other systems raise them: what is recorded is a type and a message, since no call of the app is in the trace. */
const failures = {
  'postgres-unique/email': database.uniqueEmail,
  'postgres-unique/number': database.uniqueNumber,
  'postgres-null/email': database.nullEmail,
  'postgres-null/name': database.nullName,
  'postgres-key/customer': database.foreignCustomer,
  'postgres-key/product': database.foreignProduct,
  'postgres-syntax': database.syntax,
  'mysql-duplicate/email': database.duplicateEmail,
  'mysql-duplicate/number': database.duplicateNumber,
  'mysql-long/title': database.longTitle,
  'mysql-long/body': database.longBody,
  'mongo-duplicate/email': database.mongoEmail,
  'mongo-duplicate/phone': database.mongoPhone,
  'redis-slow/cart': database.slowCart,
  'redis-slow/session': database.slowSession,
  'refused/postgres': network.refusedPostgres,
  'refused/redis': network.refusedRedis,
  'lookup-host': network.unknownHost,
  'grpc-missing/order': network.missingOrder,
  'grpc-missing/customer': network.missingCustomer,
  'grpc-unavailable': network.unavailable,
  'gateway/charge': network.badGatewayCharge,
  'gateway/refund': network.badGatewayRefund,
  'status/503': network.status503,
  'status/404': network.status404,
  'broker-gone': network.brokerGone,
  'mail/unknown': network.unknownRecipient,
  'mail/full': network.fullMailbox,
  'rate-limit': network.rateLimit,
  'pod-gone': network.podGone,
  'file/import': shop.importMissing,
  'file/template': shop.templateMissing,
  'upload-size': shop.uploadSize,
  'token-expired': shop.tokenExpired,
  'job/emails': shop.jobEmails,
  'job/invoices': shop.jobInvoices,
  'money/balance': shop.balance,
  'money/limit': shop.limit,
  'field/age': shop.fieldAge,
  'field/zip': shop.fieldZip,
  'graphql/customer': shop.nullCustomer,
  'graphql/total': shop.nullTotal,
  'argument/json': shop.badJson,
  checksum: shop.checksum,
  'storage/bucket': vendors.bucketMissing,
  'storage/object': vendors.objectMissing,
  'consumer/lag': vendors.consumerLag,
  'consumer/rebalanced': vendors.consumerRebalanced,
  'ldap/password': vendors.ldapPassword,
  'ldap/busy': vendors.ldapBusy,
  'search/window': vendors.searchTooLarge,
  'search/index': vendors.searchIndex,
  'oauth/grant': vendors.oauthGrant,
  'oauth/scope': vendors.oauthScope,
  'webhook/order': vendors.webhookOrder,
  'webhook/stock': vendors.webhookStock,
  'node/disk': vendors.quotaDisk,
  'node/memory': vendors.quotaMemory,
  'flag/checkout': vendors.flagMissing,
  'flag/shipping': vendors.flagWrong,
  licence: vendors.licence,
  transcode: vendors.transcode,
  'lock/held': vendors.lockHeld,
  'lock/lost': vendors.lockLost,
  'stock/none': vendors.shipmentSku,
  'stock/carrier': vendors.shipmentCarrier,
};

for (const [bug, fail] of Object.entries(failures)) {
  try {
    fail(process.env);
  } catch (error) {
    const type = error.code ? String(error.code) : error.name;
    process.stdout.write(`${JSON.stringify({ bug, type, message: error.message, stacktrace: '' })}\n`);
  }
}
