/** A type and method as they are written in the source. */
export interface DotnetName {
  /** Absent for code made at run time. */
  module?: string;
  /** Absent for code that stands in no method. */
  function?: string;
}

/** @param qualified without the parameters */
export function dotnetName(qualified: string): DotnetName {
  const name = qualified.replace(typeArguments, '').replace(arity, '');
  const generated = generatedPart.exec(name);
  if (generated !== null) return ofGenerated(name, generated.index);
  const closure = fsharpClosure.exec(name);
  if (closure !== null) return { module: name.slice(0, closure.index), function: closure[1]! };
  const dot = methodAt(name);
  if (dot === -1) return { function: name.replace(/\d+$/, '') };
  return { module: name.slice(0, dot), function: name.slice(dot + 1) };
}

/** `[T]` and `` `1 ``: a generic type is the same with any argument. */
const typeArguments = /\[[^[\]]*\]/g;
const arity = /`\d{1,3}/g;

/** Where Roslyn's own names begin, which no source can have: `Shop.Order.<ChargeAsync>d__12.MoveNext`. */
const generatedPart = /\.</;

/** F# puts the line into the name of a closure: `Shop.Order.charge@12-1.Invoke`. */
const fsharpClosure = /\.([^.<@]+)@\d/;

/** The dot before the method; a constructor is called `.ctor`. */
function methodAt(name: string): number {
  const dot = name.lastIndexOf('.');
  return name[dot - 1] === '.' ? dot - 1 : dot;
}

/**
 * State machines (`<Charge>d__12.MoveNext`), lambdas (`<>c__DisplayClass3_0.<Charge>b__0`, `<>c.<<Charge>b__0_1>d.MoveNext`) and
 * local functions (`<Charge>g__Local|3_0`) have the name of the method they stand in.
 */
function ofGenerated(name: string, at: number): DotnetName {
  const generated = name.slice(at);
  const module = name.slice(0, at);
  const method = /<([^<>]+)>/.exec(generated)?.[1];
  if (method === undefined) return { module };
  const local = /g__([^|<>]+)\|/.exec(generated)?.[1];
  return { module, function: local === undefined ? method : `${method}.${local}` };
}
