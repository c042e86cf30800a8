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
import {
  bookRoom,
  bookTable,
  keepBasket,
  loadFrame,
  loadScript,
  readConsent,
  remindLater,
  shareLink,
  slotOf,
  summary,
} from './booking.js';
import { foldMenu, openSearch, showPrice, showTitle, Slider } from './menu.js';

const view = new View();
const slider = new Slider();
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
view.action('direct/menu', foldMenu);
view.action('direct/search', openSearch);
view.action('template/price', showPrice);
view.action('template/title', showTitle);
view.action('deep/slider', (event) => slider.next(event));
view.action('custom/table', bookTable);
view.action('custom/room', bookRoom);
view.action('date/slot', slotOf);
view.action('link/share', shareLink);
view.action('await/basket', keepBasket);
view.action('chain/summary', summary);
view.action('timer/reminder', remindLater);
view.action('consent/cookie', readConsent);
view.action('blocked/script', loadScript);
view.action('blocked/frame', loadFrame);

if (window.inputs.CALLER === 'middlewares') {
  view.use(measure);
  view.use(trackClicks);
}

/** These are recorded by code that has no stack trace. */
const withoutStack = /^(?:voucher|required|blocked)\//;
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
