import { App, authenticate, limitRate } from 'tinyweb';
import { categoryPath, pageOfProducts, priceList, stockLevel } from './src/catalog.js';
import { readRequest } from './src/request.js';
import { checkout, invoiceAddress, orderTotal, reserve, shippingLabel } from './src/orders.js';
import { charge, fetchInvoice, readSettings, receiveWebhook, refund } from './src/payments.js';
import { findCoupon, findCustomer, saveEmail, saveSku, signUp } from './src/customers.js';
import { chargeExpiredCard, chargeWithoutFunds } from './src/cards.js';
import { importOrders, openExport, watchStock } from './src/jobs.js';
import { addRoutes } from './src/routes.js';
import { deliverAll, pagesOf, remind, saveParcel, slotOf, trackingUrl, Warehouse } from './src/parcels.js';

const app = new App();
const warehouse = new Warehouse();
app.route('null/invoice-address', invoiceAddress);
app.route('null/shipping-label', shippingLabel);
app.route('schema/checkout', checkout);
app.route('schema/sign-up', signUp);
app.route('parse/webhook', receiveWebhook);
app.route('parse/settings', readSettings);
app.route('refused/stock', stockLevel);
app.route('upstream/invoice', fetchInvoice);
app.route('timeout/charge', charge);
app.route('out-of-stock', reserve);
app.route('refund', refund);
app.route('assert/total', orderTotal);
app.route('recursion/categories', categoryPath);
app.route('callback/prices', priceList);
app.route('range/page', pageOfProducts);
app.route('cause/import', importOrders);
app.route('file/export', openExport);
app.route('emitter/stock', watchStock);
app.route('declined/expired', chargeExpiredCard);
app.route('declined/funds', chargeWithoutFunds);
app.route('unique/email', saveEmail);
app.route('unique/sku', saveSku);
app.route('lookup/customer', findCustomer);
app.route('lookup/coupon', findCoupon);
app.route('private/bin', (request) => warehouse.binOf(request));
app.route('getter/value', () => warehouse.value);
app.route('parallel/deliver', deliverAll);
app.route('timer/remind', remind);
app.route('generator/pages', (request) => [...pagesOf(request)]);
app.route('native/slot', slotOf);
app.route('native/tracking', trackingUrl);
app.route('wrapped/parcel', saveParcel);
addRoutes(app);

if (process.env.CALLER === 'middlewares') {
  app.use(limitRate);
  app.use(authenticate);
}

/** These are recorded by code that has no stack trace, such as a client that logs what a server answered. */
const withoutStack = /^(?:declined|unique|lookup)\//;

function record(bug, error) {
  // As the OpenTelemetry SDK of JavaScript does: a code goes before a name.
  const type = error.code ? String(error.code) : error.name;
  const stacktrace = withoutStack.test(bug) ? '' : error.stack;
  process.stdout.write(`${JSON.stringify({ bug, type, message: error.message, stacktrace })}\n`);
}

await app.serve(readRequest(process.env), record);
process.exit();
