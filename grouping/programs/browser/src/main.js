import { measure, trackClicks, View } from 'tinyui';
import { Cart } from './cart.js';
import { Catalogue } from './catalogue.js';
import { loadReviews, loadStock, sendOrder } from './api.js';
import {
  applyVoucher,
  openAccount,
  readDraft,
  readTheme,
  redeemGift,
  saveCard,
  saveName,
} from './account.js';

const view = new View();
const cart = new Cart();
const catalogue = new Catalogue();
view.action('null/delivery', (event) => cart.deliveryStreet(event));
view.action('null/invoice', (event) => cart.invoiceStreet(event));
view.action('total/negative', (event) => cart.total(event));
view.action('recursion/categories', (event) => catalogue.path(event));
view.action('callback/prices', (event) => catalogue.prices(event));
view.action('props/tile', (event) => catalogue.renderTile(event));
view.action('props/dialog', openAccount);
view.action('json/draft', readDraft);
view.action('json/theme', readTheme);
view.action('network/stock', loadStock);
view.action('status/reviews', loadReviews);
view.action('timeout/order', sendOrder);
view.action('voucher/expired', applyVoucher);
view.action('voucher/used', redeemGift);
view.action('required/card', saveCard);
view.action('required/name', saveName);

if (window.inputs.CALLER === 'middlewares') {
  view.use(measure);
  view.use(trackClicks);
}

/** These are recorded by code that has no stack trace. */
const withoutStack = /^(?:voucher|required)\//;
const lines = [];

function record(bug, error) {
  // As the OpenTelemetry SDK of JavaScript does: a code goes before a name.
  const type = error.code ? String(error.code) : error.name;
  const stacktrace = withoutStack.test(bug) ? '' : error.stack;
  lines.push(JSON.stringify({ bug, type, message: error.message, stacktrace }));
}

view
  .dispatchAll(window.inputs, record)
  .then(() => fetch('/report', { method: 'POST', body: lines.join('\n') }));
