import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dotnetStack } from '../../../src/errors/stack/dotnet.ts';
import { parseStack } from '../../../src/errors/stack/parse.ts';
import { testHostileText } from './hostile-readers.ts';
import { chain, show } from './show.ts';

const lines: readonly (readonly [string, string])[] = [
  ['at Shop.Cart.Add(String s) in /src/Cart.cs:line 12', 'Shop.Cart Add /src/Cart.cs:12 *'],
  ['at Shop.Cart.Add(String s, Int32[] ids, T& item)', 'Shop.Cart Add - *'],
  ['at Shop.Cart.Add()', 'Shop.Cart Add - *'],
  [
    'at Program.Main(String[] args) in C:\\shop (x86)\\Program.cs:line 5',
    'Program Main C:\\shop (x86)\\Program.cs:5 *',
  ],
  ['at Shop.Cart..ctor(Int32 n)', 'Shop.Cart .ctor - *'],
  ['at Shop.Cart..cctor()', 'Shop.Cart .cctor - *'],
  ['at Shop.Cart.get_Item(Int32 i)', 'Shop.Cart get_Item - *'],
  ['at Shop.Größe.Prüfe()', 'Shop.Größe Prüfe - *'],
  // generic types
  ['at Shop.Money`1.Get[U](T a, List`1 all)', 'Shop.Money Get - *'],
  ['at Shop.Money`1.Inner.Deep[U,V](U u)', 'Shop.Money.Inner Deep - *'],
  [
    'at Shop.Cart.System.Collections.Generic.IEnumerable<System.Int32>.GetEnumerator()',
    'Shop.Cart.System.Collections.Generic.IEnumerable<System.Int32> GetEnumerator - *',
  ],
  // what compilers make
  [
    'at Shop.Order.<ChargeAsync>d__12.MoveNext() in /src/Order.cs:line 3',
    'Shop.Order ChargeAsync /src/Order.cs:3 *',
  ],
  ['at Shop.Order.<ChargeAsync>d__12`1.MoveNext()', 'Shop.Order ChargeAsync - *'],
  ['at Shop.Order.<>c.<Charge>b__0_1(Int32 x)', 'Shop.Order Charge - *'],
  ['at Shop.Order.<>c__DisplayClass3_0.<Charge>b__0(Int32 x)', 'Shop.Order Charge - *'],
  ['at Shop.Order.<>c__DisplayClass3_0.<<Charge>b__0>d.MoveNext()', 'Shop.Order Charge - *'],
  ['at Shop.Order.<Charge>g__Local|3_0(Int32 x)', 'Shop.Order Charge.Local - *'],
  ['at Shop.Order.<>c__DisplayClass3_0.<<Charge>g__Local|0>d.MoveNext()', 'Shop.Order Charge.Local - *'],
  ['at Shop.Order.<Items>c__Iterator3.MoveNext()', 'Shop.Order Items - *'],
  ['at Program.<Main>$(String[] args) in /src/Program.cs:line 9', 'Program Main /src/Program.cs:9 *'],
  ['at Program.<<Main>$>g__Charge|0_0()', 'Program Main.Charge - *'],
  ['at Program.<>c.<<Main>$>b__0_1(HttpContext context)', 'Program Main - *'],
  ['at Shop.Order.<>n__0()', 'Shop.Order - - *'],
  ['at Shop.Order.charge@12-1.Invoke(Unit _arg1)', 'Shop.Order charge - *'],
  ['at lambda_method17(Closure , Object )', '- lambda_method -'],
  ['at CallSite.Target(Closure , CallSite , Object )', 'CallSite Target -'],
  // other ways to say where
  ['at Shop.Cart.Add(String s) + 0x24', 'Shop.Cart Add - *'],
  ['at Shop.Cart.Add(String s) + 0x24 in /src/Cart.cs:line 12', 'Shop.Cart Add /src/Cart.cs:12 *'],
  ['at Shop.Cart.Add(String s) in Shop.dll:token 0x6000001+0x12', 'Shop.Cart Add - *'],
  ['bei Shop.Cart.Add(String s) in C:\\Cart.cs:Zeile 12.', 'Shop.Cart Add C:\\Cart.cs:12 *'],
  ['à Shop.Cart.Add(String s) dans C:\\Cart.cs:ligne 12', 'Shop.Cart Add C:\\Cart.cs:12 *'],
  ['en Shop.Cart.Add(String s) en C:\\Cart.cs:línea 12', 'Shop.Cart Add C:\\Cart.cs:12 *'],
  ['в Shop.Cart.Add(String s) в C:\\Cart.cs:строка 12', 'Shop.Cart Add C:\\Cart.cs:12 *'],
  // not the app's own
  ['at System.Int32.Parse(String s)', 'System.Int32 Parse -'],
  ['at System.Linq.Enumerable.ToList[TSource](IEnumerable`1 source)', 'System.Linq.Enumerable ToList -'],
  ['at Npgsql.Internal.NpgsqlConnector.<Open>d__1.MoveNext()', 'Npgsql.Internal.NpgsqlConnector Open -'],
  ['at Google.Cloud.Storage.Client.Get()', 'Google.Cloud.Storage.Client Get -'],
  ['at Google.Shop.Cart.Get()', 'Google.Shop.Cart Get - *'],
  ['at Systems.Cart.Get()', 'Systems.Cart Get - *'],
];

for (const [line, wanted] of lines) {
  test(`reads "${line}"`, () => {
    assert.deepEqual(parseStack(`System.Exception: x\n   ${line}`).frames.map(show), [wanted]);
  });
}

const at = (name: string): string => `   at Shop.${name}() in /src/x.cs:line 1\n`;
const innerEnd = '   --- End of inner exception stack trace ---\n';

/** Each stack with its own calls and its causes. */
const stacks: Readonly<Record<string, readonly [string, readonly unknown[]]>> = {
  'no message': [`Shop.Refused\n${at('A.a')}${at('B.b')}`, [['Shop.A a', 'Shop.B b']]],
  'a message of several lines': [`System.Exception: a\nb\n\n${at('A.a')}`, [['Shop.A a']]],
  'a message that quotes frames': [`System.Exception: a\n${at('Q.q')}b\n${at('A.a')}`, [['Shop.A a']]],
  'Windows line ends': [
    `System.Exception: a\n ---> Shop.Refused: b\nc\n${at('B.b')}${innerEnd}${at('A.a')}`.replaceAll(
      '\n',
      '\r\n',
    ),
    [['Shop.A a'], ['Shop.Refused', 'b\nc', ['Shop.B b']]],
  ],
  'a chain': [
    `System.Exception: a\n ---> Shop.Refused: b\n ---> Shop.Lost: c\n${at('C.c')}${innerEnd}${at('B.b')}${innerEnd}${at('A.a')}`,
    [['Shop.A a'], ['Shop.Refused', 'b', ['Shop.B b']], ['Shop.Lost', 'c', ['Shop.C c']]],
  ],
  'a chain in one line, as the .NET Framework writes it': [
    `System.Exception: a ---> Shop.Refused: b ---> Shop.Lost: c\n${at('C.c')}${innerEnd}${at('B.b')}${innerEnd}${at('A.a')}`,
    [['Shop.A a'], ['Shop.Refused', 'b', ['Shop.B b']], ['Shop.Lost', 'c', ['Shop.C c']]],
  ],
  'a chain in German': [
    `System.Exception: a ---> Shop.Refused: b\n   bei Shop.B.b()\n   --- Ende der internen Ausnahmestapelüberwachung ---\n   bei Shop.A.a()`,
    [['Shop.A a'], ['Shop.Refused', 'b', ['Shop.B b']]],
  ],
  'a cause that was never thrown': [
    `System.Exception: a\n ---> Shop.Refused: b\n${innerEnd}${at('A.a')}`,
    [['Shop.A a'], ['Shop.Refused', 'b', []]],
  ],
  'a number behind the type': [
    `System.Exception: a\n ---> Npgsql.PostgresException (0x80004005): 23505: duplicate\n${at('B.b')}${innerEnd}${at('A.a')}`,
    [['Shop.A a'], ['Npgsql.PostgresException', '23505: duplicate', ['Shop.B b']]],
  ],
  'a cause of several lines with an arrow': [
    `System.Exception: a\n ---> Shop.Refused: b\n ---> and so on\n${at('B.b')}${innerEnd}${at('A.a')}`,
    [['Shop.A a'], ['Shop.Refused', 'b\n ---> and so on', ['Shop.B b']]],
  ],
  'a cause that quotes frames': [
    `System.Exception: a\n ---> Shop.Refused: b\n${at('Q.q')}c\n${at('B.b')}${innerEnd}${at('A.a')}`,
    [['Shop.A a'], ['Shop.Refused', 'b', ['Shop.B b']]],
  ],
  'frames that were quoted above a cause': [
    `System.Exception: a\n${at('Q.q')} ---> Shop.Refused: b\n${at('B.b')}${innerEnd}`,
    [[], ['Shop.Refused', 'b', ['Shop.B b']]],
  ],
  'an exception that was thrown again': [
    `System.Exception: a\n${at('B.b')}--- End of stack trace from previous location ---\n${at('A.a')}`,
    [['Shop.B b', 'Shop.A a']],
  ],
  'an exception that was thrown again, before .NET 5': [
    `System.Exception: a\n${at('B.b')}--- End of stack trace from previous location where exception was thrown ---\n${at('A.a')}`,
    [['Shop.B b', 'Shop.A a']],
  ],
  'an aggregate': [
    `System.AggregateException: One or more errors occurred. (b) (c)\n ---> Shop.Refused: b\n${at('B.b')}${innerEnd}${at('A.a')} ---> (Inner Exception #1) Shop.Lost: c\n ---> Shop.Lost: d\n${at('D.d')}${innerEnd}${at('C.c').trimEnd()}<---\n\n`,
    [['Shop.A a'], ['Shop.Refused', 'b', ['Shop.B b']]],
  ],
  'an aggregate within': [
    `System.Exception: a\n ---> System.AggregateException: b\n ---> Shop.Refused: c\n${at('C.c')}${innerEnd}${at('B.b')} ---> (Inner Exception #1) Shop.Lost: d\n${at('D.d').trimEnd()}<---\n\n${innerEnd}${at('A.a')}`,
    [['Shop.A a'], ['System.AggregateException', 'b', ['Shop.B b']], ['Shop.Refused', 'c', ['Shop.C c']]],
  ],
  'what is written below the frames': [
    `System.Exception: a\n${at('A.a')}  Exception data:\n    Severity: ERROR`,
    [['Shop.A a']],
  ],
  'an unfinished line': [`System.Exception: a\n${at('A.a')}   at Shop.B.b(Str`, [['Shop.A a']]],
  prose: ['we met\n   at the station (platform 2)\n   at noon()\n   in a.b (c d)\n   at x.y(z)', [[]]],
};

for (const [what, [stack, wanted]] of Object.entries(stacks)) {
  test(`finds the chain: ${what}`, () => {
    assert.deepEqual(chain(stack), wanted);
  });
}

test('reads what .NET Core writes', () => {
  const stack = `System.AggregateException: One or more errors occurred. (cannot charge) (slow)
 ---> System.InvalidOperationException: cannot charge
 ---> System.TimeoutException: slow
   at Shop.Orders.Order.Inner(Int32 n)
   at Shop.Orders.Order.ChargeAsync(Int32 n)
   at Shop.Orders.Order.Wrap()
   --- End of inner exception stack trace ---
   at Shop.Orders.Order.Wrap()
   --- End of inner exception stack trace ---
   at System.Threading.Tasks.Task.WaitAllCore(Task[] tasks, Int32 millisecondsTimeout, CancellationToken cancellationToken)
   at System.Threading.Tasks.Task.WaitAll(Task[] tasks)
   at Shop.Orders.Program.<Main>m__8()
 ---> (Inner Exception #1) System.TimeoutException: slow
   at Shop.Orders.Order.Inner(Int32 n)
   at Shop.Orders.Order.ChargeAsync(Int32 n)<---

`;
  const wait = ['System.Threading.Tasks.Task WaitAllCore', 'System.Threading.Tasks.Task WaitAll'];
  const inner = ['Shop.Orders.Order Inner', 'Shop.Orders.Order ChargeAsync', 'Shop.Orders.Order Wrap'];
  assert.deepEqual(chain(stack), [
    [...wait, 'Shop.Orders.Program Main'],
    ['System.InvalidOperationException', 'cannot charge', ['Shop.Orders.Order Wrap']],
    ['System.TimeoutException', 'slow', inner],
  ]);
});

testHostileText(
  dotnetStack,
  [
    '\n   at ',
    '   at A.b(',
    '()',
    ') in ',
    ':line 1',
    '\n   at A.b()',
    '\n ---> ',
    ' ---> A.B: c',
    '\n ---> (Inner Exception #1) ',
    '<---',
    '\n   --- End of inner exception stack trace ---\n',
    '--- inner',
    '.<a>b__0',
    '<',
    '@1',
    '`1',
    '[T]',
    'g__a|',
  ],
  20_260_302,
);
