import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rootOf } from '../../../src/errors/fingerprint/root.ts';

/** What code of one organisation is in, and modules of its. */
const roots: readonly (readonly [root: string, ...modules: string[]])[] = [
  ['com.acme', 'com.acme.shop.Orders', 'com.acme.Main'],
  ['de.acme', 'de.acme.shop.Orders'],
  ['shop', 'shop.orders.Orders', 'shop::orders::Basket', 'shop::payments', 'shop'],
  ['main', 'main', 'main.Store', 'main.Store.Cart'],
  ['Acme', 'Acme\\Shop\\Orders', 'Acme.Shop.Orders'],
  ['github.com/acme', 'github.com/acme/backup/plans', 'github.com/acme/store.Catalog'],
  ['', 'Orders', 'MainKt'],
];

for (const [root, ...modules] of roots) {
  test(`${modules.join(', ')} are in "${root}"`, () => {
    for (const module of modules) assert.equal(rootOf({ module, inApp: true }), root, module);
  });
}

test('code whose language has only files is in none', () => {
  assert.equal(rootOf({ file: '/app/x.js', inApp: true }), undefined);
  assert.equal(rootOf(undefined), undefined);
});
