import { hash } from 'node:crypto';
import type { Frame } from '../../../error-event.ts';
import type { FailureFacts } from '../../../fingerprint.ts';
import { joined } from '../../joined.ts';
import { cleanMessage } from './message.ts';
import { sourceFile } from './source-file.ts';

/**
 * Version 1, as it was until version 2 came: the types of the exceptions in the chain and the app's own calls in them; without any of these
 * calls, the type and the cleaned message. It never changes: issues are known again by what it gives.
 */
export function fingerprintV1({ type, message, frames, causes }: FailureFacts): string {
  const hasCalls = frames.some(isOwn) || causes.some((cause) => cause.frames.some(isOwn));
  if (!hasCalls) return named(joined(['message', type, cleanMessage(message)]));
  const chain = [ownCalls(frames), ...causes.map((cause) => [cause.type, ...ownCalls(cause.frames)])];
  return named(joined(['calls', type]) + chain.map(joined).join('\n'));
}

function named(facts: string): string {
  return `1:${hash('sha256', facts).slice(0, 32)}`;
}

function isOwn({ inApp }: Frame): boolean {
  return inApp;
}

/**
 * The calls of what failed, and the one that called it: what is further below is often a framework that nobody knows, and as deep as
 * it has been given layers.
 */
function untilBelow(calls: readonly Frame[]): readonly Frame[] {
  const root = rootOf(calls[0]);
  const caller = calls.findIndex((call) => rootOf(call) !== root);
  return root === undefined || caller === -1 ? calls : calls.slice(0, caller + 1);
}

/** What all of an organisation's code is in: `com.acme`, `Acme\\Shop`; undefined where names say nothing of it. */
function rootOf(call: Frame | undefined): string | undefined {
  return call?.module?.split(/[.\\:/]+/, 2).join('.');
}

/** Each call once: how deep a recursion went says nothing. */
function ownCalls(frames: readonly Frame[]): string[] {
  const calls = untilBelow(frames.filter(isOwn)).map(callText);
  const distinct = [...new Set(calls)];
  return frames.some(isOfPage) ? distinct.slice(0, mostOfPage) : distinct;
}

/** All of a page's code is in one bundle, the libraries too: nothing says where the app's own ends. */
const mostOfPage = 3;

function isOfPage({ file = '' }: Frame): boolean {
  return /^https?:\/\//.test(file);
}

function callText({ module, file = '', function: name = '' }: Frame): string {
  // The names of Rust's modules are not in every build; its files are.
  if (module !== undefined && !file.endsWith('.rs')) return `${module} ${name}`;
  return `${sourceFile(file)} ${callName(name)}`;
}

/**
 * The name without its receiver, since V8 names the class of the object and not the one that has the method, and without
 * what compilers and bundlers put into it. Names of one or two letters are a minifier's and change with every build.
 */
function callName(name: string): string {
  const bracket = name.indexOf('[');
  const receiver = name.lastIndexOf('.', bracket === -1 ? name.length : bracket);
  const own = name
    .slice(receiver + 1)
    .replace(/^(?:new|get|set) /, '')
    .replace(/^(_callee|_loop_?)\d*\$?$/, '$1')
    .replace(/\$\d+$/, '');
  return own.length <= 2 ? '' : own;
}
