import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fingerprint } from '../../../src/errors/fingerprint.ts';
import { parseStack } from '../../../src/errors/stack/parse.ts';
import { phpStack } from '../../../src/errors/stack/php.ts';
import { hostileSuite } from './reader-suite.ts';
import { shownStack } from './shown.ts';

/** A call, between the throw at line 1 and the call of it at line 2. */
const calls: Readonly<Record<string, string>> = {
  'Shop\\Cart->add()': 'Shop\\Cart::add /app/x.php:1 *',
  'Shop\\Cart::make()': 'Shop\\Cart::make /app/x.php:1 *',
  'Cart->add()': 'Cart::add /app/x.php:1 *',
  'Shop\\total()': 'Shop::total /app/x.php:1 *',
  'total()': 'total /app/x.php:1 *',
  // arguments, which hold any text
  'Shop\\Cart->add(Object(Shop\\Foo), 17)': 'Shop\\Cart::add /app/x.php:1 *',
  "Shop\\Cart->add('it\\'s) -> a\\n(mul...', Array)": 'Shop\\Cart::add /app/x.php:1 *',
  "Shop\\Cart->add('{closure}', '{main}')": 'Shop\\Cart::add /app/x.php:1 *',
  // what has no name
  'Shop\\Cart->Shop\\{closure}()': 'Shop\\Cart::- /app/x.php:1 *',
  'Shop\\Cart->{closure:Shop\\Cart::add():10}(17)': 'Shop\\Cart::- /app/x.php:1 *',
  'Shop\\Cart->{closure:{closure:Shop\\Cart::add():9}:10}(17)': 'Shop\\Cart::- /app/x.php:1 *',
  'Shop\\{closure}()': '- /app/x.php:1 *',
  '{closure:Shop\\total():10}()': '- /app/x.php:1 *',
  '{closure:/app/x.php:10}()': '- /app/x.php:1 *',
  'class@anonymous->add()': 'add /app/x.php:1 *',
  'class@anonymous\0/app/y.php:10$0->add()': 'add /app/x.php:1 *',
  'Shop\\Base@anonymous->add()': 'Shop\\Base::add /app/x.php:1 *',
  "require_once('/app/x.php')": '- /app/x.php:1 *',
  'include()': '- /app/x.php:1 *',
};

suite('a call', () => {
  for (const [call, wanted] of Object.entries(calls)) {
    test(`is read: ${call}`, () => {
      const stack = `Exception: a in /app/x.php:1\nStack trace:\n#0 /app/y.php(2): ${call}\n#1 {main}`;
      assert.deepEqual(shownStack(stack), [wanted, '- /app/y.php:2 *']);
    });
  }
});

const files: Readonly<Record<string, string>> = {
  '/app/src/Cart.php': 'Cart::add /app/src/Cart.php:1 *',
  'C:\\shop\\Cart.php': 'Cart::add C:\\shop\\Cart.php:1 *',
  '/app/my shop (2)/Cart.php': 'Cart::add /app/my shop (2)/Cart.php:1 *',
  "/app/src/Cart.php(19) : eval()'d code": 'Cart::add /app/src/Cart.php:19 *',
  '/app/vendor/acme/x/Cart.php': 'Cart::add /app/vendor/acme/x/Cart.php:1',
  'C:\\shop\\vendor\\acme\\Cart.php': 'Cart::add C:\\shop\\vendor\\acme\\Cart.php:1',
  'phar:///usr/bin/composer/src/Cart.php': 'Cart::add phar:///usr/bin/composer/src/Cart.php:1',
  '/app/src/Vendor/Cart.php': 'Cart::add /app/src/Vendor/Cart.php:1 *',
};

suite('the file of a call', () => {
  for (const [file, wanted] of Object.entries(files)) {
    test(`is read: ${file}`, () => {
      const stack = `Exception: a in /app/y.php:2\nStack trace:\n#0 ${file}(1): total()\n#1 /app/z.php(3): Cart->add()\n#2 {main}`;
      assert.deepEqual(shownStack(stack)[1], wanted);
      assert.deepEqual(
        shownStack(`Exception: a in ${file}:1\nStack trace:\n#0 /app/y.php(2): Cart->add()\n#1 {main}`)[0],
        wanted,
      );
    });
  }
});

const trace = '#0 /app/y.php(2): Shop\\Cart->add(17)\n#1 /app/z.php(3): Shop\\Cart->fill()\n#2 {main}';
const own = ['Shop\\Cart::add /app/x.php:1 *', 'Shop\\Cart::fill /app/y.php:2 *', '- /app/z.php:3 *'];

const texts: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'begins with the place of the throw': [`Shop\\Refused: a in /app/x.php:1\nStack trace:\n${trace}`, own],
  'without a message': [`Shop\\Refused in /app/x.php:1\nStack trace:\n${trace}`, own],
  'with a message of several lines': [
    `Shop\\Refused: a\nb in c\n in /app/x.php:1\nStack trace:\n${trace}`,
    own,
  ],
  'with a message that speaks of a place': [`E: a in /y.php:9 in /app/x.php:1\nStack trace:\n${trace}`, own],
  'with Windows line ends': [
    `E: a in /app/x.php:1\r\nStack trace:\r\n${trace.replaceAll('\n', '\r\n')}\r\n`,
    own,
  ],
  'from the log': [
    `PHP Fatal error:  Uncaught E: a in /app/x.php:1\nStack trace:\n${trace}\n  thrown in /app/x.php on line 1`,
    own,
  ],
  'of calls alone says nothing of where the first one stands': [
    trace,
    ['Shop\\Cart::add - *', 'Shop\\Cart::fill /app/y.php:2 *', '- /app/z.php:3 *'],
  ],
  'of calls alone, the first of which may be built in': [
    trace.replace('Shop\\Cart->add(17)', 'intdiv(1, 0)'),
    ['intdiv -', 'Shop\\Cart::fill /app/y.php:2 *', '- /app/z.php:3 *'],
  ],
  'of calls alone, the first of which is in a library': [
    trace.replace('Shop\\Cart->add(17)', 'Doctrine\\DBAL\\Connection->exec()'),
    ['Doctrine\\DBAL\\Connection::exec -', 'Shop\\Cart::fill /app/y.php:2 *', '- /app/z.php:3 *'],
  ],
  'thrown by what is built in': [
    'DivisionByZeroError: a in /app/x.php:1\nStack trace:\n#0 /app/x.php(1): intdiv(1, 0)\n#1 {main}',
    ['intdiv -', '- /app/x.php:1 *'],
  ],
  'through what is built in': [
    'E: a in /app/x.php:1\nStack trace:\n#0 [internal function]: Shop\\Cart->Shop\\{closure}(1)\n#1 /app/x.php(2): array_map(Object(Closure), Array)\n#2 {main}',
    ['Shop\\Cart::- /app/x.php:1 *', 'array_map -', '- /app/x.php:2 *'],
  ],
  'from top-level code': ['E: a in /app/x.php:1\nStack trace:\n#0 {main}', ['- /app/x.php:1 *']],
  'with causes': [
    `A: a in b\nc in /app/a.php:1\nStack trace:\n#0 /app/b.php(2): f()\n#1 {main}\n\nNext B in /app/b.php:3\nStack trace:\n#0 {main}\n\nNext Shop\\C: c in /app/x.php:1\nStack trace:\n${trace}`,
    [...own, '<- B: ', '- /app/b.php:3 *', '<- A: a in b\nc', 'f /app/a.php:1 *', '- /app/b.php:2 *'],
  ],
  'with causes, from the log': [
    `[05-Jan-2026 10:00:00 UTC] PHP Fatal error:  Uncaught A: a in /app/a.php:1\nStack trace:\n#0 {main}\n\nNext B: b in /app/x.php:1\nStack trace:\n${trace}\n  thrown in /app/x.php on line 1`,
    [...own, '<- A: a', '- /app/a.php:1 *'],
  ],
  'with a message that quotes another': [
    `E: it said Q: q in /q.php:1\nStack trace:\n#0 /q.php(2): quoted()\n#1 {main}\n and went in /app/x.php:1\nStack trace:\n${trace}`,
    own,
  ],
};

suite('an exception as text', () => {
  for (const [what, [stack, wanted]] of Object.entries(texts)) {
    test(what, () => {
      assert.deepEqual(shownStack(stack), wanted);
    });
  }
});

const dotted: Readonly<Record<string, string>> = {
  'Shop.Cart.add(Cart.php:10)': 'Shop\\Cart::add Cart.php:10 *',
  'Shop.total(x.php:10)': 'Shop::total x.php:10 *',
  'total(x.php:10)': 'total x.php:10 *',
  'Shop.Cart.{closure:Shop.Cart::add():9}(Cart.php:10)': 'Shop\\Cart::- Cart.php:10 *',
  'Shop.Cart.Shop.{closure}(Cart.php:10)': 'Shop\\Cart::- Cart.php:10 *',
  'Acme.Shop.Cart.Acme.Shop.{closure}(Cart.php:10)': 'Acme\\Shop\\Cart::- Cart.php:10 *',
  '{closure:/app/x.php:9}(x.php:10)': '- x.php:10 *',
  'class@anonymous\0/app/x.php:17$0.add(x.php:17)': 'add x.php:17 *',
  'Shop.Base@anonymous\0/app/x.php:17$1f.add(x.php:17)': 'Shop\\Base::add x.php:17 *',
  "eval(x.php(19) : eval()'d code:1)": '- x.php:19 *',
  'require_once(x.php:10)': '- x.php:10 *',
  'array_map(Unknown Source)': 'array_map -',
  // by their names, since the file says nothing of its folder
  'Symfony.Component.HttpKernel.HttpKernel.handle(HttpKernel.php:10)':
    'Symfony\\Component\\HttpKernel\\HttpKernel::handle HttpKernel.php:10',
  'Illuminate.Pipeline.Pipeline.Illuminate.Pipeline.{closure}(Pipeline.php:10)':
    'Illuminate\\Pipeline\\Pipeline::- Pipeline.php:10',
};

suite("an exception of OpenTelemetry's", () => {
  for (const [call, wanted] of Object.entries(dotted)) {
    test(`has its calls read: ${JSON.stringify(call)}`, () => {
      const stack = `E: a\n\tat first(first.php:1)\n\tat ${call}\n\tat {main}(index.php:2)`;
      assert.deepEqual(shownStack(stack), ['first first.php:1 *', wanted, '- index.php:2 *']);
    });
  }

  test('has its causes read', () => {
    const stack = `Shop.Refused: a\n\tat Shop.Cart.add(Cart.php:1)\n\tat {main}(index.php:2)
Caused by: Shop.Timeout: b\nb2\n\tat Shop.Db.read(Db.php:3)\n\t... 2 more
Caused by: PDOException\n\tat PDO.query(Db.php:4)\n\tat Shop.Db.read(Db.php:4)\n\t... 2 more`;
    assert.deepEqual(shownStack(stack), [
      'Shop\\Cart::add Cart.php:1 *',
      '- index.php:2 *',
      '<- Shop\\Timeout: b\nb2',
      'Shop\\Db::read Db.php:3 *',
      '<- PDOException: ',
      'PDO::query -',
      'Shop\\Db::read Db.php:4 *',
    ]);
  });

  test('has no calls that its message quotes', () => {
    const stack =
      'E: it said\n\tat quoted(q.php:1)\n and went\n\tat Shop.Cart.add(Cart.php:1)\n\tat {main}(x.php:2)';
    assert.deepEqual(shownStack(stack), ['Shop\\Cart::add Cart.php:1 *', '- x.php:2 *']);
  });

  test('is not one of Java', () => {
    const java =
      'com.shop.Refused: a\n\tat com.shop.Cart.add(Cart.java:12)\n\tat com.shop.Main.main(Main.java:3)';
    assert.equal(phpStack(java.split('\n')), undefined);
  });
});

test('the same failure is the same issue in PHP 8.2 and 8.4', () => {
  const stack = (closure: string): string =>
    `E: a in /app/x.php:1\nStack trace:\n#0 /app/y.php(2): Shop\\Cart->${closure}(1)\n#1 /app/z.php(3): Shop\\Cart->add()\n#2 {main}`;
  const [first, second] = ['Shop\\{closure}', '{closure:Shop\\Cart::add():10}'].map((closure) =>
    fingerprint({ type: 'E', message: 'a', ...parseStack(stack(closure)) }),
  );
  assert.equal(first, second);
});

hostileSuite(phpStack, [
  '#0 /app/x.php(1): A\\B->f()\n',
  '#1 [internal function]: {closure}()\n',
  '#2 {main}\n',
  'E: a in /app/x.php:1\nStack trace:\n#0 {main}\n',
  '\nNext E: a in /app/x.php:1\nStack trace:\n#0 {main}\n',
  'Stack trace:\n',
  ' in ',
  ' in a:1',
  '#0 a(1',
  '(1): ',
  '{closure',
  '#0 a(1): {closure:',
  ':1}(',
  '@anonymous',
  '$0',
  " : eval()'d code",
  'at A.B.f(x.php:1)\n',
  'at {main}(x.php:1)\n',
  'at a.',
  'Caused by: E: a\n',
  '\t... 2 more\n',
  'PHP Fatal error:  Uncaught ',
]);
