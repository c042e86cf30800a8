import * as z from 'zod';
import { headerMap, requestHeaders } from '../config/headers.ts';
import { byteSize, duration, optionalHttpUrl, optionalUrl } from '../config/scalars.ts';
import { checkTls, tlsFiles } from '../config/tls.ts';
import { writtenMatchers } from '../match/config.ts';
import { algorithms, type Compression, mostLevel } from './compress.ts';
import { instanceHeader } from './loop-guard.ts';

const headers = headerMap([...requestHeaders, instanceHeader]);

const endpointOf = (signal: string) =>
  optionalUrl()
    .default('')
    .describe(`Where ${signal} are forwarded, used as it is; empty = below forward.endpoint.`);

export const forwardSchema = z
  .strictObject({
    endpoint: optionalHttpUrl()
      .default('')
      .describe(
        'Base URL of the OTLP/HTTP back end that gets what is kept; v1/traces, v1/logs and v1/metrics are appended. Empty = nothing is forwarded.',
      ),
    endpoints: z
      .strictObject({
        traces: endpointOf('traces'),
        logs: endpointOf('logs'),
        metrics: endpointOf('metrics'),
      })
      .prefault({})
      .describe('URLs of single signals, where they are not below forward.endpoint.'),
    headers: headers
      .default({})
      .describe('Headers of every request that is forwarded, such as a key of the back end. Never shown.'),
    compression: z
      .enum([...algorithms, 'none'])
      .default('gzip')
      .describe('How forwarded requests are compressed.'),
    compression_level: z
      .number()
      .int()
      .min(1)
      .max(mostLevel.zstd)
      .default(1)
      .describe(
        'Of gzip to 9, of zstd to 19: 1 is quick, the last is small. Each step up costs processor time, and saves little.',
      ),
    timeout: duration()
      .refine((millis) => millis >= 100 && millis <= 300_000, 'not a useful time: write from 100ms to 5m')
      .default(10_000)
      .describe('How long one try to forward a request may take.'),
    max_queue: byteSize()
      .default(32 * 2 ** 20)
      .describe(
        'What waits in memory while the back end does not take it, or is under way; beyond it the oldest is lost.',
      ),
    sampling: z
      .strictObject({
        ratio: z
          .number()
          .min(0)
          .max(1, 'a ratio is a number from 0 to 1')
          .default(1)
          .describe(
            'Of the local traces that nothing else keeps, so many are forwarded; 1 = all, 0.1 = one in ten.',
          ),
        always: writtenMatchers()
          .default(['status="error"', 'duration>2s'])
          .describe(
            'Local traces with a span that one of these matches are always forwarded, and those in which something failed.',
          ),
      })
      .prefault({})
      .describe('Which local traces are forwarded. All are counted and looked through for failures.'),
    tls: tlsFiles('back end').describe(
      'For a back end with a certificate of its own, or one that asks for one.',
    ),
  })
  .describe('The way on for what is kept: to your own back end, by OTLP over HTTP in protobuf.')
  .superRefine(({ compression, compression_level: level }, context) => {
    // What is too large for all of them is told already.
    if (compression === 'none' || level <= mostLevel[compression] || level > mostLevel.zstd) return;
    const message = `too large for ${compression}: at most ${mostLevel[compression]}`;
    context.addIssue({ code: 'custom', path: ['compression_level'], message });
  })
  .superRefine(({ endpoint, endpoints, tls }, context) => {
    // A variable for the whole pod may name files that are not in here: no matter while they are not used.
    if (endpoint === '' && Object.values(endpoints).every((url) => url === '')) return;
    checkTls(tls, context, ['tls']);
  });

export type ForwardConfig = z.infer<typeof forwardSchema>;

export function compressionOf({
  compression: algorithm,
  compression_level: level,
}: Pick<ForwardConfig, 'compression' | 'compression_level'>): Compression | undefined {
  return algorithm === 'none' ? undefined : { algorithm, level };
}
