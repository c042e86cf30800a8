import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStack } from '../../../src/errors/stack/parse.ts';
import { rustStack } from '../../../src/errors/stack/rust.ts';
import { testHostileText } from './hostile-readers.ts';
import { chain, show } from './show.ts';

const symbols: readonly (readonly [symbol: string, wanted: string])[] = [
  ['shop::cart::charge', 'shop::cart charge *'],
  ['shop::main', 'shop main *'],
  ['shop::cart::charge::h0123456789abcdef', 'shop::cart charge *'],
  ['shop::größe', 'shop größe *'],
  // closures and async functions, in both schemes
  ['shop::cart::charge::{{closure}}', 'shop::cart charge *'],
  ['shop::cart::charge::{{closure}}::{{closure}}::h0123456789abcdef', 'shop::cart charge *'],
  ['shop::cart::charge::{closure#0}::{closure#1}', 'shop::cart charge *'],
  ['core::ops::function::FnOnce::call_once{{vtable.shim}}', 'core::ops::function::FnOnce call_once'],
  ['shop[e28293b1aa0f68bd]::cart::charge', 'shop::cart charge *'],
  // types and traits
  ['shop::cart::Card<T>::check', 'shop::cart::Card check *'],
  ['<shop::cart::Card<_>>::check', 'shop::cart::Card check *'],
  ['<shop[e28293b1aa0f68bd]::cart::Card<i32>>::check', 'shop::cart::Card check *'],
  ['<shop::cart::Card<T> as shop::cart::Pay>::pay', 'shop::cart::Card pay *'],
  ['<shop::cart::Card<&str> as shop::cart::Pay>::pay', 'shop::cart::Card pay *'],
  ['<&mut shop::Card as core::fmt::Debug>::fmt', 'shop::Card fmt *'],
  ['<T as shop::cart::Pay>::pay', 'shop::cart::Pay pay *'],
  ['<[T] as shop::cart::Pay>::pay::{{closure}}', 'shop::cart::Pay pay *'],
  ['shop::cart::<impl shop::cart::Pay for alloc::string::String>::pay', 'shop::cart pay *'],
  ['shop::cart::charge::<i32, shop::Card<u8>>', 'shop::cart charge *'],
  ['<<shop::A as shop::B>::C as shop::D>::run', 'shop::A::C run *'],
  [
    '<alloc::boxed::Box<dyn core::ops::Fn(i32) -> i32 + core::marker::Send> as core::ops::Fn<(i32,)>>::call',
    'alloc::boxed::Box call',
  ],
  // not the app's own
  ['std::rt::lang_start::{{closure}}', 'std::rt lang_start'],
  ['<usize as core::slice::index::SliceIndex<[T]>>::index', 'core::slice::index::SliceIndex index'],
  [
    '<&dyn core::ops::Fn<(), Output = i32> + core::marker::Sync as core::ops::FnOnce<()>>::call_once',
    'core::ops::Fn call_once',
  ],
  ['<str>::parse::<i32>', 'str parse'],
  ['tokio::runtime::task::core::Core<T,S>::poll::{{closure}}', 'tokio::runtime::task::core::Core poll'],
  ['tokio_shop::run', 'tokio_shop run *'],
  ['__rustc::rust_begin_unwind', '__rustc rust_begin_unwind'],
  ['rust_begin_unwind', '- rust_begin_unwind'],
  ['__rust_begin_short_backtrace', '- __rust_begin_short_backtrace'],
];

for (const [symbol, wanted] of symbols) {
  test(`reads "${symbol}"`, () => {
    const shown = parseStack(`   0: ${symbol}\n`).frames.map(show);
    assert.deepEqual(shown, [wanted.endsWith(' *') ? `${wanted.slice(0, -2)} - *` : `${wanted} -`]);
  });
}

test('reads a build with the lines of calls, whose names have no modules', () => {
  const stack = `   0: msg<alloc::string::String>
             at /usr/local/cargo/registry/src/index.crates.io-1949cf8c6b5b557f/anyhow-1.0.98/src/backtrace.rs:27:14
   1: charge<i32, shop::Card>
             at ./src/cart.rs:52:5
   2: {closure#0}<core::result::Result<(), anyhow::Error>>
             at ./src/main.rs:36:71`;
  const shown = parseStack(stack)
    .frames.filter(({ inApp }) => inApp)
    .map(show);
  assert.deepEqual(shown, ['- charge ./src/cart.rs:52:5 *']);
});

const registry = '/home/u/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f';
const places: readonly (readonly [place: string, wanted: string])[] = [
  ['./src/cart.rs:6:55', './src/cart.rs:6:55 *'],
  ['src/cart.rs:6', 'src/cart.rs:6 *'],
  ['C:\\shop\\src\\cart.rs:6:55', 'C:\\shop\\src\\cart.rs:6:55 *'],
  ['/home/Jo Doe/shop/cart.rs:6:55', '/home/Jo Doe/shop/cart.rs:6:55 *'],
  [
    '/rustc/5980/library/core/src/ops/function.rs:250:5',
    '/rustc/5980/library/core/src/ops/function.rs:250:5',
  ],
  ['library/std/src/rt.rs:1:2', 'library/std/src/rt.rs:1:2'],
  [`${registry}/pay-1.0.1/src/lib.rs:1:2`, `${registry}/pay-1.0.1/src/lib.rs:1:2`],
  [
    'C:\\Users\\jo\\.cargo\\git\\checkouts\\pay\\lib.rs:1:2',
    'C:\\Users\\jo\\.cargo\\git\\checkouts\\pay\\lib.rs:1:2',
  ],
  ['/app/vendor/pay/src/lib.rs:1:2', '/app/vendor/pay/src/lib.rs:1:2'],
];

for (const [place, wanted] of places) {
  test(`reads "at ${place}"`, () => {
    const { frames } = parseStack(`   0: pay::run\n             at ${place}\n`);
    assert.deepEqual(frames.map(show), [`pay run ${wanted}`]);
  });
}

const frame = (number: number, symbol: string): string =>
  `  ${number}: ${symbol}\n             at ./src/x.rs:${number}:1\n`;
const a = frame(0, 'shop::a');
const b = frame(1, 'shop::b');

/** Each stack with its own calls and its causes. */
const stacks: Readonly<Record<string, readonly [string, readonly unknown[]]>> = {
  'a backtrace alone': [`${a}${b}`, [['shop a', 'shop b']]],
  'Windows line ends': [`${a}${b}`.replaceAll('\n', '\r\n'), [['shop a', 'shop b']]],
  'addresses, as in the long form': [
    '   0:     0x55dd6878c92b - shop::a::h0fc1a69d9a3f641a\n                at /x.rs:1:1\n   1:        0x55dd - main\n',
    [['shop a', '- main']],
  ],
  'a panic': [
    `\nthread 'main' (15150) panicked at src/cart.rs:8:86:\nindex out of bounds\nstack backtrace:\n${a}${b}note: Some details are omitted`,
    [['shop a', 'shop b']],
  ],
  'a panic without a backtrace': [
    `thread 'main' panicked at src/cart.rs:8:86:\nboom\nnote: run with \`RUST_BACKTRACE=1\``,
    [['- -']],
  ],
  'symbols of other languages between': [
    `${a}  1: __rust_try\n  2: shop::b\n  3: __libc_start_main\n`,
    [['shop a', '- __rust_try', 'shop b', '- __libc_start_main']],
  ],
  'frames left out': [`${a}      [... omitted 12 frames ...]\n${b}`, [['shop a', 'shop b']]],
  'a message that quotes a backtrace': [
    `failed: 0: x\n${frame(0, 'shop::q')}stack backtrace:\n${a}${b}`,
    [['shop a', 'shop b']],
  ],
  'numbers that stand before something else': [
    `0: refused\n1: by bank\n2: a: b\n${a}${b}`,
    [['shop a', 'shop b']],
  ],
  'a report of anyhow': [
    `order 7 failed\n\nCaused by:\n    0: cannot charge\n    1: refused\n       by bank\n\nStack backtrace:\n${a}${b}`,
    [
      ['shop a', 'shop b'],
      ['', 'cannot charge', []],
      ['', 'refused\nby bank', []],
    ],
  ],
  'a report with one cause': [
    `order 7 failed\n\nCaused by:\n    refused\n    by bank\n\nStack backtrace:\n${a}`,
    [['shop a'], ['', 'refused\nby bank', []]],
  ],
  'causes that look like symbols': [
    `x\n\nCaused by:\n    0: shop::Refused\n    1: shop::Lost\n\nStack backtrace:\n${a}`,
    [['shop a'], ['', 'shop::Refused', []], ['', 'shop::Lost', []]],
  ],
  'a report of eyre without a backtrace': [
    'top\n\nCaused by:\n   0: mid\n   1: root\n\nLocation:\n    src/cart.rs:18:59\n',
    [['- -'], ['', 'mid', []], ['', 'root', []]],
  ],
  'a report of color-eyre': [
    `Error: \n   0: top\n   1: root\n\nLocation:\n   src/main.rs:7\n\n  ━━━ BACKTRACE ━━━\n        ⋮ 5 frames hidden ⋮\n   6: shop::a::h0fc1a69d9a3f641a\n      at /app/src/x.rs:1\n   7: shop::b\n      at /app/src/x.rs:2\n`,
    [['shop a', 'shop b']],
  ],
  'a report that says neither where nor how': ['top\n\nCaused by:\n    0: mid\n    1: root\n', [[]]],
  'an unfinished line': [`${a}${b}   2: shop::c<`, [['shop a', 'shop b']]],
  'a list': ['0: a\n1: b c\n2: d:e', [[]]],
};

for (const [what, [stack, wanted]] of Object.entries(stacks)) {
  test(`finds the chain: ${what}`, () => {
    assert.deepEqual(chain(stack), wanted);
  });
}

const panics: readonly (readonly [string, readonly string[]])[] = [
  ["thread 'main' panicked at src/main.rs:4:5:\nboom", ['- - src/main.rs:4:5 *']],
  ["thread 'main' (1) panicked at src/main.rs:4:5:\nboom", ['- - src/main.rs:4:5 *']],
  ["thread 'a, b' panicked at 'boom, boom', src/main.rs:4:5", ['- - src/main.rs:4:5 *']],
  ['panicked at src/main.rs:4:5:\nboom', ['- - src/main.rs:4:5 *']],
  [`thread 'main' panicked at ${registry}/pay/lib.rs:4:5:\nboom`, [`- - ${registry}/pay/lib.rs:4:5`]],
  ['top\n\nLocation:\n    src/cart.rs:18:59', ['- - src/cart.rs:18:59 *']],
  ['Location:\n    Berlin:18:59', []],
  ['Location:', []],
  ['panicked at the sight of it: 4:5', []],
];

for (const [text, wanted] of panics) {
  test(`finds the place without a backtrace: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseStack(text).frames.map(show), wanted);
  });
}

test('reads what Rust 1.95 writes of a panic', () => {
  const stack = `
thread 'tokio-rt-worker' (15152) panicked at src/main.rs:22:61:
index out of bounds: the len is 0 but the index is 1
stack backtrace:
   0: __rustc::rust_begin_unwind
             at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/panicking.rs:689:5
   1: core::panicking::panic_fmt
             at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/panicking.rs:80:14
   2: <alloc::vec::Vec<T,A> as core::ops::index::Index<I>>::index
             at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/alloc/src/vec/mod.rs:3804:9
   3: shop_checkout::main::{{closure}}::{{closure}}
             at ./src/main.rs:22:61
   4: tokio::runtime::task::core::Core<T,S>::poll::{{closure}}
             at ${registry}/tokio-1.54.1/src/runtime/task/core.rs:380:24
   5: __rust_try
note: Some details are omitted, run with \`RUST_BACKTRACE=full\` for a verbose backtrace.
`;
  const rustc = '/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library';
  assert.deepEqual(parseStack(stack).frames.map(show), [
    `__rustc rust_begin_unwind ${rustc}/std/src/panicking.rs:689:5`,
    `core::panicking panic_fmt ${rustc}/core/src/panicking.rs:80:14`,
    `alloc::vec::Vec index ${rustc}/alloc/src/vec/mod.rs:3804:9`,
    'shop_checkout main ./src/main.rs:22:61 *',
    `tokio::runtime::task::core::Core poll ${registry}/tokio-1.54.1/src/runtime/task/core.rs:380:24`,
    '- __rust_try -',
  ]);
});

testHostileText(
  rustStack,
  [
    '\n   0: ',
    '\n   0: shop::a',
    '\n   0: shop::a\n      at /x.rs:1:1',
    '0x1 - ',
    'a::',
    '<a as ',
    '<<a as b>::c as ',
    ' as ',
    '::<',
    '{{closure}}',
    '{',
    '::h0123456789abcdef',
    'a[0123456789abcdef]',
    '\nCaused by:\n',
    '\nStack backtrace:\n',
    "\nthread 'main' panicked at ",
    '\nLocation:\n',
    '.rs:1:1',
    ' + ',
    '&',
  ],
  20_260_304,
);
