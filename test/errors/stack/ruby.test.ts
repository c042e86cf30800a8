import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fingerprint } from '../../../src/errors/fingerprint.ts';
import { parseStack } from '../../../src/errors/stack/parse.ts';
import { rubyStack } from '../../../src/errors/stack/ruby.ts';
import { hostileSuite } from './reader-suite.ts';
import { shownStack } from './shown.ts';

const lines: Readonly<Record<string, string>> = {
  "/app/x.rb:10:in `charge'": 'charge /app/x.rb:10 *',
  "/app/x.rb:10:in 'charge'": 'charge /app/x.rb:10 *',
  "lib/x.rb:10:in 'charge'": 'charge lib/x.rb:10 *',
  "C:/shop/x.rb:10:in 'charge'": 'charge C:/shop/x.rb:10 *',
  "/app/views/a.html.erb:10:in '_app_views_a_html_erb__1234567890123_4560'":
    '_app_views_a_html_erb /app/views/a.html.erb:10 *',
  "/app/views/a.html.erb:10:in 'block in _app_views_a_html_erb___1234567890123_4560'":
    '_app_views_a_html_erb /app/views/a.html.erb:10 *',
  // the type, which only Ruby 3.4 says
  "/app/x.rb:10:in 'Checkout#charge'": 'charge /app/x.rb:10 *',
  "/app/x.rb:10:in 'Shop::Checkout.open'": 'open /app/x.rb:10 *',
  "/app/x.rb:10:in 'Größe#zähle'": 'zähle /app/x.rb:10 *',
  "/app/x.rb:10:in 'block in Shop::Checkout#charge'": 'charge /app/x.rb:10 *',
  // whatever part of it
  "/app/x.rb:10:in `block in charge'": 'charge /app/x.rb:10 *',
  "/app/x.rb:10:in `block (2 levels) in charge'": 'charge /app/x.rb:10 *',
  "/app/x.rb:10:in `rescue in charge'": 'charge /app/x.rb:10 *',
  "/app/x.rb:10:in `ensure in block in charge'": 'charge /app/x.rb:10 *',
  "/app/x.rb:10:in `rescue in block (3 levels) in charge'": 'charge /app/x.rb:10 *',
  // names of one's own kind
  "/app/x.rb:10:in `paid?'": 'paid? /app/x.rb:10 *',
  "/app/x.rb:10:in 'Cart#[]='": '[]= /app/x.rb:10 *',
  "/app/x.rb:10:in `<=>'": '<=> /app/x.rb:10 *',
  "/app/x.rb:10:in 'Cart#<=>'": '<=> /app/x.rb:10 *',
  "/app/x.rb:10:in 'Kernel#`'": '` /app/x.rb:10 *',
  "/app/x.rb:10:in `GET /orders/:id.json'": 'GET /orders/:id.json /app/x.rb:10 *',
  // what has no name
  "/app/x.rb:10:in `<main>'": '- /app/x.rb:10 *',
  "/app/x.rb:10:in '<top (required)>'": '- /app/x.rb:10 *',
  "/app/x.rb:10:in '<class:Checkout>'": '- /app/x.rb:10 *',
  "/app/x.rb:10:in `block in <module:Shop>'": '- /app/x.rb:10 *',
  // evaluated code
  "(eval):1:in `charge'": 'charge -',
  "(eval at /app/x.rb:18):1:in 'Checkout#charge'": 'charge /app/x.rb:18 *',
  // not the app's own
  "/usr/local/bundle/gems/puma-6.4.2/lib/x.rb:1:in `call'":
    'call /usr/local/bundle/gems/puma-6.4.2/lib/x.rb:1',
  "/app/vendor/bundle/ruby/3.3.0/bundler/gems/a-1f2e3d4c/x.rb:1:in `call'":
    'call /app/vendor/bundle/ruby/3.3.0/bundler/gems/a-1f2e3d4c/x.rb:1',
  "/usr/lib/ruby/3.1.0/json/common.rb:1:in `parse'": 'parse /usr/lib/ruby/3.1.0/json/common.rb:1',
  "/opt/ruby/3.4.1/lib/x.rb:1:in 'JSON.parse'": 'parse /opt/ruby/3.4.1/lib/x.rb:1',
  "/usr/lib/ruby/vendor_ruby/rubygems/x.rb:1:in `require'":
    'require /usr/lib/ruby/vendor_ruby/rubygems/x.rb:1',
  "<internal:kernel>:307:in `Integer'": 'Integer <internal:kernel>:307',
  "/usr/local/bin/bundle:25:in `<main>'": '- /usr/local/bin/bundle:25',
  // the app's own, though it sounds like those
  "/app/gems/billing/lib/x.rb:1:in `charge'": 'charge /app/gems/billing/lib/x.rb:1 *',
  "/app/bin/rails:4:in `<main>'": '- /app/bin/rails:4 *',
};

suite('a line of a backtrace', () => {
  for (const [line, wanted] of Object.entries(lines)) {
    test(`is read: ${line}`, () => {
      assert.deepEqual(shownStack(line), [wanted]);
      assert.deepEqual(shownStack(`${line}: refused (Shop::Refused)`), [wanted]);
    });
  }
});

/** Calls of `/app/x.rb`, each above the next one, as Ruby 3.3 writes them. */
function full(exception: string, first: string, ...others: readonly string[]): string {
  const from = others.map((name, i) => `\tfrom /app/x.rb:${i + 2}:in \`${name}'`);
  return [`/app/x.rb:1:in \`${first}': ${exception}`, ...from].join('\n');
}

const messages: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'begins with the failing call': [
    full('a (Refused)', 'pay', '<main>'),
    ['pay /app/x.rb:1 *', '- /app/x.rb:2 *'],
  ],
  'of several lines': [full('a (Refused)\nb\n\nc', 'pay', 'go'), ['pay /app/x.rb:1 *', 'go /app/x.rb:2 *']],
  'with the source below the message': [
    full("undefined method `foo' for nil (NoMethodError)\n\n  nil.foo\n     ^^^^", 'pay', 'go'),
    ['pay /app/x.rb:1 *', 'go /app/x.rb:2 *'],
  ],
  'of an exception without a message': [
    full('Refused', 'pay', 'go'),
    ['pay /app/x.rb:1 *', 'go /app/x.rb:2 *'],
  ],
  'whose message was taken out of it': [
    full(' (Refused)', 'pay', 'go'),
    ['pay /app/x.rb:1 *', 'go /app/x.rb:2 *'],
  ],
  'in colours': [
    "/app/x.rb:1:in `pay': \u001b[1ma (\u001b[1;4mRefused\u001b[m\u001b[1m)\u001b[m\n\tfrom /app/x.rb:2:in `go'",
    ['pay /app/x.rb:1 *', 'go /app/x.rb:2 *'],
  ],
  'with calls left out': [
    `${full('stack level too deep (SystemStackError)', 'a', 'a')}\n\t ... 10067 levels...\n\tfrom /app/x.rb:9:in \`b'`,
    ['a /app/x.rb:1 *', 'a /app/x.rb:2 *', 'b /app/x.rb:9 *'],
  ],
  'with a call without a line': [
    `${full('a (Refused)', 'pay')}\n\tfrom -e:in 'Kernel.eval'\n\tfrom /app/x.rb:9:in 'b'`,
    ['pay /app/x.rb:1 *', 'b /app/x.rb:9 *'],
  ],
  'with causes': [
    `${full('c (Shop::Refused)', 'pay', 'go')}\n${full('b (KeyError)\nb2', 'find', 'pay')}\n${full('a (IOError)', 'read', 'find')}`,
    [
      'pay /app/x.rb:1 *',
      'go /app/x.rb:2 *',
      '<- KeyError: b\nb2',
      'find /app/x.rb:1 *',
      'pay /app/x.rb:2 *',
      '<- IOError: a',
      'read /app/x.rb:1 *',
      'find /app/x.rb:2 *',
    ],
  ],
  'with a cause without a message': [
    `${full('b (Refused)', 'pay', 'go')}\n${full('Shop::Timeout', 'read', 'pay')}`,
    [
      'pay /app/x.rb:1 *',
      'go /app/x.rb:2 *',
      '<- Shop::Timeout: ',
      'read /app/x.rb:1 *',
      'pay /app/x.rb:2 *',
    ],
  ],
  'from bottom to top': [
    "Traceback (most recent call last):\n\t1: from /app/x.rb:2:in `b'\n/app/x.rb:1:in `a': a (IOError)\n\t2: from /app/x.rb:4:in `d'\n\t1: from /app/x.rb:3:in `c'\n/app/x.rb:2:in `b': b (Refused)",
    [
      'b /app/x.rb:2 *',
      'c /app/x.rb:3 *',
      'd /app/x.rb:4 *',
      '<- IOError: a',
      'a /app/x.rb:1 *',
      'b /app/x.rb:2 *',
    ],
  ],
  'that quotes another, with more below it': [
    `${full(`it said (Refused)\n${full('q (Q)', 'quoted', 'q2')}\nand went`, 'pay')}\n\tfrom /app/x.rb:9:in \`go'`,
    ['pay /app/x.rb:1 *', 'go /app/x.rb:9 *'],
  ],
  'that is only a backtrace': [
    "/app/x.rb:1:in 'a'\n/app/x.rb:2:in 'b'",
    ['a /app/x.rb:1 *', 'b /app/x.rb:2 *'],
  ],
  'that is a backtrace below type and message': [
    "Refused (no money):\n\n/app/x.rb:1:in 'a'\n/app/x.rb:2:in 'b'",
    ['a /app/x.rb:1 *', 'b /app/x.rb:2 *'],
  ],
};

suite('a full message', () => {
  for (const [what, [stack, wanted]] of Object.entries(messages)) {
    test(what, () => {
      assert.deepEqual(shownStack(stack), wanted);
    });
  }
});

suite('a function that is built in', () => {
  test('has no place, and not that of its caller', () => {
    const stack =
      "/app/x.rb:3:in `Integer': a (ArgumentError)\n\tfrom /app/x.rb:3:in `pay'\n\tfrom /app/x.rb:9:in `go'";
    assert.deepEqual(shownStack(stack), ['Integer -', 'pay /app/x.rb:3 *', 'go /app/x.rb:9 *']);
  });

  test('is no recursion, and no block', () => {
    const stack =
      "/app/x.rb:3:in `pay': a (A)\n\tfrom /app/x.rb:3:in `pay'\n\tfrom /app/x.rb:4:in `block in go'\n\tfrom /app/x.rb:4:in `each'\n\tfrom /app/x.rb:4:in `go'";
    assert.deepEqual(shownStack(stack), [
      'pay /app/x.rb:3 *',
      'pay /app/x.rb:3 *',
      'go /app/x.rb:4 *',
      'each -',
      'go /app/x.rb:4 *',
    ]);
  });

  test('may be called by another of its name', () => {
    const stack =
      "/app/x.rb:3:in `block in feed': no (A)\n\tfrom /app/x.rb:5:in `each'\n\tfrom /app/x.rb:5:in `each'\n\tfrom /app/x.rb:5:in `first'\n\tfrom /app/x.rb:5:in `feed'";
    assert.deepEqual(shownStack(stack), [
      'feed /app/x.rb:3 *',
      'each -',
      'each -',
      'first -',
      'feed /app/x.rb:5 *',
    ]);
  });
});

test('the body of a class has no name, whatever runs it', () => {
  for (const [label, name] of [
    ["`block (2 levels) in <class:Hooks>'", '-'],
    ["'block in Hooks'", '-'],
    ["'block in Hooks#run'", 'run'],
  ]) {
    assert.deepEqual(shownStack(`/app/x.rb:3:in ${label}: no (A)`), [`${name} /app/x.rb:3 *`]);
  }
});

test('the same failure is the same issue in Ruby 3.3 and 3.4', () => {
  const old = [
    "/app/x.rb:7:in `rescue in charge': wrapped (Pay)",
    "\tfrom /app/x.rb:6:in `charge'",
    "\tfrom /app/x.rb:4:in `block (2 levels) in open'",
    "\tfrom <internal:numeric>:237:in `times'",
    "\tfrom /app/x.rb:4:in `open'",
  ];
  const now = [
    "/app/x.rb:7:in 'Checkout#charge': wrapped (Pay)",
    "\tfrom /app/x.rb:4:in 'block (2 levels) in Checkout#open'",
    "\tfrom /app/x.rb:4:in 'Integer#times'",
    "\tfrom /app/x.rb:4:in 'Checkout#open'",
  ];
  const [first, second] = [old, now].map((stack) =>
    fingerprint({ type: 'Pay', message: 'wrapped', ...parseStack(stack.join('\n')) }),
  );
  assert.equal(first, second);
});

hostileSuite(rubyStack, [
  "/app/x.rb:1:in `f': a (A)\n",
  "/app/x.rb:1:in 'A#f'\n",
  "\tfrom /app/x.rb:1:in 'block in f'\n",
  "\t1: from /app/x.rb:1:in 'f'\n",
  'Traceback (most recent call last):\n',
  ":1:in '",
  ':1:in `',
  'from ',
  'block in ',
  'block (1 levels) in ',
  "a:1:in '__1_1",
  "a:1:in 'A::",
  '(eval at ',
  "(eval at a:1):1:in 'f'\n",
  "x:1:in 'f': (",
  ' (A',
  '... 1 levels...\n',
  '/gems/a-',
]);
