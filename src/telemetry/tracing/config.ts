import * as z from 'zod';
import { headerValue, optionalHttpUrl } from '../../config/scalars.ts';

export const telemetrySchema = z.strictObject({
  traces: z
    .strictObject({
      endpoint: optionalHttpUrl()
        .default('')
        .describe(
          'Base URL of the OTLP/HTTP back end that gets Tocsin’s own traces; v1/traces is appended. Empty = there are none.',
        ),
      headers: z
        .record(z.string(), headerValue())
        .default({})
        .describe('Headers of the requests with its own traces, such as a key of the back end. Never shown.'),
      ratio: z
        .number()
        .min(0)
        .max(1)
        .default(1)
        .describe('Of its own traces, those that are recorded: 0.01 = one of a hundred.'),
    })
    .prefault({})
    .describe('Traces of what Tocsin itself does, for who looks into it.'),
});

export type OwnTracesConfig = z.infer<typeof telemetrySchema>['traces'];
