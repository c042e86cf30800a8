import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { readStatus } from '../google-rpc.ts';
import { bodyOf, newItem, requestOf, ways } from '../signals.ts';
import type { ListeningTocsin } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

const badProtobuf: Record<string, (whole: Buffer) => Buffer> = {
  'cut off': (whole) => whole.subarray(0, -3),
  text: () => Buffer.from('hello'),
  JSON: () => Buffer.from('{"resourceSpans":[]}'),
  'a field with another wire type': () => Buffer.of(0x08, 0x01),
  'a length beyond the end': () => Buffer.of(0x0a, 0x7f, 0x00),
  'a group': () => Buffer.of(0x0b, 0x0c),
};

const badJson: Record<string, [json: string, field: string]> = {
  'cut off': ['{"resourceSpans":[{', 'resourceSpans[0]'],
  'not JSON': ['hello', ''],
  'nothing at all': ['', ''],
  'another value than an object': ['[]', ''],
  'a number for a list': ['{"resourceLogs":1}', 'resourceLogs'],
  'more behind the end': ['{}{}', ''],
  'an id in base64': [
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{},{"traceId":"r6+vr6+vr6+vr6+vr6+vrw=="}]}]}]}',
    'resourceSpans[0].scopeSpans[0].spans[1].traceId',
  ],
  'an integer of 65 bits': [
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"dataPoints":[{"timeUnixNano":18446744073709551616}]}}]}]}]}',
    'resourceMetrics[0].scopeMetrics[0].metrics[0].sum.dataPoints[0].timeUnixNano',
  ],
};

export const badDataCases: Cases = ways.flatMap(({ signal, encoding }): Cases => {
  const refuse = (what: string, body: () => Buffer, field: (named: string) => boolean) => ({
    point: 18 as const,
    promise: `${signal} in ${encoding}: ${what}`,
    holds: async (tocsin: ListeningTocsin) => {
      const before = [await tocsin.ledger(signal, 'received'), await tocsin.forwarded()];
      const answer = await tocsin.send({ signal, encoding, body: body() });
      assert.equal(answer.status, 400);
      const { message, violations } = readStatus(encoding, answer.body);
      assert.equal(violations?.length, 1);
      assert.equal(violations[0]!.description, message);
      assert.match(message, /byte \d+/);
      assert.ok(field(violations[0]!.field), violations[0]!.field);
      assert.deepEqual([await tocsin.ledger(signal, 'received'), await tocsin.forwarded()], before);
    },
  });
  if (encoding === 'protobuf') {
    const whole = () => bodyOf(signal, encoding, requestOf(signal, [newItem(signal)]));
    return Object.entries(badProtobuf).map(([what, broken]) =>
      refuse(
        what,
        () => broken(whole()),
        (named) => named === '',
      ),
    );
  }
  const ofSignal = { traces: 'resourceSpans', logs: 'resourceLogs', metrics: 'resourceMetrics' }[signal];
  return Object.entries(badJson)
    .filter(([, [, field]]) => field === '' || field.startsWith(ofSignal))
    .map(([what, [json, field]]) =>
      refuse(
        what,
        () => Buffer.from(json),
        (named) => named === field,
      ),
    );
});
