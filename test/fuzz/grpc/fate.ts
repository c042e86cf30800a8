import { StoreUnavailable } from '../../../src/pipeline/failures/event-recorder.ts';
import type { GrpcIntake } from '../../intake/grpc/support.ts';
import type { Random } from '../random.ts';
import { isHealth, letsGo, type MadeCall } from './call.ts';
import { type Expected, expectedOf, uncounted } from './judge.ts';

/** What becomes of a request that is whole. */
export interface Fate {
  error: Error | undefined;
  rejected: number;
  /** Bytes of others that are in memory meanwhile. */
  heldBytes: number;
}

const well: Fate = { error: undefined, rejected: 0, heldBytes: 0 };

export function fateOf(random: Random): Fate {
  switch (random.below(40)) {
    case 0:
      return { ...well, error: new StoreUnavailable('the störe is away') };
    case 1:
      return { ...well, error: new TypeError('a mistake of our own') };
    case 2:
      return { ...well, rejected: 1 + random.below(2 ** 31) };
    case 3:
      return { ...well, heldBytes: 3 * 2 ** 20 + random.below(2 ** 20) };
    default:
      return well;
  }
}

/** Has the next requests go that way. @returns what ends it */
export function arrange({ state, admission }: GrpcIntake, { error, rejected, heldBytes }: Fate): () => void {
  state.next = () => (error === undefined ? Promise.resolve({ items: 1, rejected }) : Promise.reject(error));
  const claim = admission.open();
  claim.take(heldBytes);
  return () => {
    claim.release();
    state.next = () => Promise.resolve({ items: 1, rejected: 0 });
  };
}

const noRoom: Expected = { code: 14, counted: 503 };
const broken: Expected = { code: 3, counted: 400 };
const tooLarge: Expected = { code: 8, counted: 413 };
const ownMistake: Expected = { code: 13, counted: 500 };

function counted(call: MadeCall, expected: Expected): Expected {
  return isHealth(call) ? uncounted(expected) : expected;
}

/** Of that, what shows where no answer is. */
export function unheard({ code: _code, http: _http, ...shown }: Expected): Expected {
  return shown;
}

/** What may come of a call with such a fate in the same thread. Whoever lets go of one may be gone before anything is said. */
export function expectedAtOnce(call: MadeCall, fate: Fate): Expected[] {
  const expected = expectedOnce(call, fate);
  return letsGo(call) ? [...expected, ...expected.map(unheard)] : expected;
}

/**
 * The same over a connection: there whoever lets go of it may be gone before all of it is read, and a message that is whole may be taken
 * although its call is not, or although more follows that is not read.
 */
export function expectedWith(call: MadeCall, fate: Fate): Expected[] {
  if (!letsGo(call)) return expectedOnce(call, fate);
  const ended = [call.pieces, [firstMessage(call)]].flatMap((pieces) =>
    expectedOnce({ ...call, pieces, ending: 'ended' }, fate),
  );
  const expected = [...ended, expectedOf({ ...call, ending: 'reset' })];
  return [...expected, ...expected.map(unheard), unheard(counted(call, broken))];
}

/** With its prefix; all of what is sent if it is not whole. */
function firstMessage({ pieces }: MadeCall): Uint8Array {
  const sent = Buffer.concat(pieces);
  return sent.length < 5 ? sent : sent.subarray(0, 5 + sent.readUInt32BE(1));
}

function expectedOnce(call: MadeCall, { error, heldBytes }: Fate): Expected[] {
  const plain = expectedOf(call);
  if (error !== undefined && plain.body !== undefined && plain.code === 0)
    return [{ ...(error instanceof StoreUnavailable ? noRoom : ownMistake), body: plain.body }];
  const expected = [plain];
  // Gzip that is both broken and too large is refused for what is seen first, which is the buffers' doing.
  if (plain.body === undefined && call.pieces[0]?.[0] === 1 && call.headers['grpc-encoding'] === 'gzip') {
    if (plain.code === tooLarge.code) expected.push(counted(call, broken));
    if (plain.code === broken.code) expected.push(counted(call, tooLarge));
  }
  if (heldBytes > 0 && plain.http === undefined) expected.push(counted(call, noRoom));
  return expected;
}
