import { register } from 'node:module';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { faultsPath } from './faults.ts';

/** Short of the SDK's 10 s, since a process must end within 5 s although nobody takes its last spans. */
export const exportTimeoutMillis = 2_500;
/** Longer than a service that was told to end goes on answering, so that the spans of that are sent too. */
const shutdownDelayMillis = 1_250;

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
  shutDownAtEnd(sdk);
}

function shutDownAtEnd(sdk: NodeSDK): void {
  let isShutDown = false;
  const shutDown = () => {
    if (isShutDown) return;
    isShutDown = true;
    sdk.shutdown().catch((error: unknown) => {
      process.stderr.write(`the last spans are lost: ${String(error)}\n`);
    });
  };
  // Not at SIGTERM: the spans of the requests that are then being answered end later.
  process.once('beforeExit', shutDown);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      // Without another listener the program is not loaded yet, and the signal ends it, as it would without this one.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
      // While nobody takes the spans one export follows another, and `beforeExit` comes too late.
      else setTimeout(shutDown, shutdownDelayMillis).unref();
    });
}
