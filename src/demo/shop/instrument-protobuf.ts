import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { exportTimeoutMillis, startTracing } from './instrument.ts';

startTracing(new OTLPTraceExporter({ timeoutMillis: exportTimeoutMillis }));
