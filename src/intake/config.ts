import * as z from 'zod';
import { byteSize, byteSizeOrAuto, listenAddress, optionalListenAddress } from '../config/scalars.ts';
import { certificateFiles, checkCertificate } from '../config/tls.ts';

const tls = certificateFiles().describe(
  'With both, the listener speaks TLS. Files that change are taken over while it runs.',
);

export const intakeSchema = z
  .strictObject({
    http: z
      .strictObject({
        listen: listenAddress()
          .default({ host: '127.0.0.1', port: 4318 })
          .describe('where apps send OTLP over HTTP'),
        unix: z
          .string()
          .refine((path) => path === '' || path.startsWith('/'), 'not an absolute path')
          .refine((path) => Buffer.byteLength(path) <= 107, 'longer than a socket path may be: 107 bytes')
          .default('')
          .describe('a Unix socket that takes the same as well, without TLS; empty = none'),
        tls,
      })
      .prefault({}),
    grpc: z
      .strictObject({
        listen: optionalListenAddress()
          .default({ host: '127.0.0.1', port: 4317 })
          .describe('where apps send OTLP over gRPC; empty = nowhere'),
        tls,
      })
      .prefault({}),
    max_body: byteSize()
      .default(64 * 2 ** 20)
      .describe('the largest request, compressed and inflated; larger ones are answered 413'),
    max_in_flight: byteSize()
      .default(128 * 2 ** 20)
      .describe(
        'all requests that are in memory at once; beyond it the answer is 503. 1/8 of it is left to small ones, and no request may have more than the rest',
      ),
    max_memory: byteSizeOrAuto()
      .default('auto')
      .describe(
        'memory of Tocsin as a whole, without what is mapped from files; beyond it the answer is 503. auto = 9/10 of what its container may have, and no bound where that has no limit',
      ),
    journal: z
      .boolean()
      .default(true)
      .describe('keep what is taken and not done yet on disk, for the next start after a crash'),
  })
  .superRefine(({ http, grpc }, context) => {
    checkCertificate(http.tls, context, ['http', 'tls']);
    if (grpc.listen !== '') checkCertificate(grpc.tls, context, ['grpc', 'tls']);
  });
