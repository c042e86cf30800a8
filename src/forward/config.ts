import * as z from 'zod';
import { headerMap, requestHeaders } from '../config/headers.ts';
import { evenIfPartsAreWrong } from '../config/partial.ts';
import { byteSize, duration, optionalHttpUrl, optionalUrl } from '../config/scalars.ts';
import { checkTls, type TlsFiles, tlsFiles } from '../config/tls.ts';
import { writtenMatchers } from '../match/config.ts';
import { algorithms, type Compression, mostLevel } from './compress.ts';
import { instanceHeader } from './loop-guard.ts';

const headers = headerMap([...requestHeaders, instanceHeader]);

const endpointOf = (signal: string) =>
  optionalUrl().default('').describe(`Where ${signal} are forwarded, used as it is; empty = below endpoint.`);

/** What is said of one back end. */
const backEnd = {
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
    .describe('URLs of single signals, where they are not below endpoint.'),
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
      'What waits in memory or is under way; what is more, or has to wait for long, goes to the spool. The oldest is lost where that cannot be written.',
    ),
  spool: z
    .strictObject({
      max_size: byteSize()
        .default(256 * 2 ** 20)
        .describe('Of all that waits on disk; beyond it the oldest is lost.'),
      max_age: duration()
        .refine((millis) => millis >= 60_000, 'not a useful time: write 1m or more')
        .default(24 * 3_600_000)
        .describe('What has waited on disk for longer is lost.'),
    })
    .prefault({})
    .describe(
      'What waits for long, in the data directory: for a back end that fails, or takes less than comes.',
    ),
  tls: tlsFiles('back end').describe(
    'For a back end with a certificate of its own, or one that asks for one.',
  ),
};

interface Checked {
  endpoint: string;
  endpoints: Readonly<Record<string, string>>;
  compression: (typeof algorithms)[number] | 'none';
  compression_level: number;
  tls: TlsFiles;
}

function checkCompression(
  { compression, compression_level: level }: Checked,
  context: z.RefinementCtx,
): void {
  // What is too large for all of them is told already.
  if (compression === 'none' || level <= mostLevel[compression] || level > mostLevel.zstd) return;
  const message = `too large for ${compression}: at most ${mostLevel[compression]}`;
  context.addIssue({ code: 'custom', path: ['compression_level'], message });
}

function checkFiles(given: Checked, context: z.RefinementCtx): void {
  // A variable for the whole pod may name files that are not in here: no matter while they are not used.
  if (leadsSomewhere(given)) checkTls(given.tls, context, ['tls']);
}

function leadsSomewhere({ endpoint, endpoints }: Pick<Checked, 'endpoint' | 'endpoints'>): boolean {
  return endpoint !== '' || Object.values(endpoints).some((url) => url !== '');
}

/** Of the back end that the part itself is about. */
const defaultName = 'default';

const destinationSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'not a name: write up to 63 lower-case letters, digits, - and _')
      .refine((name) => name !== defaultName, 'this is what the one of forward.endpoint is called')
      .describe('By which metrics and the log call it, and its part of the spool is found again.'),
    ...backEnd,
  })
  .superRefine(checkCompression)
  .superRefine(checkFiles)
  .refine(leadsSomewhere, {
    error: 'it leads nowhere: write endpoint, or one of endpoints',
    ...evenIfPartsAreWrong,
  });

export const forwardSchema = z
  .strictObject({
    ...backEnd,
    destinations: z
      .array(destinationSchema)
      .default([])
      .describe(
        'Further back ends that get the same, each on its own: none waits for another. What the ledger calls forwarded is what the first one took.',
      )
      .superRefine((destinations: readonly { name?: unknown }[], context) => {
        const names = destinations.map(({ name }) => name);
        for (const [i, name] of names.entries()) {
          if (names.indexOf(name) === i) continue;
          context.addIssue({
            code: 'custom',
            path: [i, 'name'],
            message: 'another destination has this name',
          });
        }
      }),
    sampling: z
      .strictObject({
        ratio: z
          .number()
          .min(0)
          .max(1)
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
  })
  .describe('The way on for what is kept: to your own back end, by OTLP over HTTP in protobuf.')
  .superRefine(checkCompression)
  .superRefine(checkFiles);

export type ForwardConfig = z.infer<typeof forwardSchema>;
export type DestinationConfig = z.infer<typeof destinationSchema>;

/** All back ends; the first is the one whose answers the ledger counts. */
export function destinationsOf({ destinations, ...own }: ForwardConfig): readonly DestinationConfig[] {
  return leadsSomewhere(own) ? [{ name: defaultName, ...own }, ...destinations] : destinations;
}

export function compressionOf({
  compression: algorithm,
  compression_level: level,
}: Pick<DestinationConfig, 'compression' | 'compression_level'>): Compression | undefined {
  return algorithm === 'none' ? undefined : { algorithm, level };
}
