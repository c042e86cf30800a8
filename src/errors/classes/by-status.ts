import type { ClassRow } from './row.ts';

/** Last, since a server answers 500 whatever went wrong in it, and types that are no more than that. */
export const byStatus: readonly ClassRow[] = [
  {
    class: 'validation',
    transient: false,
    http: [400, 406, 411, 413, 414, 415, 416, 422, 431],
    grpc: [3, 11],
  },
  { class: 'auth', transient: false, http: [401, 403, 407, 511], grpc: [7, 16] },
  { class: 'not_found', transient: false, http: [404, 410], grpc: [5] },
  { class: 'timeout', transient: true, names: ['GatewayTimeout'], http: [408, 504], grpc: [4] },
  { class: 'constraint', transient: false, http: [409, 412, 423, 428], grpc: [6, 9] },
  { class: 'rate_limited', transient: true, http: [429] },
  { class: 'resource_exhausted', transient: true, grpc: [8] },
  { class: 'resource_exhausted', transient: false, http: [507] },
  { class: 'cancelled', transient: false, http: [499], grpc: [1] },
  // Nobody who could answer was reached behind the one who did.
  { class: 'connection', transient: true, http: [502, 503], grpc: [14] },
  { class: 'programming', transient: false, http: [405, 501], grpc: [12] },
  { class: 'operation', transient: true, grpc: [10] },
  {
    class: 'operation',
    transient: false,
    names: ['INTERNAL', 'DATA_LOSS', 'InternalServerError'],
    http: [500, 508],
    grpc: [13, 15],
  },
  // Of .NET, thrown for an answer as well, and then the status says more.
  { class: 'connection', transient: true, names: ['HttpRequestException', 'WebException'] },
];
