import { otlpType } from '../../support/otlp-reference.ts';
import { Difference, same, type Verdict } from '../target.ts';
import { isHealth, letsGo, type MadeCall } from './call.ts';
import type { Fate } from './fate.ts';
import type { Expected } from './judge.ts';

/** What came of a call: what its client was told, what was worked on, and what was counted. */
export interface Seen {
  http: number | undefined;
  trailers: Readonly<Record<string, unknown>>;
  data: Buffer;
  bodies: readonly Uint8Array[];
  counted: readonly number[];
}

const partialSuccess = otlpType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse');
/** google.rpc.Code: OK, INVALID_ARGUMENT, NOT_FOUND. */
const healthCodes = [0, 3, 5];

/** @param expected one of them it must be. @throws Difference */
export function checkAnswer(call: MadeCall, expected: readonly Expected[], seen: Seen, fate: Fate): Verdict {
  const code = codeOf(seen);
  if (isHealth(call) && expected[0]!.code === 0) return checkHealth(call, code, seen);
  if (!expected.some((each) => isSo(each, code, seen))) throw new Difference(differenceOf(expected, seen));
  if (code === 0) checkMessage(seen.data, fate);
  else checkRefusal(code, seen);
  return code === 0 ? 'taken' : 'refused';
}

function isSo(expected: Expected, code: number | undefined, { http, counted, bodies }: Seen): boolean {
  const body = expected.body === undefined ? [] : [expected.body];
  return (
    expected.code === code &&
    (expected.http ?? (code === undefined ? undefined : 200)) === http &&
    String(expected.counted ?? '') === counted.join() &&
    bodies.length === body.length &&
    bodies.every((each, index) => Buffer.from(each).equals(body[index]!))
  );
}

function codeOf({ trailers }: Seen): number | undefined {
  const status = trailers['grpc-status'];
  return status === undefined ? undefined : Number(status);
}

function differenceOf(expected: readonly Expected[], { http, trailers, counted, bodies }: Seen): string {
  const lengths = bodies.map(({ length }) => length);
  const wanted = expected.map(({ body, ...each }) => ({ ...each, bodies: body ? [body.length] : [] }));
  return `answer
  seen:     ${JSON.stringify({ http, ...trailers, counted, bodies: lengths })}
  expected: ${JSON.stringify(wanted)}`;
}

/** What it says of a service is tested elsewhere. A call that watches has no end. */
function checkHealth(call: MadeCall, code: number | undefined, { http, data, counted }: Seen): Verdict {
  same('health is not counted', counted, []);
  if (code !== undefined && !healthCodes.includes(code)) throw new Difference(`health says ${code}`);
  const isHeard = http !== undefined || !letsGo(call);
  if (!isHeard || code === 3 || code === 5) return 'refused';
  messageIn(data);
  return 'taken';
}

function checkMessage(data: Buffer, { rejected }: Fate): void {
  const message = partialSuccess.decode(messageIn(data)).toJSON() as {
    partialSuccess?: { rejectedSpans: string };
  };
  same('rejected', message.partialSuccess?.rejectedSpans, rejected === 0 ? undefined : String(rejected));
}

/** The one message of an answer. */
function messageIn(data: Buffer): Buffer {
  if (data.length < 5 || data[0] !== 0 || data.readUInt32BE(1) !== data.length - 5)
    throw new Difference(`the answer is not one message: ${data.toString('hex')}`);
  return data.subarray(5);
}

function checkRefusal(code: number | undefined, { trailers, data }: Seen): void {
  same('nothing is said beside a refusal', data.length, 0);
  if (code === undefined) return;
  if (!/^[ -~]+$/.test(String(trailers['grpc-message'])))
    throw new Difference(`grpc-message: ${String(trailers['grpc-message'])}`);
  same('it is said when to send again', trailers['grpc-status-details-bin'] !== undefined, code === 14);
}
