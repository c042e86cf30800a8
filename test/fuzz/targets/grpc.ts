import { setImmediate } from 'node:timers/promises';
import { exportPath, good, grpcIntake } from '../../intake/grpc/support.ts';
import { framed } from '../../support/raw-grpc.ts';
import { makeBody, maxMessageBytes } from '../grpc/body.ts';
import { callOf, type MadeCall } from '../grpc/call.ts';
import { checkAnswer, type Seen } from '../grpc/check-answer.ts';
import { arrange, expectedAtOnce, fateOf } from '../grpc/fate.ts';
import { MemoryStream } from '../grpc/memory-stream.ts';
import { turnsUntil } from '../grpc/turns.ts';
import type { Random } from '../random.ts';
import { same, type Target, type Verdict } from '../target.ts';

const counted: number[] = [];
const failures: unknown[] = [];
const bodies: Uint8Array[] = [];
const intake = grpcIntake(maxMessageBytes, {
  requestAnswered: (_signal, _protocol, code) => counted.push(code),
  requestFailed: (error) => failures.push(error),
});
// A copy: what was answered is freed.
intake.state.seen = (body) => bodies.push(Uint8Array.from(body));

/** Calls of gRPC from the stream on, in the same thread. */
export const grpc: Target = { name: 'grpc', make: makeBody, check };

async function check(input: Uint8Array, random: Random): Promise<Verdict> {
  const call = callOf(input, random);
  const fate = fateOf(random);
  const end = arrange(intake, fate);
  const seen = await seenOf(call).finally(end);
  const verdict = checkAnswer(call, expectedAtOnce(call, fate), seen, fate);
  same('nothing stays claimed', intake.admission.bytesInUse, 0);
  same('no timer runs', intake.clock.pendingTimers, 0);
  same('mistakes of our own', failures.splice(0).length, seen.counted.includes(500) ? 1 : 0);
  if (random.once(8)) await checkGood();
  return verdict;
}

async function checkGood(): Promise<void> {
  const headers = { ':method': 'POST', ':path': exportPath('traces'), 'content-type': 'application/grpc' };
  const { trailers } = await seenOf({ method: 'traces', headers, pieces: [framed(good)], ending: 'ended' });
  same('a good request afterwards', trailers['grpc-status'], '0');
}

async function seenOf({ headers, pieces, ending }: MadeCall): Promise<Seen> {
  const { bytesInUse } = intake.admission;
  counted.length = 0;
  bodies.length = 0;
  intake.state.accepted.length = 0;
  const stream = new MemoryStream();
  intake.otlp.handle(stream.asServerStream, headers);
  for (const piece of pieces) stream.arrive(piece);
  if (ending === 'stalled') intake.clock.advance(30_000);
  if (ending === 'ended' || ending === 'left') stream.endOfRequest();
  if (ending === 'reset' || ending === 'left') stream.close();
  await turnsUntil(
    'an answer',
    () => (stream.headersSent || stream.closed) && intake.admission.bytesInUse === bytesInUse,
  );
  // Of what is not ended, its client lets go; and a call that watches has no other end.
  stream.close();
  await setImmediate();
  const { answer } = stream;
  return {
    http: answer.headers?.[':status'] as number | undefined,
    trailers: answer.trailers ?? {},
    data: answer.data,
    bodies: [...bodies],
    counted: [...counted],
  };
}
