import type { Frame } from '../error-event.ts';

/** A line of a backtrace. */
export interface RubyCall {
  frame: Frame;
  /** Neither a block nor evaluated code, which are always written in Ruby. */
  mayBeBuiltIn: boolean;
  /** It is marked as a call above another one. */
  from: boolean;
  /** What stands behind it: the exception. */
  said: string | undefined;
}

/** `file:10:in 'Type#method'`; until Ruby 3.3 with a backtick, and without the type. */
export function rubyCall(text: string): RubyCall | undefined {
  const { from, call } = withoutFrom(text);
  const found = /:(\d{1,10}):in [`']/.exec(call);
  // Quotes are in prose rather than in names of files.
  if (found === null || !/^[^"]+$/.test(call.slice(0, found.index))) return undefined;
  const rest = call.slice(found.index + found[0].length);
  const end = rest.indexOf("'");
  const behind = rest.slice(end + 1);
  if (end <= 0 || !/^(?:$|:$|: )/.test(behind)) return undefined;
  const label = rest.slice(0, end);
  return {
    frame: frameAt(methodName(label), call.slice(0, found.index), Number(found[1])),
    mayBeBuiltIn: !label.startsWith('block ') && !call.startsWith('(eval'),
    from,
    said: behind === '' ? undefined : behind.slice(2),
  };
}

function withoutFrom(text: string): { from: boolean; call: string } {
  const prefix = /^(?:\d{1,10}: )?from /.exec(text)?.[0] ?? '';
  return { from: prefix !== '', call: text.slice(prefix.length) };
}

function frameAt(name: string | undefined, file: string, line: number): Frame {
  const named = name === undefined ? {} : { function: name };
  // Since Ruby 3.3 evaluated code says where it was made.
  const [, origin, originLine] = /^\(eval at (.+):(\d{1,10})\)$/s.exec(file) ?? [];
  if (origin !== undefined) {
    return { ...named, file: origin, line: Number(originLine), inApp: isInApp(origin) };
  }
  return file === '(eval)' ? { ...named, inApp: false } : { ...named, file, line, inApp: isInApp(file) };
}

/**
 * The method, whatever part of it was running: a block has no name, and Ruby 3.4 says less of where it was than those before. The type
 * goes too, since those do not say it.
 */
function methodName(label: string): string | undefined {
  const name = label
    .replace(/^(?:(?:block(?: \(\d{1,10} levels\))?|rescue|ensure) in )+/, '')
    .replace(/^\p{Lu}[\p{L}\p{N}_:]*[#.](?=.)/u, '')
    // what Rails compiles a template to, with two numbers that are others in every process
    .replace(/_{2,3}\d{1,20}_\d{1,20}$/, '');
  // JRuby calls the body of a class by its name.
  const isOfClass = label.startsWith('block ') && /^\p{Lu}[\p{L}\p{N}_:]*$/u.test(name);
  return isOfClass || /^(?:|<\w.*>)$/.test(name) ? undefined : name;
}

/** Gems, Ruby's own library, and what starts apps. */
const notOwn =
  /^<internal:|\.java$|[\\/]gems[\\/][^\\/]+-\d[^\\/]*[\\/]|[\\/](?:bundler|rubygems|bundle)[\\/]|[\\/]ruby[\\/](?:gems[\\/])?\d|[\\/]lib[\\/]ruby[\\/]|^\/usr\/(?:local\/)?bin\//;

function isInApp(file: string): boolean {
  return !notOwn.test(file);
}
