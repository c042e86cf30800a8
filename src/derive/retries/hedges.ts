import { retryReasons } from '../client-calls/failure-reason.ts';
import { outcome } from '../client-calls/outcome.ts';
import type { Attempts } from './attempts.ts';
import { none } from '../../runtime/hash-chains.ts';

const aborted = retryReasons.indexOf('aborted');
/** So long after the one that won the other has ended as well: it is aborted at once, and spans round. */
const apartMillis = { before: 5, after: 50 };

/**
 * Whether a call was sent twice, and one of the two was given up when the other was answered (hedging): that one needs no other any more,
 * and the next call that asks the same is no retry of it.
 */
function isLostTo(attempts: Attempts, lost: number, won: number): boolean {
  if (attempts.outcome[won] !== outcome.success || !isAborted(attempts, lost)) return false;
  if (attempts.parent[lost] !== attempts.parent[won] || !attempts.isSameOperation(lost, won)) return false;
  const gap = attempts.end[lost]! - attempts.end[won]!;
  return gap >= -apartMillis.before && gap <= apartMillis.after && attempts.start[lost]! < attempts.end[won]!;
}

const nobody: readonly number[] = [];

/** Those that lost to this call; itself, if it lost to another. */
export function lostWith(attempts: Attempts, row: number, mostLooks: number): readonly number[] {
  const isWon = attempts.outcome[row] === outcome.success;
  if (!isWon && !isAborted(attempts, row)) return nobody;
  const common = isWon ? 'failedParent' : 'parent';
  const lost: number[] = [];
  let other = attempts.newest(common, row);
  for (let left = mostLooks; other !== none && left > 0; left--) {
    if (isWon && isLostTo(attempts, other, row)) lost.push(other);
    else if (!isWon && isLostTo(attempts, row, other)) return [row];
    other = attempts.older(common, other);
  }
  return lost;
}

function isAborted(attempts: Attempts, row: number): boolean {
  return attempts.outcome[row] === outcome.aborted || attempts.reason[row] === aborted;
}
