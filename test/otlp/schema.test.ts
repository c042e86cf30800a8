import assert from 'node:assert/strict';
import { test } from 'node:test';
import type protobuf from 'protobufjs';
import { exportLogsServiceRequest } from '../../src/otlp/schema/logs.ts';
import { exportMetricsServiceRequest } from '../../src/otlp/schema/metrics.ts';
import { fieldKind, type Message } from '../../src/otlp/schema/schema.ts';
import { exportTraceServiceRequest } from '../../src/otlp/schema/trace.ts';
import { logsRequest, metricsRequest, traceRequest } from '../support/otlp-reference.ts';

/** Everything that differs between our table and the .proto. */
function differences(ours: Message, theirs: protobuf.Type, seen = new Set<Message>()): string[] {
  if (seen.has(ours)) return [];
  seen.add(ours);
  theirs.resolveAll();
  return theirs.fieldsArray
    .filter(({ name }) => !name.endsWith('Strindex'))
    .flatMap((field) => {
      const our = ours.byNumber[field.id];
      const at = `${theirs.name}.${field.name}`;
      if (our === undefined) return [`${at} is missing`];
      if (our.name !== field.name || our.repeated !== field.repeated) return [`${at} is ${our.name}`];
      const { resolvedType } = field;
      if (resolvedType === null) return kindOf(field, our.kind) ? [] : [`${at} has another kind`];
      if ('fieldsArray' in resolvedType)
        return our.message === undefined
          ? [`${at} is no message`]
          : differences(our.message, resolvedType, seen);
      const names = Object.entries(resolvedType.values);
      return names
        .filter(([name, value]) => our.names?.[name] !== value)
        .map(([name]) => `${at} lacks ${name}`);
    });
}

function kindOf(field: protobuf.Field, kind: number): boolean {
  const isId = field.type === 'bytes' && /(trace|span)Id$/i.test(field.name);
  return kind === fieldKind[(isId ? 'hex' : field.type) as keyof typeof fieldKind];
}

for (const [name, ours, theirs] of [
  ['traces', exportTraceServiceRequest, traceRequest],
  ['logs', exportLogsServiceRequest, logsRequest],
  ['metrics', exportMetricsServiceRequest, metricsRequest],
] as const) {
  test(`the tables of ${name} have every field of the .proto files`, () => {
    assert.deepEqual(differences(ours, theirs), []);
  });
}
