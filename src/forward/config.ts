import * as z from 'zod';
import { byteSize, duration, headerValue, optionalHttpUrl, optionalUrl } from '../config/scalars.ts';
import { instanceHeader } from './loop-guard.ts';
import { readTls, TlsUnusable } from './tls.ts';

const tlsFile = (what: string) => z.string().default('').describe(`Path of a file in PEM: ${what}.`);

/** RFC 9110, section 5.6.2: what the name of a header may consist of. */
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** They say how the request itself is sent. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  instanceHeader,
  'upgrade',
]);

const headers = z.record(z.string(), headerValue()).superRefine((given, context) => {
  const seen = new Set<string>();
  for (const name of Object.keys(given)) {
    const message = nameMistake(name, seen);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    seen.add(name.toLowerCase());
  }
});

function nameMistake(name: string, seen: ReadonlySet<string>): string | undefined {
  if (!headerName.test(name)) return 'not the name of a header: write letters, digits and dashes';
  if (ownHeaders.has(name.toLowerCase())) return 'Tocsin sets this header itself: take it away';
  return seen.has(name.toLowerCase()) ? 'the same header as another here: take one of them away' : undefined;
}

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
    compression: z.enum(['gzip', 'none']).default('gzip').describe('How forwarded requests are compressed.'),
    compression_level: z
      .number()
      .int()
      .min(1)
      .max(9)
      .default(1)
      .describe('Of gzip: 1 is quick, 9 is small. Each step up costs processor time, and saves little.'),
    timeout: duration()
      .refine((millis) => millis >= 100 && millis <= 300_000, 'not a useful time: write from 100ms to 5m')
      .default(10_000)
      .describe('How long one try to forward a request may take.'),
    max_queue: byteSize()
      .default(32 * 2 ** 20)
      .describe(
        'What waits in memory while the back end does not take it, or is under way; beyond it the oldest is lost.',
      ),
    tls: z
      .strictObject({
        ca: tlsFile(
          'the certificates that the back end’s is checked against, instead of the well-known ones',
        ),
        cert: tlsFile('the certificate that Tocsin shows'),
        key: tlsFile('the private key of that certificate'),
      })
      .prefault({})
      .describe('For a back end with a certificate of its own, or one that asks for one.'),
  })
  .describe('The way on for what is kept: to your own back end, by OTLP over HTTP in protobuf.')
  .superRefine(({ endpoint, endpoints, tls }, context) => {
    // A variable for the whole pod may name files that are not in here: no matter while they are not used.
    if (endpoint === '' && Object.values(endpoints).every((url) => url === '')) return;
    try {
      readTls(tls);
    } catch (error) {
      if (!(error instanceof TlsUnusable)) throw error;
      context.addIssue({ code: 'custom', path: ['tls', error.key], message: error.message });
    }
  });

export type ForwardConfig = z.infer<typeof forwardSchema>;
