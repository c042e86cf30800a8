/** Loaded before everything else, as a user would (`node --import ./telemetry.ts`). The endpoint, the name of the service and the batches come from the environment. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { callOfHeaders } from './call-header.ts';
import { notes } from './notes.ts';

const sdk = new NodeSDK({
  traceExporter: new OTLPTraceExporter(),
  instrumentations: [
    new HttpInstrumentation({
      requestHook: (span, request) => {
        const call = 'getHeader' in request ? request.getHeader('x-call-id') : undefined;
        if (typeof call === 'string') notes.attempt(call, span.spanContext());
      },
    }),
    new UndiciInstrumentation({
      requestHook: (span, { headers }) => {
        const call = callOfHeaders(headers);
        if (call !== undefined) notes.attempt(call, span.spanContext());
      },
    }),
    new GrpcInstrumentation(),
    new AwsInstrumentation(),
  ],
});
sdk.start();

export async function flush(): Promise<void> {
  await sdk.shutdown();
}
