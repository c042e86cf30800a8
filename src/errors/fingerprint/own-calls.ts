import type { Cause, Frame } from '../error-event.ts';
import { tooManyCalls } from '../message/engine-sayings.ts';
import { saidByEngine } from '../message/engines.ts';
import { callText, isNamed, isOfPage } from './call-text.ts';
import { isEntry, withoutEntry } from './entry.ts';
import { rootOf } from './root.ts';

/** The app's own calls in a stack trace, as far as they tell one failure from another. */
export interface OwnCalls {
  /** The failing one first, each once: how deep a recursion went says nothing. */
  calls: readonly string[];
  /** Whether they say what failed, so that the message need not: one of them has a name, and they are certain to be the app's. */
  telling: boolean;
}

/** Of an exception or of a cause of it. */
export function ownCalls({ frames, type, message }: Cause): OwnCalls {
  const own = withoutEntry(ofTheApp(withoutConstructor(frames.filter(isOwn), type)));
  const counted = isOverflow(type, message) ? recurring(own) : own;
  if (!frames.some(isOfPage)) return { calls: distinctTexts(counted), telling: counted.some(isNamed) };
  const nearest = withoutRepetitions(counted).slice(0, mostOfPage);
  return { calls: distinctTexts(nearest), telling: false };
}

function isOwn({ inApp }: Frame): boolean {
  return inApp;
}

/**
 * All of a page's code is in one bundle, the libraries too, and nothing says where the app's own ends: what is further than the caller
 * of what failed may well be a library's, as deep as it has been given layers. Two calls alone may be those of a library.
 */
const mostOfPage = 2;

/** Firefox and Safari show the constructor of an error that is a class of the app's, V8 does not. */
function withoutConstructor(calls: readonly Frame[], type: string): readonly Frame[] {
  const [first, ...others] = calls;
  return others.length > 0 && first!.module === undefined && first!.function === type ? others : calls;
}

/**
 * Without frameworks that nobody knows, where names say whose code it is: they are as deep as they have been given layers. What the
 * program begins with is the app's, and so is what is named like it; where that is not known, whatever called what failed may be.
 */
function ofTheApp(calls: readonly Frame[]): readonly Frame[] {
  const named = calls.find(hasModule);
  if (named === undefined) return calls;
  const root = isWith(calls[0]!, named) ? rootOf(named) : undefined;
  const entry = calls.at(-1)!;
  const rootOfEntry = isEntry(entry) ? rootOf(entry) : undefined;
  const isOther = (call: Frame): boolean => hasModule(call) && rootOf(call) !== root;
  if (rootOfEntry !== undefined)
    return calls.filter((call) => !isOther(call) || rootOf(call) === rootOfEntry);
  const caller = calls.findIndex(isOther);
  return caller === -1 ? calls : calls.slice(0, caller + 1);
}

/** Code in no class is where classes are, such as what makes an error of a warning, or in files of its own. */
function isWith(call: Frame, named: Frame): boolean {
  return hasModule(call) || call.file === named.file;
}

function hasModule({ module }: Frame): boolean {
  return module !== undefined;
}

/** Whether too many calls were open: then it is chance which of them came last. */
function isOverflow(type: string, message: string): boolean {
  return overflows.test(type) || saidByEngine(type, message) === tooManyCalls;
}

const overflows = /^(?:RecursionError|(?:java\.lang\.)?StackOverflowError|SystemStackError)$/;

/** A call that is open more often has called itself. */
const fewestOfRecursion = 3;

/**
 * The calls that call themselves, in an order that does not depend on which was the last; all if there are none. What else is there is as
 * far as the trace goes, or as the last of them came.
 */
function recurring(calls: readonly Frame[]): readonly Frame[] {
  const groups = Map.groupBy(calls, callText);
  const again = [...groups].filter(([, { length }]) => length >= fewestOfRecursion);
  if (again.length === 0) return calls;
  return again.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, [call]]) => call!);
}

function distinctTexts(calls: readonly Frame[]): string[] {
  return [...new Set(calls.map(callText))];
}

/** Of the calls that have a name, which a recursion repeats. */
function withoutRepetitions(calls: readonly Frame[]): Frame[] {
  const seen = new Set<string>();
  return calls.filter(({ file, function: name }) => {
    const key = `${file} ${name}`;
    const isNew = name === undefined || !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
