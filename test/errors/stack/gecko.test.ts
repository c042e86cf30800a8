import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { geckoStack } from '../../../src/errors/stack/gecko.ts';
import { hostileSuite } from './reader-suite.ts';
import { shownStack } from './shown.ts';

const bundle = 'https://shop.example/main.js';

const lines: Readonly<Record<string, string>> = {
  [`pay@${bundle}:1:2`]: `pay ${bundle}:1:2 *`,
  [`@${bundle}:1:2`]: `- ${bundle}:1:2 *`,
  [`${bundle}:1:2`]: `- ${bundle}:1:2 *`,
  'pay@https://cdn.example/@acme/ui@1.2/main.js:1:2': 'pay https://cdn.example/@acme/ui@1.2/main.js:1:2 *',
  'https://cdn.example/@acme/ui@1.2/main.js:1:2': '- https://cdn.example/@acme/ui@1.2/main.js:1:2 *',
  'pay@http://localhost:3000/x.js?v=1:1:2': 'pay http://localhost:3000/x.js?v=1:1:2 *',
  'onclick@http://localhost:3000/:1:2': 'onclick http://localhost:3000/:1:2 *',
  'pay@webpack-internal:///./src/x.ts:1:2': 'pay webpack-internal:///./src/x.ts:1:2 *',
  'pay@app:///main.js:1:2': 'pay app:///main.js:1:2 *',
  'pay@capacitor://localhost/main.js:1:2': 'pay capacitor://localhost/main.js:1:2 *',
  'pay@file:///C:/shop/x.js:1:2': 'pay file:///C:/shop/x.js:1:2 *',
  'pay@/app/main.jsbundle:1:2': 'pay /app/main.jsbundle:1:2 *',
  'pay@index.ios.bundle:1:2': 'pay index.ios.bundle:1:2 *',
  'pay@x.mjs:1:2': 'pay x.mjs:1:2 *',
  // Firefox's names
  [`Shop.prototype.open@${bundle}:1:2`]: `Shop.prototype.open ${bundle}:1:2 *`,
  [`Shop.prototype.open/<@${bundle}:1:2`]: `- ${bundle}:1:2 *`,
  [`open/</this.pay@${bundle}:1:2`]: `this.pay ${bundle}:1:2 *`,
  [`get total@${bundle}:1:2`]: `get total ${bundle}:1:2 *`,
  [`#secret@${bundle}:1:2`]: `#secret ${bundle}:1:2 *`,
  [`async*pay@${bundle}:1:2`]: `pay ${bundle}:1:2 *`,
  [`promise callback*@${bundle}:1:2`]: `- ${bundle}:1:2 *`,
  [`setTimeout handler*pay@${bundle}:1:2`]: `pay ${bundle}:1:2 *`,
  [`EventListener.handleEvent*pay/<@${bundle}:1:2`]: `- ${bundle}:1:2 *`,
  [`größe@${bundle}:1:2`]: `größe ${bundle}:1:2 *`,
  // of other ages
  [`pay@${bundle}:12`]: `pay ${bundle}:12 *`,
  [`pay("jo",17)@${bundle}:12`]: `pay ${bundle}:12 *`,
  'pay@http://localhost:3000/x.js:12': 'pay http://localhost:3000/x.js:12 *',
  // Safari's
  [`global code@${bundle}:1:2`]: `- ${bundle}:1:2 *`,
  [`module code@${bundle}:1:2`]: `- ${bundle}:1:2 *`,
  [`async pay@${bundle}:1:2`]: `pay ${bundle}:1:2 *`,
  'forEach@[native code]': 'forEach -',
  '@[native code]': '- -',
  'eval code@': '- -',
  'ev@': 'ev -',
  '<?>.wasm-function[3]@[wasm code]': '<?>.wasm-function[3] -',
  // code made at run time is where it was made
  [`ev@${bundle} line 10 > eval:1:23`]: `ev ${bundle}:10 *`,
  [`anonymous@${bundle} line 11 > Function:3:7`]: `- ${bundle}:11 *`,
  [`@${bundle} line 12 > eval line 1 > eval:1:7`]: `- ${bundle}:12 *`,
  // not the app's own
  'next@webpack-internal:///./node_modules/x/y.js:1:2': 'next webpack-internal:///./node_modules/x/y.js:1:2',
  'wrap@moz-extension://1f-2e/x.js:1:2': 'wrap moz-extension://1f-2e/x.js:1:2',
  'wrap@safari-web-extension://1F-2E/x.js:1:2': 'wrap safari-web-extension://1F-2E/x.js:1:2',
  'wrap@webkit-masked-url://hidden/:1:2': 'wrap webkit-masked-url://hidden/:1:2',
  'f@resource://gre/modules/x.mjs:1:2': 'f resource://gre/modules/x.mjs:1:2',
  'f@self-hosted:1:2': 'f self-hosted:1:2',
};

suite('a call', () => {
  for (const [line, wanted] of Object.entries(lines)) {
    test(`is read: ${line}`, () => {
      assert.deepEqual(shownStack(`${line}\nlast@${bundle}:3:4\n`), [wanted, `last ${bundle}:3:4 *`]);
    });
  }
});

const pay = `pay@${bundle}:1:2`;
const paid = `pay ${bundle}:1:2 *`;

const stacks: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'below type and message': [`Error: a\nb\n${pay}\n`, [paid]],
  'with empty lines': [`\n${pay}\n\n${pay}\n\n`, [paid, paid]],
  'with Windows line ends': [`${pay}\r\n${pay}\r\n`, [paid, paid]],
  'with WebAssembly between': [
    `${pay}\nadd@https://shop.example/x.wasm:wasm-function[2]:0x3f\n${pay}`,
    [paid, paid],
  ],
  'below a message that quotes one': [`Error: it said\nquoted@${bundle}:1:2\nand went\n${pay}`, [paid]],
};

suite('a stack', () => {
  for (const [what, [stack, wanted]] of Object.entries(stacks)) {
    test(`is read ${what}`, () => {
      assert.deepEqual(shownStack(stack), wanted);
    });
  }
});

const prose = [
  'jo@example.com:1:2',
  'mail jo@example.com at 10:20:30',
  'git@github.com:22:1',
  'write to @jo',
  'f@[native code]',
  `see ${bundle}:1:2`,
  'https://shop.example/x y:1:2',
  'pay@x.js:1:99999999999',
  'pay@x.js',
  'jo@10:20:30',
];

suite('prose', () => {
  for (const text of prose) {
    test(`is no call: ${text}`, () => {
      assert.deepEqual(shownStack(text), []);
    });
  }
});

hostileSuite(geckoStack, [
  `pay@${bundle}:1:2\n`,
  `@${bundle} line 1 > eval:1:2\n`,
  'forEach@[native code]\n',
  'f@',
  '@',
  'a*',
  'a b*',
  'a/',
  '<@',
  'get ',
  'f@a:1 line 1 > ',
  ' line 1 > eval',
  ':1',
  'https://',
  'f@https://a:1:2',
  'f(',
  '/node_modules/',
]);
