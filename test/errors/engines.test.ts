import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saidByEngine } from '../../src/errors/message/engines.ts';
import { fastestMillis } from './hostile.ts';

/** What it is called, the type, and how V8 (and older ones), SpiderMonkey and JavaScriptCore say it. */
const sayings: readonly (readonly [as: string, type: string, ...ways: string[]])[] = [
  [
    'no property: total',
    'TypeError',
    "Cannot read properties of null (reading 'total')",
    "Cannot set properties of undefined (setting 'total')",
    "Cannot read property 'total' of undefined",
    "Cannot destructure property 'total' of 'e' as it is undefined.",
    'can\'t access property "total", e.cart is undefined',
    "null is not an object (evaluating 'e.cart.total')",
  ],
  ['no property', 'TypeError', 'e.cart is undefined', 'e is null'],
  [
    'no property: id',
    'TypeError',
    "Cannot read properties of undefined (reading 'id')",
    "undefined is not an object (evaluating 'e.id')",
  ],
  [
    'not a function: total',
    'TypeError',
    'e.cart.total is not a function',
    '(intermediate value).total is not a function',
    "e.total is not a function. (In 'e.total()', 'e.total' is undefined)",
  ],
  ['not a function', 'TypeError', 't is not a function', "t is not a function. (In 't()', 't' is undefined)"],
  ['not defined: dataLayer', 'ReferenceError', 'dataLayer is not defined', "Can't find variable: dataLayer"],
  [
    'not iterable',
    'TypeError',
    'undefined is not iterable (cannot read property Symbol(Symbol.iterator))',
    'object null is not iterable (cannot read property Symbol(Symbol.iterator))',
    'e.rows is not iterable',
    "undefined is not a function (near '...e...')",
  ],
  [
    'assignment to constant',
    'TypeError',
    'Assignment to constant variable.',
    "invalid assignment to const 'e'",
    'Attempted to assign to readonly property.',
  ],
  [
    'used before initialization',
    'ReferenceError',
    "Cannot access 'e' before initialization",
    "can't access lexical declaration 'e' before initialization",
  ],
  ['too many calls', 'RangeError', 'Maximum call stack size exceeded', 'Maximum call stack size exceeded.'],
  ['too many calls', 'InternalError', 'too much recursion'],
  [
    'not JSON: token',
    'SyntaxError',
    'Unexpected token \'<\', "<html>" is not valid JSON',
    'Unexpected token < in JSON at position 0',
    'JSON.parse: unexpected character at line 1 column 1 of the JSON data',
    'JSON Parse error: Unexpected identifier "OK"',
    "JSON Parse error: Unrecognized token '<'",
  ],
  [
    'not JSON: ends',
    'SyntaxError',
    'Unexpected end of JSON input',
    'JSON.parse: unexpected end of data at line 1 column 1 of the JSON data',
    'JSON Parse error: Unexpected EOF',
  ],
  [
    'not JSON: property name',
    'SyntaxError',
    "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
    'Expected double-quoted property name in JSON at position 9 (line 1 column 10)',
    "JSON.parse: expected property name or '}' at line 1 column 2 of the JSON data",
    "JSON Parse error: Expected '}'",
  ],
  [
    'not JSON: more behind it',
    'SyntaxError',
    'Unexpected non-whitespace character after JSON at position 2',
    'JSON.parse: unexpected non-whitespace character after JSON data at line 1 column 3 of the JSON data',
  ],
  [
    'not JSON: separator',
    'SyntaxError',
    "Expected ',' or '}' after property value in JSON at position 7 (line 1 column 8)",
    "JSON.parse: expected ',' or '}' after property value in object at line 1 column 8 of the JSON data",
    "JSON Parse error: Expected ':' before value in object property definition",
  ],
  [
    'not JSON: string',
    'SyntaxError',
    'Unterminated string in JSON at position 6 (line 1 column 7)',
    'JSON.parse: unterminated string literal at line 1 column 6 of the JSON data',
    'JSON Parse error: Unterminated string',
  ],
  ['not JSON', 'SyntaxError', '"undefined" is not valid JSON'],
  [
    'fetch failed',
    'TypeError',
    'Failed to fetch',
    'NetworkError when attempting to fetch resource.',
    'Load failed',
    'Network request failed',
  ],
  [
    'module not loaded',
    'TypeError',
    'Failed to fetch dynamically imported module: https://shop.example/cart-3f2a.js',
    'error loading dynamically imported module: https://shop.example/cart-9b1c.js',
    'Importing a module script failed.',
  ],
  [
    'invalid URL',
    'TypeError',
    "Failed to construct 'URL': Invalid URL",
    'URL constructor: x is not a valid URL.',
    '"x" cannot be parsed as a URL.',
    'Invalid URL',
  ],
  [
    'aborted',
    'AbortError',
    'signal is aborted without reason',
    'The operation was aborted. ',
    'Fetch is aborted',
  ],
];

for (const [as, type, ...ways] of sayings) {
  for (const way of ways) {
    test(`knows "${way}" as: ${as}`, () => {
      assert.equal(saidByEngine(type, way), as);
    });
  }
}

const ofApps: readonly (readonly [type: string, message: string])[] = [
  ['TypeError', 'the price of 17 is undefined'],
  ['TypeError', 'Invalid prop width'],
  ['Error', 'Failed to fetch'],
  ['ValueError', 'x is not defined'],
  ['TypeError', `${'x'.repeat(1100)} is undefined`],
  ['TypeError', ''],
];

for (const [type, message] of ofApps) {
  test(`leaves ${type} "${message.slice(0, 40)}" to the app`, () => {
    assert.equal(saidByEngine(type, message), undefined);
  });
}

for (const unit of [
  'a.',
  "', '",
  "(evaluating '",
  'is undefined ',
  ' is not a function',
  'Unexpected JSON',
  '$',
]) {
  test(`reads as much as it looks at of ${JSON.stringify(unit)} in no time`, () => {
    const text = unit.repeat(1024).slice(0, 1024);
    assert.ok(fastestMillis(() => saidByEngine('TypeError', text)) < 20);
  });
}
