import { hash } from 'node:crypto';
import type { Cause, Frame } from './error-event.ts';
import { cleanMessage } from './message.ts';
import { remembered } from './remembered.ts';
import { sourceFile } from './source-file.ts';

/** What tells one failure from another. */
export interface FailureFacts {
  type: string;
  message: string;
  frames: readonly Frame[];
  /** Those that stand in the same stack trace as the frames. */
  causes: readonly Cause[];
}

/** Counted up when the same failure gets another fingerprint, so that issues of both kinds can be told apart. */
const version = 1;

/**
 * Names the failure, whatever the time, deployment, pod, line and ids it was seen with: `1:` and 32 hex digits. It is
 * made of the types of the exceptions in the chain and the app's own calls in them; without any of these calls, of the type and the
 * cleaned message. Where the app failed says more than what it said, and a message may always hold one more thing that varies.
 */
export function fingerprint({ type, message, frames, causes }: FailureFacts): string {
  const ofCalls = byType(frames, causes);
  return ofCalls === undefined ? named(joined(['message', type, cleanMessage(message)])) : ofCalls(type);
}

function named(facts: string): string {
  return `${version}:${hash('sha256', facts).slice(0, 32)}`;
}

/** With their lengths, so that no two lists of parts run together. */
function joined(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('');
}

type ByType = ((type: string) => string) | undefined;

/** By the frames of a trace that is known: those come again as the same array. */
const known = new WeakMap<readonly Frame[], { ofCalls: ByType }>();

/** What failures with this trace are called, by their type; undefined if there is no call of the app's own in it. */
function byType(frames: readonly Frame[], causes: readonly Cause[]): ByType {
  const before = known.get(frames);
  if (before !== undefined) return before.ofCalls;
  const chain = [ownCalls(frames), ...causes.map((cause) => [cause.type, ...ownCalls(cause.frames)])];
  const hasCalls = frames.some(isOwn) || causes.some((cause) => cause.frames.some(isOwn));
  const calls = chain.map(joined).join('\n');
  const ofCalls: ByType = hasCalls
    ? remembered({ most: 8, longest: 256 }, (type) => named(joined(['calls', type]) + calls))
    : undefined;
  known.set(frames, { ofCalls });
  return ofCalls;
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
