/** A class and method as they are written in the source, the same in every run and build. */
export interface JavaName {
  module: string;
  /** Absent for a lambda of which nothing is known. */
  function?: string;
  /** The class as the JVM names it, without what it was loaded from: tells whose code it is. */
  packageName: string;
  /** Nobody wrote this code: a proxy, an accessor, the object that a lambda is called through. */
  isGenerated: boolean;
}

/** @param qualifiedClass may have a class loader, a module and its version before the name */
export function javaName(qualifiedClass: string, methodName: string): JavaName {
  const whole = withoutLoader(qualifiedClass.replace(hiddenClass, ''));
  const marker = generatedClass.exec(whole)?.index;
  const known = knownGenerated.exec(whole);
  if (known !== null)
    return { module: known[1]!, ...named(methodName), packageName: whole, isGenerated: true };
  const isGenerated = marker !== undefined;
  const written = isGenerated ? whole.slice(0, marker) : whole;
  const method = methodOf(isGenerated ? methodName.replace(/^_d\d+/, '') : methodName);
  return { ...withoutClosure(written, method), packageName: whole, isGenerated };
}

/** The address or number of a class that has no name to be found by: `Checkout$$Lambda/0x00007f1c`. */
const hiddenClass = /\/(?:0x[\da-f]+|\d+)$/;

function withoutLoader(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Where the name of the written class ends: CGLIB, Spring, Javassist and Weld, Hibernate, Mockito, Byte Buddy, Micronaut. */
const generatedClass =
  /\$\$(?:Lambda|EnhancerBy|FastClassBy|KeyFactoryBy|SpringCGLIB)|_\$\$_|\$(?:HibernateProxy|MockitoMock|ByteBuddy|Definition)(?:\$|$)/;

/** Proxies and accessors of the JDK, which are numbered as they come, and whose package differs between versions. */
const knownGenerated =
  /(?:^|\.)(\$Proxy|Generated(?:Method|Constructor|SerializationConstructor)Accessor)\d+$/;

function named(name: string | undefined): { function?: string } {
  return name === undefined ? {} : { function: name };
}

/** The methods by which closures are called: that of the closure is the one it was written in. */
const closureMethods: ReadonlySet<string> = new Set([
  'invoke',
  'invokeSuspend',
  'emit',
  'apply',
  'applyOrElse',
  'doCall',
  'call',
]);

/** The classes that compilers make of closures and objects without a name are numbered: `Checkout$charge$1`. */
function withoutClosure(
  className: string,
  method: string | undefined,
): Pick<JavaName, 'module' | 'function'> {
  const simpleAt = className.lastIndexOf('.') + 1;
  const parts = className.slice(simpleAt).split('$');
  const kept = writtenParts(parts);
  const isClosure = parts.some((part) => /^\d+$/.test(part) || groovyClosure.test(part));
  const enclosing = kept.findIndex((part, at) => at > 0 && /^\p{Ll}/u.test(part));
  const inPackage = (names: readonly string[]): string => className.slice(0, simpleAt) + names.join('$');
  if (isClosure && enclosing !== -1 && method !== undefined && closureMethods.has(method)) {
    return { module: inPackage(kept.slice(0, enclosing)), ...named(kept[enclosing]) };
  }
  return { module: kept.length === 0 ? className : inPackage(kept), ...named(method) };
}

/** `_charge_closure1`, and those within it `_closure2`. */
const groovyClosure = /^_(?:(\w+)_)?closure\d+$/;

/** `fn__1234`, `reify__12__auto__`: counted up while a program is compiled. */
const clojureNumber = /__\d+(?:__auto__)?$/;

/** Scala's for functions and objects without a name. */
const anonymous: ReadonlySet<string> = new Set(['', 'anonfun', 'anon']);

function writtenParts(parts: readonly string[]): string[] {
  // Kotlin puts the name of the inlined function behind this.
  const inlined = parts.indexOf('inlined');
  return parts
    .slice(0, inlined === -1 ? undefined : inlined)
    .map((part) => part.replace(/^\d+/, '').replace(groovyClosure, '$1').replace(clojureNumber, ''))
    .filter((part) => !anonymous.has(part));
}

/** What javac (and CGLIB) put before the name of a method. */
const prefixes: ReadonlySet<string> = new Set(['lambda', 'access', 'CGLIB']);

/** What Kotlin and Scala put behind it, and what is behind that. */
const suffix =
  /^(?:\d+|lambda|default|suspendImpl|inlined|anonfun|adapted|lzycompute|p|mc[A-Z]+|superforward)$/;

/** How javac calls what is no method. */
const lambdaOwners: Readonly<Record<string, string | undefined>> = {
  static: '<clinit>',
  new: '<init>',
  null: undefined,
};

/** `lambda$charge$0`, `charge$lambda$0` and `$anonfun$charge$1` are in `charge`. Undefined if it is not said in which. */
function methodOf(name: string): string | undefined {
  const parts = name.split('$');
  const isLambda = parts[0] === 'lambda' && parts.length > 1;
  if (prefixes.has(parts[0]!) && parts.length > 1) parts.shift();
  else if (parts[0] === '' && parts[1] === 'anonfun') parts.splice(0, 2);
  const end = parts.findIndex((part, at) => suffix.test(part) && (at > 0 || /^\d+$/.test(part)));
  const written = parts.slice(0, end === -1 ? undefined : end);
  while (written.length > 0 && written.at(-1) === '') written.pop();
  // Of a lambda that can be serialized the name has a hash too.
  if (isLambda && written.length > 1 && /^[\da-f]{6,8}$/.test(written.at(-1)!)) written.pop();
  const owner = written.join('$');
  if (isLambda && Object.hasOwn(lambdaOwners, owner)) return lambdaOwners[owner];
  return owner === '' ? undefined : withoutMangling(owner);
}

/** Kotlin: constructors and delegated properties that have lambdas, and a hash of the signature where an inline class is in it. */
function withoutMangling(name: string): string {
  return name === '_init_' ? '<init>' : name.replace(/-(?:impl|[\w-]{7})$|_delegate$/, '');
}
