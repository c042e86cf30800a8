import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { exportTimeoutMillis, startTracing } from './instrument.ts';

startTracing(new OTLPTraceExporter({ timeoutMillis: exportTimeoutMillis }));
