import { makeBody } from '../grpc/body.ts';
import { callOf, isHealth, letsGo, type MadeCall } from '../grpc/call.ts';
import { checkAnswer, type Seen } from '../grpc/check-answer.ts';
import { arrange, expectedWith, type Fate, fateOf, unheard } from '../grpc/fate.ts';
import { connectionBytes } from '../grpc/frames.ts';
import { Wire } from '../grpc/wire.ts';
import { damaged } from '../mutate-bytes.ts';
import type { Random } from '../random.ts';
import { same, type Target, type Verdict } from '../target.ts';

let opened: Promise<Wire> | undefined;

/** Calls of gRPC over a connection, and connections that are no client's. */
export const grpcWire: Target = {
  name: 'grpc-wire',
  make: makeBody,
  check,
  close: async () => {
    await (await opened)?.close();
    opened = undefined;
  },
};

/** What may be sent before a server says that there is room for more. */
const mostAtOnce = 60_000;

async function check(input: Uint8Array, random: Random): Promise<Verdict> {
  const wire = await (opened ??= Wire.open());
  const call = callOf(input, random);
  const fate = fateOf(random);
  const end = arrange(wire.intake, fate);
  const isBytes = input.length <= mostAtOnce && random.once(2);
  const verdict = await (isBytes ? checkBytes : checkCall)(wire, call, fate, random).finally(end);
  await wire.checkGood();
  same('nothing stays claimed', wire.intake.admission.bytesInUse, 0);
  same('no timer runs', wire.intake.clock.pendingTimers, 0);
  return verdict;
}

async function checkCall(wire: Wire, call: MadeCall, fate: Fate, random: Random): Promise<Verdict> {
  const neighbours = fate.error === undefined && random.once(4) ? random.below(6) : 0;
  const seen = await wire.call(call, neighbours);
  checkMistakes(wire, seen);
  return wasNeverThere(call, seen) ? 'refused' : checkAnswer(call, expectedWith(call, fate), seen, fate);
}

/** Who lets go of a call may do so before anything of it is sent. */
function wasNeverThere(call: MadeCall, { http, counted }: Seen): boolean {
  return letsGo(call) && http === undefined && counted.length === 0;
}

async function checkBytes(wire: Wire, call: MadeCall, fate: Fate, random: Random): Promise<Verdict> {
  const isEnded = call.ending === 'ended' || call.ending === 'left';
  const headers = { ':scheme': 'http', ':authority': 'tocsin', ...call.headers };
  const whole = connectionBytes(headers, call.pieces, isEnded, random);
  if (random.once(2)) {
    const seen = await wire.bytes(damaged(whole, connectionBytes(headers, [], true, random), random), false);
    checkMistakes(wire, seen);
    return seen.counted.includes(200) ? 'taken' : 'refused';
  }
  const seen = await wire.bytes(whole, call.ending === 'ended' && !isHealth(call));
  checkMistakes(wire, seen);
  const cut: MadeCall = { ...call, ending: isEnded ? 'left' : 'reset' };
  if (wasNeverThere(cut, seen)) return 'refused';
  checkAnswer(cut, expectedWith(cut, fate).map(unheard), seen, fate);
  return seen.counted.includes(200) ? 'taken' : 'refused';
}

function checkMistakes({ intake }: Wire, { counted }: Seen): void {
  same(
    'mistakes of our own',
    intake.log.errors.splice(0).length,
    counted.filter((code) => code === 500).length,
  );
}
