import type { Frame } from '../error-event.ts';
import { sourceFile } from '../source-file.ts';
import { rustCall } from './rust-call.ts';

/** A call as it is the same in every build and deployment, for comparing. */
export function callText(call: Frame): string {
  const { module, file = '', function: name = '' } = call;
  const ofRust = rustCall(call);
  if (ofRust !== undefined) return ofRust;
  return module === undefined ? `${sourceFile(file)} ${writtenName(name, file)}` : `${module} ${name}`;
}

/** Whether its name says what is done there. */
export function isNamed({ module, file = '', function: name = '' }: Frame): boolean {
  return (module === undefined ? writtenName(name, file) : name) !== '';
}

export function isOfPage({ file = '' }: Frame): boolean {
  return /^https?:\/\//.test(file);
}

/**
 * The name without its receiver, since V8 names the class of the object and not the one that has the method, and without
 * what compilers and bundlers put into it. Names of one or two letters are a minifier's and change with every build.
 */
function writtenName(name: string, file: string): string {
  if (otherLanguage.test(file)) return name;
  const bracket = name.indexOf('[');
  const receiver = name.lastIndexOf('.', bracket === -1 ? name.length : bracket);
  const own = name
    .slice(receiver + 1)
    .replace(/^(?:new|get|set) /, '')
    .replace(/^(_callee|_loop_?)\d*\$?$/, '$1')
    .replace(/\$\d+$/, '');
  return own.length <= 2 ? '' : own;
}

/** Where no minifier is used, and a name has no receiver. */
const otherLanguage = /\.(?:py|rb|php)$/;
