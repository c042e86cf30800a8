import { register } from 'node:module';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { faultsPath } from './faults.ts';

/** Short of the SDK's 10 s, since a process must end within 5 s although nobody takes its last spans. */
export const exportTimeoutMillis = 2_500;

/**
 * Starts tracing, with all that the instrumentations do by themselves. To be loaded by `--import`, before the program.
 * Service name, end point and attributes are read by the SDK from the `OTEL_*` variables.
 */
export function startTracing(traceExporter: NodeSDKConfiguration['traceExporter']): void {
  // Without this hook a module that is loaded by `import` is not instrumented: there would be no span of express.
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
  const sdk = new NodeSDK({
    traceExporter,
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: getNodeAutoInstrumentations({
      '@opentelemetry/instrumentation-http': {
        ignoreIncomingRequestHook: ({ url }) => url?.startsWith(faultsPath) ?? false,
      },
    }),
  });
  sdk.start();
  // Not at SIGTERM: the spans of the requests that are then being answered end later.
  process.once('beforeExit', () => {
    sdk.shutdown().catch((error: unknown) => {
      process.stderr.write(`the last spans are lost: ${String(error)}\n`);
    });
  });
}
