import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanMessage } from '../../src/errors/message.ts';
import { anyText, fastestMillis } from './hostile.ts';

const cleaned: readonly (readonly [string, string])[] = [
  // numbers
  ['User 42 not found', 'User <num> not found'],
  ['4,150,908 rows', '<num> rows'],
  ['offset -5 of +3', 'offset <num> of <num>'],
  ['ratio 0.75, at 1e-7', 'ratio <num>, at <num>'],
  ['bad pointer 0xdeadBEEF', 'bad pointer <num>'],
  ['the 3rd try', 'the <num> try'],
  ['87.5% full', '<num>% full'],
  ['range 5-10', 'range <num>'],
  ['items[12].price', 'items[<num>].price'],
  ['version 1.2.3 of v18.17.0', 'version <num> of v<num>'],
  ['foo.js:12:34', 'foo.js:<num>'],
  ['ids 1, 2, 3 are gone', 'ids <num> are gone'],
  ['read 10MB of 5 KiB, 3 bytes left', 'read <size> of <size> left'],
  // ids
  ['order-1234 failed', 'order-<num> failed'],
  ['user123 is locked', 'user<num> is locked'],
  ['commit 3f2a1b9 is bad', 'commit <num> is bad'],
  ['ObjectId 507f1f77bcf86cd799439011', 'ObjectId <num>'],
  ['sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'sha256:<hash>'],
  ['md5 d41d8cd98f00b204e9800998ecf8427e', 'md5 <hash>'],
  ['id 550e8400-E29B-41d4-a716-446655440000.', 'id <uuid>.'],
  ['user_550e8400-e29b-41d4-a716-446655440000', 'user_<uuid>'],
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '<num>-<hash>-<num>'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAV is no key', '<num> is no key'],
  ['no charge pi_3MtwBwLkdIwHu7ix28a3tqPa', 'no charge pi_<num>'],
  ['key V1StGXR8_Z5jdHi6B-myT expired', 'key <num> expired'],
  ['Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_def', 'Bearer <token>'],
  ['pod checkout-7d9f8b6c5d-x2x4z is gone', 'pod checkout-<pod> is gone'],
  ['no product A-7036 or INV-2024-0017', 'no product <num> or <num>'],
  ['seat 12A on flight LH400, game 8XK4-22QP', 'seat <num> on flight <num>, game <num>'],
  ['session 3f9a or k3v9x2 expired', 'session <num> or <num> expired'],
  ['db1 and worker12 and v7', 'db<num> and worker<num> and v7'],
  ['call +49 30 1234567 or +1 (555) 010-9999', 'call <num> or <num>'],
  ['needs 1.10.0-beta.1', 'needs <num>'],
  ['ISBN 978-3-16-148410-0', 'ISBN <num>'],
  // names that have digits, and stay
  ["'utf-8' codec, utf8, UTF-16LE", '<quoted> codec, utf8, UTF-16LE'],
  ['sha256 of base64 over HTTP/1.1 and IPv6', 'sha256 of base64 over HTTP/1.1 and IPv6'],
  ['Fee::add() failed', 'Fee::add() failed'],
  ['std::a1::b2() and Face::b2()', 'std::<num>::<num>() and Face::<num>()'],
  ['deadbeef is a facade', 'deadbeef is a facade'],
  ['E11000 duplicate key', 'E11000 duplicate key'],
  ['ORA-00942: no such table', 'ORA-00942: no such table'],
  // numbers that say what failed
  ['Request failed with status code 503', 'Request failed with status code 503'],
  ['HTTP 404 for user 404', 'HTTP 404 for user <num>'],
  ['HTTP/1.1 502 Bad Gateway', 'HTTP/1.1 502 Bad Gateway'],
  ['exit code: 137, errno=111', 'exit code: 137, errno=111'],
  ['SQLSTATE[23505]', 'SQLSTATE[23505]'],
  ['code 1234567 was used', 'code <num> was used'],
  ['upstream answered 502 for 502', 'upstream answered 502 for <num>'],
  ['exited with reply-code=404, os error 111', 'exited with reply-code=404, os error 111'],
  ['zip code 12345? zipcode 12345!', 'zip code <num>? zipcode <num>!'],
  ['SQLSTATE[42P01] in 42P01', 'SQLSTATE[42P01] in <num>'],
  ['{"error_code":1045,"id":1045}', '{"error_code":1045,"id":<num>}'],
  // addresses
  ['connect ECONNREFUSED 10.0.0.5:5432', 'connect ECONNREFUSED <ip>:5432'],
  ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED <ip>:5432'],
  ['read ECONNRESET 10.0.0.5:51234', 'read ECONNRESET <ip>:<port>'],
  ['from 192.168.0.0/16 denied', 'from <ip> denied'],
  ['fe80::1%eth0 or 2001:db8::ff00:42:8329', '<ip> or <ip>'],
  ['peer [::ffff:10.1.2.3] left', 'peer [<ip>] left'],
  ['mac 00:1b:44:11:3a:b7', 'mac <mac>'],
  ['getaddrinfo ENOTFOUND api.example.com', 'getaddrinfo ENOTFOUND api.<domain>'],
  ['no route to cache-2.cache.svc:6379', 'no route to cache-<num>.<domain>:<num>'],
  ['mail to jo.doe+x@mail.example.com bounced', 'mail to <email> bounced'],
  ['GET https://example.com/a?b=1#c, then', 'GET <url>/a, then'],
  ['tcp://user:pw@host:5432/db timed out', '<url tcp host>/db timed out'],
  ['(see postgres://u:p@db.internal/x).', '(see <url postgres>/x).'],
  ['ws://[::1]:3000/x', '<url>/x'],
  ['GET http://payments:8080/charges/17/items?x=1 failed', 'GET <url payments>/charges/<num> failed'],
  ['cannot read https://shop.example/2026/a-title-of-four-words.html', 'cannot read <url>/<num>/<name>'],
  ['lookup db1.prod.internal and cache.eu.aws.example.com', 'lookup db<num>.<domain> and cache.<domain>'],
  [
    'org.apache.net, users.email, README.md, System.Internal',
    'org.apache.net, users.email, README.md, System.Internal',
  ],
  ['bad image data:image/png;base64,iVBORw0KGgo=', 'bad image <data>'],
  // paths
  ['GET /users/12/orders/abc-9?x=1&y=2 failed', 'GET /users/<num>/orders/abc-<num>?<query> failed'],
  ['open upload_3f2a1b9c/x.png', 'open upload_<num>/x.png'],
  ['open /tmp/upload_3f2a1b9c/x.png', 'open x.png'],
  ["open '/app/mails/receipt.html'", "open 'mails/receipt.html'"],
  ['open /srv/releases/20240611093012/mails/receipt.html', 'open mails/receipt.html'],
  ['open /data/imports/x.csv', 'open /data/imports/x.csv'],
  // times
  ['at 2026-01-05T10:20:30.123Z', 'at <time>'],
  ['at 2026-01-05 10:20:30,123 +0200', 'at <time>'],
  ['at 2026/1/5', 'at <time>'],
  ['since 05.01.2026', 'since <time>'],
  ['since 01/05/26 10:20', 'since <time>'],
  ['Mon, 05 Jan 2026 10:20:30 GMT was long ago', '<time> was long ago'],
  ['Mon Jan 05 2026 10:20:30 GMT+0200 (Central European Summer Time)!', '<time>!'],
  ['Mon Jan 5 10:20:30 2026', '<time>'],
  ['[05/Jan/2026:10:20:30 +0000]', '[<time>]'],
  ['20260105T102030Z', '<time>'],
  ['opens 10:20 AM', 'opens <time>'],
  ['may 5 times', 'may <num> times'],
  ['timeout after 30s', 'timeout after <duration>'],
  ['took 1.5 seconds', 'took <duration>'],
  ['took 1h 30m 5s', 'took <duration>'],
  ['500 ms or 12µs', '<duration> or <duration>'],
  // quotes
  ['User \'bob\' and "eve"', 'User <quoted> and <quoted>'],
  ["can't find user's 'x'", "can't find user's <quoted>"],
  ["it's 'not closed 5", "it's 'not closed <num>"],
  ['„a“ und “b”', '<quoted> und <quoted>'],
  ['Invalid `prisma.user.create()`', 'Invalid `prisma.user.create()`'],
  ["Cannot read properties of null (reading 'id')", "Cannot read properties of null (reading 'id')"],
  ['violates unique constraint "users_email_key"', 'violates unique constraint "users_email_key"'],
  ["Duplicate entry 'bob' for key 'users.email'", "Duplicate entry <quoted> for key 'users.email'"],
  ["Duplicate key 'Mia Huber', user 'users.email'", 'Duplicate key <quoted>, user <quoted>'],
  ["Invalid column name 'foo' of user name 'foo'", "Invalid column name 'foo' of user name <quoted>"],
  ['NULL into ("SHOP"."ORDERS"."ID")', 'NULL into ("SHOP"."ORDERS"."ID")'],
  ['"email" is required, "zip" must be a number', '"email" is required, "zip" must be a number'],
  ["the 'price' column of 'price'", "the 'price' column of <quoted>"],
  ['Cannot invoke "Order.total()" of "order"', 'Cannot invoke "Order.total()" of <quoted>'],
  ["'NoneType' object has no attribute 'total'", "'NoneType' object has no attribute 'total'"],
  ["'currency'", "'currency'"],
  ["'Mia Huber'", '<quoted>'],
  ["no file '/etc/shop/tax.yaml'", "no file '/etc/shop/tax.yaml'"],
  ["Cannot find module './chunk-3f2a1b9c.js'", "Cannot find module './chunk-<num>.js'"],
  [
    'user=ada.king host=db1 reason=expired op=charge-17',
    'user=<value> host=<value> reason=expired op=charge-<num>',
  ],
  ['a==b and x = y', 'a==b and x = y'],
  ['Key (name)=(bob) already exists', 'Key (name)=(<value>) already exists'],
  [
    '{"error":"no_such","user":{"id":5,"name":"bob"}}',
    '{"error":"no_such","user":{"id":<num>,"name":<quoted>}}',
  ],
  ['{\\"code\\":\\"E_X\\",\\"tags\\":[\\"a\\",\\"b\\"]}', '{\\"code\\":\\"E_X\\",\\"tags\\":[\\<quoted>]}'],
  [
    '[\n {\n  "path": [\n   "email"\n  ],\n "message": "Required"\n }\n]',
    '[ { "path": [ "email" ], "message": "Required" } ]',
  ],
  // versions of runtimes
  [
    "undefined method `size' for nil:NilClass\n\n    rows.first.size\n              ^^^^^",
    "undefined method 'size' for nil",
  ],
  ["undefined method 'size' for nil", "undefined method 'size' for nil"],
  ["undefined method `size' for #<Room:0x00007f12 @a=1>", "undefined method 'size' for an instance of Room"],
  ["undefined method 'size' for an instance of Room", "undefined method 'size' for an instance of Room"],
  ["name 'foo' is not defined. Did you mean: 'fob'?", "name 'foo' is not defined"],
  ["Cart.__init__() missing 1 required argument: 'x'", "__init__() missing <num> required argument: 'x'"],
  ['Undefined index: zip', 'Undefined array key "zip"'],
  ['Undefined variable: zip', 'Undefined variable $zip'],
  // lines and characters
  ['\n\n  first   one \r\n\r\n second\n third', 'first one\nsecond'],
  ['\u001b[31mred\u001b[0m\u0000 alert', 'red alert'],
  ['half of \ud83d a pair', 'half of \ufffd a pair'],
  ['größe5 は不正です', 'größe<num> は不正です'],
  ['', ''],
];

for (const [given, wanted] of cleaned) {
  test(`cleans ${JSON.stringify(given)}`, () => {
    assert.equal(cleanMessage(given), wanted);
  });
}

test('gives one text at most 1024 long, and loses no difference to the length of ids', () => {
  const long = (id: string): string => `${`${id} `.repeat(300)}of the end ${'x '.repeat(2000)}`;
  const text = cleanMessage(long('order-1'));
  assert.equal(text.length, 1024);
  assert.equal(text, cleanMessage(long('order-1234567')));
});

test('keeps apart what differs in more than its ids', () => {
  const texts = [
    'connect ECONNREFUSED 10.0.0.5:5432',
    'connect ECONNREFUSED 10.0.0.5:6379',
    'connect ECONNRESET 10.0.0.5:5432',
    'Request failed with status code 503',
    'Request failed with status code 404',
    'getaddrinfo ENOTFOUND a.example.com',
    'getaddrinfo ENOTFOUND b.example.com',
    "Cannot read properties of null (reading 'id')",
    "Cannot read properties of null (reading 'name')",
    'API said {"error":"not_found"}',
    'API said {"error":"over_quota"}',
  ];
  assert.equal(new Set(texts.map(cleanMessage)).size, texts.length);
});

const seed = 20_260_105;
/** With a digit at its end: eight letters up to f may as well be a word. */
const hex = (length: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${length - 1}}7$`));
const when = fc
  .date({ min: new Date(0), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Each makes ids of one sort, as they are seen in messages. */
const sorts: readonly fc.Arbitrary<string>[] = [
  fc.bigInt(0n, 2n ** 63n).map(String),
  fc.integer().map(String),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, noInteger: true })
    .map((number) => number.toExponential(3)),
  fc.integer({ min: 0, max: 2 ** 40 }).map((number) => number.toLocaleString('en')),
  fc.uuid(),
  fc.uuid().map((id) => `user_${id}`),
  hex(8),
  hex(24),
  hex(24).map((id) => `order-${id}`),
  hex(32),
  hex(40),
  fc.integer({ min: 0 }).map((number) => `order-${number}`),
  fc.ulid().filter((id) => /[G-Z].*\d.*[G-Z]/.test(id)),
  fc.ipV4(),
  fc.emailAddress({ size: 'small' }).filter((address) => /^[\w.+-]+@/.test(address)),
  fc.webUrl().map((url) => `${new URL(url).origin}/orders/17`),
  when,
  when.map((time) => time.replace('T', ' ').slice(0, 19)),
  fc.integer({ min: 0, max: 9999 }).map((millis) => `${millis}ms`),
  fc.stringMatching(/^[a-z ]{0,20}$/).map((text) => `"${text}"`),
];

const word = fc
  .stringMatching(/^[b-eg-z][a-z]{2,9}$/)
  .filter((text) => !/^(?:dec|jan|mar|may|jun|jul|sep|oct|nov)/.test(text));
const template = fc.tuple(
  fc.array(word, { minLength: 1, maxLength: 6 }),
  fc.array(fc.constantFrom(...sorts.keys()), { minLength: 1, maxLength: 4 }),
);

/** `opens 12 file "a" …`: the words of a template with ids between them. */
function fill(words: readonly string[], ids: readonly string[]): string {
  return words.map((text, i) => `${text} ${ids[i % ids.length]}`).join(': ');
}

test('the same template with other ids is the same text', () => {
  const filled = template.chain(([words, chosen]) => {
    const ids = fc.tuple(...chosen.map((sort) => sorts[sort]!));
    return fc.tuple(fc.constant(words), ids, ids);
  });
  fc.assert(
    fc.property(filled, ([words, ids, others]) => {
      assert.equal(cleanMessage(fill(words, ids)), cleanMessage(fill(words, others)));
    }),
    { seed, numRuns: 200 },
  );
});

test('another template is another text, whatever the ids', () => {
  const pair = fc
    .tuple(template, fc.array(word, { minLength: 1, maxLength: 6 }))
    .filter(([[words], others]) => words.join(' ') !== others.join(' '))
    .chain(([[words, chosen], others]) =>
      fc.tuple(fc.constant(words), fc.constant(others), fc.tuple(...chosen.map((sort) => sorts[sort]!))),
    );
  fc.assert(
    fc.property(pair, ([words, others, ids]) => {
      assert.notEqual(cleanMessage(fill(words, ids)), cleanMessage(fill(others, ids)));
    }),
    { seed, numRuns: 200 },
  );
});

test('takes any text, and gives one that can be stored', () => {
  fc.assert(
    fc.property(anyText(200), (text) => {
      const once = cleanMessage(text);
      assert.ok(once.isWellFormed() && once.length <= 1024);
    }),
    { seed, numRuns: 200 },
  );
});

const megabyte = 2 ** 20;
const hostile = [
  'a',
  ' ',
  '\n',
  '\0',
  '"',
  "'a ",
  "a' '",
  '\\"',
  '"a\\',
  'error "',
  '{"a":',
  '{"error":"',
  '=(',
  '1',
  '1.',
  '1,',
  '1:',
  '1-',
  '1e',
  'a:',
  '::',
  '1::',
  'a.',
  'a@b.',
  '@',
  'a://',
  'a://.',
  '?a',
  '<',
  '<num> ',
  '00000000-',
  'Mon, ',
  '5 Jan ',
  '10:20:',
  '1h ',
  'eyJaaaaaaaa.',
  'a1B-',
  '\u001b[',
  '\u0301',
  '\ud800',
  '漢',
  'eyJa',
  'x-bcdfgh',
  '10:20:30 +0200 (a',
  '-',
  '/a1',
  '%',
  '`',
  '`a',
  ' for #<A',
  ' for #<A::',
  'Did you mean ',
  '\n^',
  '\n ',
  'a.__init__() missing ',
  'Undefined index: ',
  '/tmp/',
  '/tmp/a',
  '/a/releases/1/',
  '/a',
  'x=',
  'x=a',
  'a.com.',
  'a-a.',
  'a.internal',
  '+1 (1) ',
  '+1 1 1 1 1 1 1 1 a',
  'the mon ',
  '1-beta.',
];

for (const unit of hostile) {
  test(`reads a megabyte of ${JSON.stringify(unit)} in no time`, () => {
    const text = unit.repeat(Math.ceil(megabyte / unit.length));
    assert.ok(fastestMillis(() => cleanMessage(text)) < 50);
  });
}
