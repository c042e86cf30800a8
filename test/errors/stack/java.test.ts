import assert from 'node:assert/strict';
import { test } from 'node:test';
import { javaStack } from '../../../src/errors/stack/java.ts';
import { parseStack } from '../../../src/errors/stack/parse.ts';
import { testHostileText } from './hostile-readers.ts';
import { chain, show } from './show.ts';

const lines: readonly (readonly [string, string])[] = [
  ['com.shop.Cart.add(Cart.java:12)', 'com.shop.Cart add Cart.java:12 *'],
  ['com.shop.Cart$Item.<init>(Cart.java:12)', 'com.shop.Cart$Item <init> Cart.java:12 *'],
  ['com.shop.Cart.<clinit>(Cart.java)', 'com.shop.Cart <clinit> Cart.java *'],
  ['com.shop.Cart.add(Unknown Source)', 'com.shop.Cart add - *'],
  ['com.shop.Cart.add(Unknown Source:7)', 'com.shop.Cart add - *'],
  ['com.shop.Cart.add(Native Method)', 'com.shop.Cart add - *'],
  ['com.shop.Cart.add(SourceFile:12)', 'com.shop.Cart add SourceFile:12 *'],
  ['Main.main(Main.java:12)', 'Main main Main.java:12 *'],
  ['com.größe.Maß.prüfe(Maß.java:12)', 'com.größe.Maß prüfe Maß.java:12 *'],
  [
    'com.shop.CartTest.adds two items (twice)(CartTest.kt:3)',
    'com.shop.CartTest adds two items (twice) CartTest.kt:3 *',
  ],
  // what the class was loaded from
  ['app//com.shop.Cart.add(Cart.java:12)', 'com.shop.Cart add Cart.java:12 *'],
  ['app/shop@2.1/com.shop.Cart.add(Cart.java:12)', 'com.shop.Cart add Cart.java:12 *'],
  ['java.base/java.lang.Thread.run(Thread.java:840)', 'java.lang.Thread run Thread.java:840'],
  ['java.base@17.0.1/java.lang.Thread.run(Thread.java:840)', 'java.lang.Thread run Thread.java:840'],
  ['com.shop.Cart.add(Cart.java:12) ~[classes/:na]', 'com.shop.Cart add Cart.java:12 *'],
  ['com.shop.Cart.add(Cart.java:12) [shop.jar!/:1.0]', 'com.shop.Cart add Cart.java:12 *'],
  // lambdas and classes without a name
  ['com.shop.Cart.lambda$add$0(Cart.java:12)', 'com.shop.Cart add Cart.java:12 *'],
  ['com.shop.Cart.lambda$add$1a2b3c4d$1(Cart.java:12)', 'com.shop.Cart add Cart.java:12 *'],
  ['com.shop.Cart.lambda$static$3(Cart.java:12)', 'com.shop.Cart <clinit> Cart.java:12 *'],
  ['com.shop.Cart.lambda$new$3(Cart.java:12)', 'com.shop.Cart <init> Cart.java:12 *'],
  ['com.shop.Cart.lambda$null$3(Cart.java:12)', 'com.shop.Cart - Cart.java:12 *'],
  ['com.shop.Cart.lambda$3(Cart.java:12)', 'com.shop.Cart - Cart.java:12 *'],
  ['com.shop.Cart.access$000(Cart.java:12)', 'com.shop.Cart - Cart.java:12 *'],
  ['com.shop.Cart$1.run(Cart.java:12)', 'com.shop.Cart run Cart.java:12 *'],
  ['com.shop.Cart$1.lambda$run$0(Cart.java:12)', 'com.shop.Cart run Cart.java:12 *'],
  ['com.shop.Cart$1Local.run(Cart.java:12)', 'com.shop.Cart$Local run Cart.java:12 *'],
  ['com.shop.Cart$$Lambda$14/0x0000000800c03000.run(Unknown Source)', 'com.shop.Cart run -'],
  ['com.shop.Cart$$Lambda/0x00007f1c.run(Unknown Source)', 'com.shop.Cart run -'],
  ['com.shop.Cart$$Lambda$14/1234567.run(Unknown Source)', 'com.shop.Cart run -'],
  // Kotlin
  ['com.shop.CartKt.main(Cart.kt)', 'com.shop.CartKt main Cart.kt *'],
  ['com.shop.Cart$Companion.of(Cart.kt:4)', 'com.shop.Cart$Companion of Cart.kt:4 *'],
  ['com.shop.Cart.charge$lambda$0(Cart.kt:4)', 'com.shop.Cart charge Cart.kt:4 *'],
  ['com.shop.Cart.charge$lambda$3$lambda$2(Cart.kt:4)', 'com.shop.Cart charge Cart.kt:4 *'],
  ['com.shop.Cart.charge$deep(Cart.kt:4)', 'com.shop.Cart charge$deep Cart.kt:4 *'],
  ['com.shop.Cart.charge$default(Cart.kt:4)', 'com.shop.Cart charge Cart.kt:4 *'],
  ['com.shop.Cart.charge-WZ4Q5Ns(Cart.kt:4)', 'com.shop.Cart charge Cart.kt:4 *'],
  ['com.shop.Cart.limit_delegate$lambda$0(Cart.kt:4)', 'com.shop.Cart limit Cart.kt:4 *'],
  ['com.shop.Cart._init_$lambda$0(Cart.kt:4)', 'com.shop.Cart <init> Cart.kt:4 *'],
  ['com.shop.Cart.access$getTotal$p(Cart.kt:4)', 'com.shop.Cart getTotal Cart.kt:4 *'],
  ['com.shop.Cart$charge$1.invokeSuspend(Cart.kt)', 'com.shop.Cart charge Cart.kt *'],
  ['com.shop.CartKt$main$12$1.invoke(Cart.kt:30)', 'com.shop.CartKt main Cart.kt:30 *'],
  ['com.shop.CartKt$main$f$1.invoke(Cart.kt:30)', 'com.shop.CartKt main Cart.kt:30 *'],
  ['com.shop.Cart$charge$$inlined$map$1$2.emit(Cart.kt:4)', 'com.shop.Cart charge Cart.kt:4 *'],
  ['com.shop.Cart$listener$1.run(Cart.kt:13)', 'com.shop.Cart$listener run Cart.kt:13 *'],
  // Scala and Groovy
  ['com.shop.Pay$.charge(Pay.scala:10)', 'com.shop.Pay charge Pay.scala:10 *'],
  ['com.shop.Pay$.$anonfun$charge$2(Pay.scala:10)', 'com.shop.Pay charge Pay.scala:10 *'],
  ['com.shop.Pay$.$anonfun$charge$2$adapted(Pay.scala:10)', 'com.shop.Pay charge Pay.scala:10 *'],
  ['com.shop.Pay$.charge$$anonfun$1(Pay.scala:10)', 'com.shop.Pay charge Pay.scala:10 *'],
  ['com.shop.Pay$$anonfun$charge$1.applyOrElse(Pay.scala:13)', 'com.shop.Pay charge Pay.scala:13 *'],
  ['com.shop.Pay$$anonfun$charge$1.apply$mcV$sp(Pay.scala:13)', 'com.shop.Pay charge Pay.scala:13 *'],
  ['com.shop.Pay$$anon$1.run(Pay.scala:13)', 'com.shop.Pay run Pay.scala:13 *'],
  ['com.shop.Pay$Card.$plus(Pay.scala:7)', 'com.shop.Pay$Card $plus Pay.scala:7 *'],
  ['com.shop.Pay$Base.go$(Pay.scala:8)', 'com.shop.Pay$Base go Pay.scala:8 *'],
  ['com.shop.Pay$.total$lzycompute(Pay.scala:12)', 'com.shop.Pay total Pay.scala:12 *'],
  ['com.shop.Pay$.inner$1(Pay.scala:18)', 'com.shop.Pay inner Pay.scala:18 *'],
  ['shop.core$pay.invokeStatic(core.clj:5)', 'shop.core$pay invokeStatic core.clj:5 *'],
  ['shop.core$handler$fn__1234.invoke(core.clj:5)', 'shop.core$handler$fn invoke core.clj:5 *'],
  ['shop.core$handler$reify__12__auto__.invoke(core.clj:5)', 'shop.core$handler$reify invoke core.clj:5 *'],
  ['com.shop.Cart$_charge_closure1.doCall(Cart.groovy:5)', 'com.shop.Cart charge Cart.groovy:5 *'],
  ['com.shop.Cart$_charge_closure1$_closure2.doCall(Cart.groovy:5)', 'com.shop.Cart charge Cart.groovy:5 *'],
  // code that nobody wrote
  ['com.shop.Cart$$EnhancerBySpringCGLIB$$1a2b3c.add(<generated>)', 'com.shop.Cart add -'],
  ['com.shop.Cart$$SpringCGLIB$$0.add(<generated>)', 'com.shop.Cart add -'],
  ['com.shop.Conf$$SpringCGLIB$$0.CGLIB$cart$0(<generated>)', 'com.shop.Conf cart -'],
  ['com.shop.Cart$$FastClassBySpringCGLIB$$1a2b3c.invoke(<generated>)', 'com.shop.Cart invoke -'],
  ['com.shop.Cart$$SpringCGLIB$$FastClass$$1.invoke(<generated>)', 'com.shop.Cart invoke -'],
  ['com.shop.Cart_$$_jvst48a_0.add(Cart_$$_jvst48a_0.java)', 'com.shop.Cart add -'],
  ['com.shop.Cart_$$_jvst48a_0._d0add(Cart_$$_jvst48a_0.java)', 'com.shop.Cart add -'],
  ['com.shop.Cart$HibernateProxy$Zk3x.add(Unknown Source)', 'com.shop.Cart add -'],
  ['com.shop.$Cart$Definition$Intercepted.add(Unknown Source)', 'com.shop.Cart add -'],
  ['com.sun.proxy.$Proxy12.add(Unknown Source)', '$Proxy add -'],
  ['jdk.proxy2/jdk.proxy2.$Proxy112.add(Unknown Source)', '$Proxy add -'],
  ['com.shop.$Proxy0.add(Unknown Source)', '$Proxy add -'],
  [
    'jdk.internal.reflect.GeneratedMethodAccessor12.invoke(Unknown Source)',
    'GeneratedMethodAccessor invoke -',
  ],
  [
    'sun.reflect.GeneratedConstructorAccessor7.newInstance(Unknown Source)',
    'GeneratedConstructorAccessor newInstance -',
  ],
  // not the app's own
  [
    'kotlin.sequences.SequencesKt.toList(_Sequences.kt:816)',
    'kotlin.sequences.SequencesKt toList _Sequences.kt:816',
  ],
  ['scala.Predef$.require(Predef.scala:337)', 'scala.Predef require Predef.scala:337'],
  [
    'org.springframework.web.Servlet.get(Servlet.java:1)',
    'org.springframework.web.Servlet get Servlet.java:1',
  ],
  ['com.google.common.base.Joiner.join(Joiner.java:1)', 'com.google.common.base.Joiner join Joiner.java:1'],
  ['com.google.shop.Cart.add(Cart.java:1)', 'com.google.shop.Cart add Cart.java:1 *'],
  ['javashop.Cart.add(Cart.java:1)', 'javashop.Cart add Cart.java:1 *'],
];

for (const [line, wanted] of lines) {
  test(`reads "at ${line}"`, () => {
    assert.deepEqual(parseStack(`java.lang.Error: x\n\tat ${line}`).frames.map(show), [wanted]);
  });
}

const at = (name: string): string => `\tat com.shop.${name}(Shop.java:1)\n`;
const io = 'java.io.IOException';

/** Each stack with its own calls and its causes. */
const stacks: Readonly<Record<string, readonly [string, readonly unknown[]]>> = {
  'no message': [`java.lang.Error\n${at('A.a')}${at('B.b')}`, [['com.shop.A a', 'com.shop.B b']]],
  'a thread that died': [`Exception in thread "main" java.lang.Error: x\n${at('A.a')}`, [['com.shop.A a']]],
  'no indentation': [
    `java.lang.Error: x\n${at('A.a').trim()}\n${at('B.b').trim()}`,
    [['com.shop.A a', 'com.shop.B b']],
  ],
  'Windows line ends': [
    `java.lang.Error: x\n${at('A.a')}Caused by: ${io}: y\n${at('B.b')}`.replaceAll('\n', '\r\n'),
    [['com.shop.A a'], [io, 'y', ['com.shop.B b']]],
  ],
  'a chain': [
    `java.lang.Error: x\n${at('A.a')}Caused by: ${io}: y\n${at('B.b')}\t... 3 more\nCaused by: com.shop.Refused\n${at('C.c')}\t... 4 more`,
    [['com.shop.A a'], [io, 'y', ['com.shop.B b']], ['com.shop.Refused', '', ['com.shop.C c']]],
  ],
  'causes whose frames are all in common': [
    `java.lang.Error: x\n${at('A.a')}Caused by: ${io}: y\n\t... 3 more\nCaused by: ${io}: z\n\t... 3 more`,
    [['com.shop.A a'], [io, 'y', []], [io, 'z', []]],
  ],
  'Logback, which elides in its own way': [
    `java.lang.Error: x\n${at('A.a')}Caused by: ${io}: y\n\t... 3 common frames omitted\n`,
    [['com.shop.A a'], [io, 'y', []]],
  ],
  'a cause with several lines': [
    `java.lang.Error: x\n${at('A.a')}Caused by: ${io}: refused\n  by bank: 1\n\n${at('B.b')}`,
    [['com.shop.A a'], [io, 'refused\n  by bank: 1', ['com.shop.B b']]],
  ],
  'a cause that says what it likes': [
    `java.lang.Error: x\n${at('A.a')}Caused by: it did not work: no\n${at('B.b')}`,
    [['com.shop.A a'], ['', 'it did not work: no', ['com.shop.B b']]],
  ],
  'a message that quotes frames': [`java.lang.Error: x\n${at('Q.q')}y\n${at('A.a')}`, [['com.shop.A a']]],
  'a cause that quotes frames': [
    `java.lang.Error: x\n${at('A.a')}Caused by: ${io}: y\n${at('Q.q')}z\n${at('B.b')}`,
    [['com.shop.A a'], [io, `y\n${at('Q.q')}z`, ['com.shop.B b']]],
  ],
  'a message that speaks of a cause': [
    `java.lang.Error: x\nCaused by: a bug\n${at('A.a')}`,
    [['com.shop.A a']],
  ],
  'no frames of its own': [
    `java.lang.Error: x\nCaused by: ${io}: y\n${at('B.b')}`,
    [[], [io, 'y', ['com.shop.B b']]],
  ],
  'frames of an unknown form between': [
    `java.lang.Error: x\n${at('A.a')}\tat something else\n${at('B.b')}`,
    [['com.shop.A a', 'com.shop.B b']],
  ],
  suppressed: [
    `java.lang.Error: x\n${at('A.a')}\tSuppressed: ${io}: s\n\t${at('S.s')}\t\t... 3 more\nCaused by: ${io}: y\n${at('B.b')}`,
    [['com.shop.A a'], [io, 'y', ['com.shop.B b']]],
  ],
  'suppressed, with a cause of its own': [
    `java.lang.Error: x\n${at('A.a')}\tSuppressed: ${io}: s\n\t${at('S.s')}\tCaused by: ${io}: t\n\t${at('T.t')}Caused by: ${io}: y\n${at('B.b')}`,
    [['com.shop.A a'], [io, 'y', ['com.shop.B b']]],
  ],
  'suppressed, twice and nested': [
    `java.lang.Error: x\n${at('A.a')}\tSuppressed: ${io}: s\n\t\t\tSuppressed: ${io}: t\n\t\t${at('T.t')}\tSuppressed: ${io}: u\n\t${at('U.u')}`,
    [['com.shop.A a']],
  ],
  'a circle': [
    `java.lang.Error: x\n${at('A.a')}Caused by: ${io}: y\n\t... 3 more\nCaused by: [CIRCULAR REFERENCE: java.lang.Error: x]`,
    [['com.shop.A a'], [io, 'y', []]],
  ],
  'a circle, as Java 8 has it': [
    `java.lang.Error: x\n${at('A.a')}Caused by: ${io}: y\n${at('B.b')}\t[CIRCULAR REFERENCE:java.lang.Error: x]`,
    [['com.shop.A a'], [io, 'y', ['com.shop.B b']]],
  ],
  'an unfinished line': [`java.lang.Error: x\n${at('A.a')}\tat com.shop.B.b(Sho`, [['com.shop.A a']]],
};

for (const [what, [stack, wanted]] of Object.entries(stacks)) {
  test(`finds the chain: ${what}`, () => {
    assert.deepEqual(chain(stack), wanted);
  });
}

test('reads what Java 17 writes', () => {
  const stack = `java.lang.RuntimeException: refl
	at com.shop.Checkout.lambda$main$6(Checkout.java:27)
	at com.shop.Checkout.show(Checkout.java:17)
Caused by: java.lang.reflect.InvocationTargetException
	at jdk.internal.reflect.GeneratedMethodAccessor1.invoke(Unknown Source)
	at java.base/jdk.internal.reflect.DelegatingMethodAccessorImpl.invoke(DelegatingMethodAccessorImpl.java:43)
	at java.base/java.lang.reflect.Method.invoke(Method.java:569)
	... 3 more
Caused by: java.lang.RuntimeException: cannot charge
	at com.shop.Checkout.charge(Checkout.java:16)
	... 6 more
Caused by: java.io.IOException: refused
by bank
	at com.shop.Checkout$Card.pay(Checkout.java:8)
	... 7 more
`;
  const reflect = [
    'GeneratedMethodAccessor invoke',
    'jdk.internal.reflect.DelegatingMethodAccessorImpl invoke',
  ];
  assert.deepEqual(chain(stack), [
    ['com.shop.Checkout main', 'com.shop.Checkout show'],
    ['java.lang.reflect.InvocationTargetException', '', [...reflect, 'java.lang.reflect.Method invoke']],
    ['java.lang.RuntimeException', 'cannot charge', ['com.shop.Checkout charge']],
    ['java.io.IOException', 'refused\nby bank', ['com.shop.Checkout$Card pay']],
  ]);
});

testHostileText(
  javaStack,
  [
    '\n\tat ',
    '\tat a.b(',
    '(A.java:1)',
    '\n\tat a.b(A.java:1)',
    '\nCaused by: ',
    '\nCaused by: a.B: c\n',
    '\n\tSuppressed: a.B: ',
    '\n\t... 1 more',
    '[CIRCULAR REFERENCE: ',
    '$1',
    '$lambda',
    'lambda$',
    '_closure1',
    '/0x1',
    '$$Lambda',
    ' ~[',
    '-',
  ],
  20_260_301,
);
