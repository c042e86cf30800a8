import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fingerprint } from '../../src/errors/fingerprint.ts';
import { parseStack } from '../../src/errors/stack/parse.ts';
import { anyText, fastestMillis } from './hostile.ts';

function ofStack(calls: readonly string[], type = 'Error', message = 'boom'): string {
  const stack = `${type}: ${message}\n${calls.map((call) => `    at ${call}`).join('\n')}`;
  return fingerprint({ type, message, ...parseStack(stack) });
}

function ofMessage(message: string, type = 'Error'): string {
  return fingerprint({ type, message, frames: [], causes: [] });
}

const ofJava = (calls: readonly string[]): string =>
  fingerprint({
    type: 'E',
    message: '',
    ...parseStack(`E\n${calls.map((call) => `\tat ${call}(X.java:1)`).join('\n')}`),
  });

function ofRust(calls: readonly string[]): string {
  const lines = calls.map((call, at) => {
    const [symbol, file] = call.split(' at ');
    return file === undefined ? `  ${at}: ${symbol}` : `  ${at}: ${symbol}\n         at ${file}:7:5`;
  });
  return fingerprint({ type: 'panic', message: '', ...parseStack(lines.join('\n')) });
}

function ofGecko(type: string, names: readonly string[], message = ''): string {
  const stack = names.map((name, at) => `${name}@https://shop.example/main.js:1:${at + 1}`).join('\n');
  return fingerprint({ type, message, ...parseStack(stack) });
}

/** @param calls a file each, and the class and function if the code is in one */
function ofPhp(calls: readonly string[]): string {
  const frames = calls.map((call) => {
    const [file = '', module, name] = call.split(' ');
    return { file, ...(module === undefined ? {} : { module, function: name! }), inApp: true };
  });
  return fingerprint({ type: 'E', message: '', frames, causes: [] });
}

/** On a page, where all names are those of a minifier. */
const minified = (message: string): string => ofGecko('TypeError', ['e', 't', 'n'], message);

const overflow = (names: readonly string[]): string =>
  ofStack(
    names.map((name) => `${name} (/app/x.js:1:2)`),
    'RangeError',
    'Maximum call stack size exceeded',
  );

/** @param types of its causes, in which there is no call of the app's own */
const caused = (...types: string[]): string =>
  fingerprint({
    type: 'E',
    message: '',
    frames: [{ file: '/app/x.py', function: 'pay', inApp: true }],
    causes: types.map((type) => ({ type, message: '', frames: [] })),
  });

const pay = (file: string, name = 'pay'): string => ofStack([`${name} (${file}:10:5)`]);

/** Each line is one failure, seen in several ways. */
const same: Readonly<Record<string, readonly string[]>> = {
  'a framework with more layers, where names say whose code it is': [
    ofJava([
      'com.acme.shop.Orders.reserve',
      'org.tinyweb.App.run',
      'org.tinyweb.App.serve',
      'com.acme.shop.Main.main',
    ]),
    ofJava([
      'com.acme.shop.Orders.reserve',
      'org.tinyweb.App.run',
      'org.tinyweb.App.limitRate',
      'com.acme.shop.Main.main',
    ]),
  ],
  'whether the entry of the program is still known': [
    ofStack(['charge (/app/src/x.js:1:2)', 'async file:///app/main.js:51:1']),
    ofStack(['charge (/app/src/x.js:1:2)']),
    ofStack(['charge (/app/src/x.js:1:2)', 'main (/app/src/start.js:1:2)', '/app/index.js:1:2']),
  ],
  'a framework with more layers around code that is in no class': [
    ofPhp(['main.php', 'Lib.php Lib\\App run', 'main.php']),
    ofPhp(['main.php', 'Lib.php Lib\\App run', 'Lib.php Lib\\App limit', 'Lib.php Lib\\App run', 'main.php']),
  ],
  'a framework with more layers, where a warning became an error': [
    ofPhp(['Cart.php', 'Cart.php Acme\\Cart add', 'Lib.php Lib\\App run', 'main.php']),
    ofPhp([
      'Cart.php',
      'Cart.php Acme\\Cart add',
      'Lib.php Lib\\App run',
      'Lib.php Lib\\App limit',
      'main.php',
    ]),
  ],
  'how much of it a build of Rust knows': [
    ofRust(['shop::orders::Basket::first', 'tinyweb::App<T>::run', 'shop::main']),
    ofRust(['shop::orders::first', 'shop::main']),
    ofRust(['shop::orders::first at ./src/orders.rs', 'shop::main at ./src/main.rs']),
    ofRust(['first at /home/jo/shop/src/orders.rs', 'main at /home/jo/shop/src/main.rs']),
    ofRust(['shop::orders::first at src/orders/mod.rs']),
  ],
  'the call that came last in an endless recursion': [
    overflow(['walk', 'visit', 'walk', 'visit', 'walk', 'visit', 'walk']),
    overflow(['visit', 'walk', 'visit', 'walk', 'visit', 'walk', 'visit', 'start']),
    overflow(['size', 'walk', 'visit', 'walk', 'visit', 'walk', 'visit']),
  ],
  'the constructor of an error, which some browsers show': [
    ofGecko('ApiError', ['ApiError', 'request', 'load']),
    ofGecko('ApiError', ['request', 'load']),
  ],
  'names that a type has had': [
    ofMessage('timed out', 'socket.timeout'),
    ofMessage('timed out', 'asyncio.exceptions.TimeoutError'),
    ofMessage('timed out', 'TimeoutError'),
  ],
  'a class that a minifier named': [ofMessage('no', 'e'), ofMessage('no', 'tt')],
  'an object’s address in a type': [
    ofMessage('no', '#<Class:0x000078e1f2a4b8c8>'),
    ofMessage('no', '#<Class:0x00007f0012345678>'),
  ],
  'the words of each browser, where no call has a name': [
    minified("Cannot read properties of undefined (reading 'total')"),
    minified("Cannot read property 'total' of undefined"),
    minified('can\'t access property "total", e.cart is undefined'),
    minified("undefined is not an object (evaluating 'e.cart.total')"),
  ],
  'an endless recursion in each browser': [
    ofMessage('Maximum call stack size exceeded', 'RangeError'),
    ofMessage('too much recursion', 'InternalError'),
  ],
  'another place of a page’s bundle, and more of a framework in it': [
    ofStack([
      'pay (https://shop.example/assets/main-XSAYM6QM.js:1:2)',
      'send (https://shop.example/assets/main-XSAYM6QM.js:1:3)',
      'run (https://shop.example/assets/main-XSAYM6QM.js:1:4)',
    ]),
    ofStack([
      'pay (https://cdn.example/7/main-MYUGEDPC.js:1:2)',
      'send (https://cdn.example/7/main-MYUGEDPC.js:1:3)',
      'run (https://cdn.example/7/main-MYUGEDPC.js:1:4)',
      'track (https://cdn.example/7/main-MYUGEDPC.js:1:5)',
    ]),
  ],
  'moved lines': [ofStack(['pay (/app/src/x.js:10:5)']), ofStack(['pay (/app/src/x.js:12:9)'])],
  'another message': [
    ofStack(['pay (/app/src/x.js:1:2)'], 'Error', 'a'),
    ofStack(['pay (/app/src/x.js:1:2)'], 'Error', 'b'),
  ],
  'other frames of libraries and the runtime': [
    ofStack(['pay (/app/src/x.js:1:2)']),
    ofStack(['f (/app/node_modules/pg/y.js:1:2)', 'pay (/app/src/x.js:1:2)', 'async node:internal/z:1:2']),
    ofStack(['JSON.parse (<anonymous>)', 'pay (/app/src/x.js:1:2)', 'async Promise.all (index 3)']),
  ],
  'where it is installed': [
    pay('/app/src/x.js'),
    pay('/usr/src/app/src/x.js'),
    pay('file:///app/src/x.js'),
    pay('file:///app/src/x.js?t=1700000000'),
    pay('/app/releases/20260101/src/x.js'),
    pay('/app/releases/v42-3f2a1b9/src/x.js'),
    pay('/srv/shop/current/src/x.js'),
    pay('/var/www/shop/src/x.js'),
    pay('/home/node/app/src/x.js'),
    pay('/workspace/src/x.js'),
    pay('/rails/src/x.js'),
    pay('/home/site/wwwroot/src/x.js'),
    pay('/var/task/src/x.js'),
    pay('webpack://shop/./src/x.js'),
    pay('webpack:///./src/x.js'),
    pay('webpack:///src/x.js'),
    pay('webpack-internal:///(rsc)/./src/x.js'),
    pay('C:\\app\\src\\x.js'),
    pay('file:///C:/app/src/x.js'),
    pay('src/x.js'),
  ],
  'deep paths of other machines': [pay('/home/jo/shop/lib/db/x.js'), pay('/builds/9/jo2/shop/lib/db/x.js')],
  'hashes in bundle names': [
    pay('/app/dist/main.3f2a1b9c.js'),
    pay('/app/dist/main.deadbeef.js'),
    pay('/app/dist/main-DiwrgTda.js'),
    pay('/app/dist/main-a_B-3xYz.js'),
    pay('/app/dist/main-UZ4QKDLM.js'),
    pay('/app/dist/main.0a1b2c3d4e5f60718293.js'),
    pay('/app/dist/main.js'),
  ],
  'a bundle that is only a hash': [pay('/app/dist/3f2a1b9c.js'), pay('/app/dist/9c8b7a6f.js')],
  'folders that are ids': [
    pay('/app/x/20260101/a.js'),
    pay('/app/x/20260202/a.js'),
    pay('/app/x/3f2a1b9c/a.js'),
  ],
  'receivers and generated names': [
    pay('/app/src/x.js', 'pay'),
    pay('/app/src/x.js', 'Cart.pay'),
    pay('/app/src/x.js', 'Cart.pay [as run]'),
    pay('/app/src/x.js', 'async Cart.pay'),
    pay('/app/src/x.js', 'pay$1'),
    pay('/app/src/x.js', 'pay$27'),
  ],
  'the numbers of Babel': [pay('/app/x.js', '_callee$'), pay('/app/x.js', '_callee3$')],
  'anonymous and minified functions': [
    ofStack(['/app/src/x.js:1:2']),
    ofStack(['Object.<anonymous> (/app/src/x.js:1:2)']),
    ofStack(['e (/app/src/x.js:1:2)']),
    ofStack(['new t (/app/src/x.js:1:2)']),
  ],
  'the depth of a recursion': [
    ofStack(['walk (/app/x.js:1:2)', 'main (/app/y.js:1:2)']),
    ofStack(['walk (/app/x.js:1:2)', 'walk (/app/x.js:3:2)', 'walk (/app/x.js:3:2)', 'main (/app/y.js:1:2)']),
  ],
  'the depth of a recursion of two': [
    ofStack(['odd (/app/x.js:1:2)', 'even (/app/x.js:3:2)']),
    ofStack(['odd (/app/x.js:1:2)', 'even (/app/x.js:3:2)', 'odd (/app/x.js:1:2)', 'even (/app/x.js:3:2)']),
  ],
  'a library that throws once more what it caught': [caused('Cancelled'), caused('Cancelled', 'Cancelled')],
  'nothing but the entry of the program': [
    ofStack(['file:///app/main.js:1:2']),
    ofStack(['main (/app/main.js:1:2)']),
    ofStack([]),
  ],
  'no frames, other ids': [ofMessage('order 17 not found'), ofMessage('order 4711 not found')],
  'no own frames, other ids': [
    ofMessage('connect ECONNREFUSED 10.0.0.5:5432'),
    ofStack(['TCP.onread (node:net:1:2)'], 'Error', 'connect ECONNREFUSED 10.9.8.7:5432'),
  ],
  'another pod': [
    ofMessage('shop-7d9f8b6c5d-x2x4z lost its lease'),
    ofMessage('shop-5c4f7d8b9b-bkzqw lost its lease'),
  ],
};

for (const [what, fingerprints] of Object.entries(same)) {
  test(`is the same for ${what}`, () => {
    assert.deepEqual([...new Set(fingerprints)], [fingerprints[0]]);
  });
}

const different: Readonly<Record<string, readonly string[]>> = {
  'another type': [ofStack(['pay (/app/x.js:1:2)']), ofStack(['pay (/app/x.js:1:2)'], 'TypeError')],
  'another function': [pay('/app/x.js', 'pay'), pay('/app/x.js', 'refund'), pay('/app/x.js', '')],
  'another file': [pay('/app/src/x.js'), pay('/app/src/y.js'), pay('/app/lib/x.js')],
  'files with numbers': [
    pay('/app/migrations/001.js'),
    pay('/app/migrations/002.js'),
    pay('/app/src/v1/x.js'),
    pay('/app/src/v2/x.js'),
  ],
  'files whose names are like hashes': [
    pay('/app/AuthForm.js'),
    pay('/app/facade.js'),
    pay('/app/db-query.js'),
    pay('/app/db-cursor.js'),
  ],
  'another way to the same call': [
    ofStack(['pay (/app/x.js:1:2)', 'web (/app/y.js:1:2)']),
    ofStack(['pay (/app/x.js:1:2)', 'job (/app/y.js:1:2)']),
    ofStack(['pay (/app/x.js:1:2)']),
  ],
  'another caller of a library that nobody knows': [
    ofJava(['org.tinyweb.Json.parse', 'com.acme.shop.Orders.read']),
    ofJava(['org.tinyweb.Json.parse', 'com.acme.shop.Carts.read']),
  ],
  'another order': [
    ofStack(['one (/app/x.js:1:2)', 'two (/app/x.js:1:2)']),
    ofStack(['two (/app/x.js:1:2)', 'one (/app/x.js:1:2)']),
  ],
  'another message, without frames': [
    ofMessage('order 17 not found'),
    ofMessage('user 17 not found'),
    ofMessage(''),
  ],
  'another service behind the port': [
    ofMessage('connect ECONNREFUSED 10.0.0.5:5432'),
    ofMessage('connect ECONNREFUSED 10.0.0.5:6379'),
  ],
  'another message, where no call has a name': [
    minified('no such shop'),
    minified('no such cart'),
    ofStack(['/app/src/x.js:1:2'], 'Error', 'no such shop'),
    ofStack(['/app/src/x.js:1:2'], 'Error', 'no such cart'),
  ],
  'another cause': [caused('KeyError'), caused('TimeoutError'), caused('KeyError', 'TimeoutError')],
  'another file that has no entry of a program': [
    ofStack(['charge (/app/src/x.js:1:2)', '/app/src/jobs.js:1:2']),
    ofStack(['charge (/app/src/x.js:1:2)', '/app/src/routes.js:1:2']),
  ],
  'what engines say of other failures': [
    minified("Cannot read properties of undefined (reading 'total')"),
    minified("Cannot read properties of undefined (reading 'name')"),
    minified('e.total is not a function'),
    minified('Failed to fetch'),
  ],
  'what the app says in the words of an engine': [
    ofMessage('Failed to fetch', 'TypeError'),
    ofMessage('Failed to fetch', 'ApiError'),
  ],
  'parts that run together': [ofMessage('b', 'a'), ofMessage('', 'ab'), ofMessage('ab', '')],
};

for (const [what, fingerprints] of Object.entries(different)) {
  test(`differs for ${what}`, () => {
    assert.equal(new Set(fingerprints).size, fingerprints.length);
  });
}

test('is a version and 128 bits, the same on every machine', () => {
  const facts = { type: 'Error', message: 'order 17', frames: [], causes: [] };
  assert.match(fingerprint(facts), /^3:[\da-f]{32}$/);
  assert.equal(fingerprint(facts), '3:7ac55aa3333380ff1f6f0c9bc15bb113');
  assert.equal(ofStack(['pay (/app/src/x.js:1:2)']), '3:b866545daefcf97756d7dbaad81deb9d');
});

test('takes any text', () => {
  const text = anyText(40);
  const frame = fc.record({ function: text, file: text, inApp: fc.constant(true) });
  fc.assert(
    fc.property(text, text, fc.array(frame, { maxLength: 4 }), (type, message, frames) => {
      assert.match(fingerprint({ type, message, frames, causes: [] }), /^3:[\da-f]{32}$/);
    }),
    { seed: 20_260_105, numRuns: 300 },
  );
});

for (const unit of [
  '/',
  'releases/1',
  '1',
  '-a',
  '-',
  '.',
  './',
  '$1',
  'a',
  '[',
  '?',
  '\\',
  '/releases/',
  'a1',
  '://',
]) {
  test(`reads long names of ${JSON.stringify(unit)} in no time`, () => {
    const long = `/releases/${unit.repeat(2 ** 16)}`;
    const frames = [{ file: long, function: long, inApp: true }];
    assert.ok(fastestMillis(() => fingerprint({ type: long, message: long, frames, causes: [] })) < 50);
  });
}
