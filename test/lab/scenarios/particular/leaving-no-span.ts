import { answer } from '../steps.ts';
import { failing, few, ownUrl, type Particular } from './particular.ts';

const withinFirst = 'urllib3 retries within the span of the first attempt';
/** In failsafe-go's transport for net/http; otelhttp ends a span when the body of its answer is read or closed. */
const bodyLeftOpen = 'the body of an answer that is retried stays open, and with it the span';
const oneSpan = 'one span for all attempts of a call of gRPC';

const kept = { connection: 'kept' } as const;

/** Clients whose retries no span shows. */
export const leavingNoSpan: readonly Particular[] = [
  { client: 'grpc-js', name: 'unavailable', calls: failing(ownUrl, answer(503), 'grpc'), absent: oneSpan },
  { runtime: 'python', client: 'requests-retry', name: '503', calls: few, absent: withinFirst, plan: kept },
  { runtime: 'python', client: 'urllib3-retry', name: '503', calls: few, absent: withinFirst, plan: kept },
  { runtime: 'go', client: 'failsafe', name: '503', calls: few, absent: bodyLeftOpen, plan: kept },
];
