import type { LoadResult, Transport } from '../load/protocol.ts';
import { isPaced, type Load } from '../load/schedule.ts';
import type { Memory } from '../machine/memory.ts';
import type { Compression } from '../options.ts';
import type { Encoding } from '../payload/request-stream.ts';
import type { Window } from '../profile/self-times.ts';
import type { SubjectName } from '../subjects/subject.ts';

export interface Case {
  load: Load;
  /** Of what comes in. What goes out goes over HTTP. */
  transport: Transport;
  /** Of what comes in. What goes out is protobuf, but for the reference's, which is as what came in. */
  encoding: Encoding;
  /** Of what comes in and of what goes out. */
  compression: Compression;
}

/** One measurement of one subject. */
export interface Sample extends Case {
  subject: SubjectName;
  /** From 1. */
  round: number;
  /** Answered 200, and either dropped as they should be or delivered. */
  spans: number;
  /** Answered 200 and neither dropped nor delivered. */
  lostSpans: number;
  /** That the sink got, as they came over the wire. */
  deliveredBytes: number;
  /** Of all threads of the subject, from the first request until it was quiet after the last span was delivered. */
  processorNanos: number;
  /** Of the load; when idle, that of the wait. */
  wallNanos: number;
  /** For what the processor time is. */
  measured: Window;
  /** At the end of the load, before it is quiet. */
  memory: Memory;
  sent: LoadResult | undefined;
  /** Why it does not count; empty if it does. */
  problems: readonly string[];
}

/** @returns NaN when idle */
export function spansPerProcessorSecond({ spans, processorNanos }: Sample): number {
  return spans === 0 ? Number.NaN : (spans / processorNanos) * 1e9;
}

/** 1000 = one core, all of the time. */
export function millicoresUsed({ processorNanos, wallNanos }: Sample): number {
  return (processorNanos / wallNanos) * 1000;
}

/** @returns NaN if nothing is forwarded */
export function bytesPerDeliveredSpan({ spans, deliveredBytes, sent }: Sample): number {
  return deliveredBytes === 0 ? Number.NaN : deliveredBytes / (spans - (sent?.healthChecks ?? 0));
}

/** What is wrong with what came of a load that was not meant to be too much. */
export function problemsOf(sent: LoadResult, lostSpans: number, load: Load): string[] {
  const problems: string[] = [];
  if (lostSpans < 0) problems.push(`${-lostSpans} spans more were delivered than there were`);
  if (sent.spans === 0) problems.push('no request was answered 200');
  if (!isPaced(load)) return problems;
  const failures = Object.entries(sent.failures).map(([status, count]) => `${status}: ${count}`);
  if (failures.length > 0) problems.push(`requests were not answered 200 (${failures.join(', ')})`);
  if (lostSpans > 0) problems.push(`${lostSpans} spans were answered 200 and not delivered`);
  return problems;
}
