import { hash } from 'node:crypto';
import type { Cause, Frame } from './error-event.ts';
import { joined } from './fingerprint/joined.ts';
import { type OwnCalls, ownCalls } from './fingerprint/own-calls.ts';
import { typeName } from './fingerprint/type-name.ts';
import { cleanMessage } from './message.ts';
import { saidByEngine } from './message/engines.ts';
import { remembered } from '../runtime/remembered.ts';

/** What tells one failure from another. */
export interface FailureFacts {
  type: string;
  message: string;
  frames: readonly Frame[];
  /** Those that stand in the same stack trace as the frames. */
  causes: readonly Cause[];
}

/** Counted up when the same failure gets another fingerprint; what it was until then goes to `formerVersions`, so that issues stay what they are. */
const version = 3;

/**
 * Names the failure, whatever the time, deployment, pod, line and ids it was seen with: `3:` and 32 hex digits. It is
 * made of the types of the exceptions in the chain and the app's own calls in them. Where the app failed says more than what it
 * said, and a message may always hold one more thing that varies: so the cleaned message counts only where no own call is known, or
 * none that has a name, and on pages, where few are.
 */
export function fingerprint(facts: FailureFacts): string {
  return `${version}:${hashOf(facts, cleanMessage)}`;
}

/** The same without the version. @param clean takes what varies out of a message, as that version does */
export function hashOf(
  { type, message, frames, causes }: FailureFacts,
  clean: (message: string) => string,
): string {
  const ofTrace = traceOf({ type, message, frames }, causes);
  const name = typeName(type, message);
  if (ofTrace.says === 'what') return ofTrace.named(name);
  const said = saidByEngine(type, message) ?? clean(message);
  return ofTrace.says === 'nothing'
    ? named(['message', name, said])
    : named(['calls and message', name, said, ofTrace.calls]);
}

function named(parts: readonly string[]): string {
  return hash('sha256', joined(parts)).slice(0, 32);
}

/** What a trace says of the failure: nothing, only where it was, or what was called. */
type OfTrace =
  | { says: 'nothing' }
  | { says: 'where'; calls: string }
  | { says: 'what'; named: (type: string) => string };

/** By the frames of a trace that is known: those come again as the same array. */
const known = new WeakMap<readonly Frame[], OfTrace>();

function traceOf(failed: Cause, causes: readonly Cause[]): OfTrace {
  const before = known.get(failed.frames);
  if (before !== undefined) return before;
  const found = said(
    ownCalls(failed),
    causes.map((cause) => ({ type: cause.type, own: ownCalls(cause) })),
  );
  known.set(failed.frames, found);
  return found;
}

interface KnownCause {
  type: string;
  own: OwnCalls;
}

/** A library that throws again what it caught, as the same type, says nothing by it, and another version of it may not. */
function isSaidAgain({ type, own }: KnownCause, at: number, causes: readonly KnownCause[]): boolean {
  return own.calls.length === 0 && causes[at + 1]?.type === type;
}

function said(own: OwnCalls, allCauses: readonly KnownCause[]): OfTrace {
  const causes = allCauses.filter((cause, at) => !isSaidAgain(cause, at, allCauses));
  const all = [own, ...causes.map((cause) => cause.own)];
  if (all.every(({ calls }) => calls.length === 0)) return { says: 'nothing' };
  const chain = [own.calls, ...causes.map((cause) => [typeName(cause.type, ''), ...cause.own.calls])];
  const calls = chain.map(joined).join('\n');
  if (!all.some(({ telling }) => telling)) return { says: 'where', calls };
  return {
    says: 'what',
    named: remembered({ most: 8, longest: 256 }, (type) => named(['calls', type, calls])),
  };
}
