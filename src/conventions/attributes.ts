/**
 * Attribute names of OpenTelemetry's semantic conventions that more than one room reads
 * (https://opentelemetry.io/docs/specs/semconv/). Where a name was changed, the old one stands behind the new.
 */
export const resourceAttributes = {
  serviceName: 'service.name',
  serviceVersion: 'service.version',
  serviceInstance: 'service.instance.id',
  pod: ['k8s.pod.name', 'host.name'],
  environment: ['deployment.environment.name', 'deployment.environment'],
} as const;

export const spanAttributes = {
  urlPath: ['url.path', 'http.target'],
  userAgent: ['user_agent.original', 'http.user_agent'],
  rpcService: 'rpc.service',
  httpMethod: ['http.request.method', 'http.method'],
  httpStatus: ['http.response.status_code', 'http.status_code'],
  grpcStatus: ['rpc.grpc.status_code', 'rpc.response.status_code'],
  dbStatus: 'db.response.status_code',
  serverAddress: ['server.address', 'net.peer.name'],
  serverPort: ['server.port', 'net.peer.port'],
  errorType: 'error.type',
  component: 'tocsin.component',
  severity: 'tocsin.severity',
  supportCode: 'tocsin.support_code',
  user: ['user.id', 'enduser.id', 'session.id'],
} as const;

/** What a call is told apart by: what is asked for, and how. */
export const callAttributes = {
  rpcMethod: 'rpc.method',
  dbOperation: ['db.operation.name', 'db.operation'],
  asked: [
    'url.full',
    'http.url',
    'http.target',
    'url.path',
    'url.query',
    'rpc.service',
    'rpc.method',
    'db.operation.name',
    'db.operation',
    'db.collection.name',
    'db.mongodb.collection',
    'db.query.text',
    'db.statement',
    'messaging.operation.name',
    'messaging.operation',
  ],
} as const;

export const exceptionAttributes = {
  type: 'exception.type',
  message: 'exception.message',
  stacktrace: 'exception.stacktrace',
} as const;

/** A span that has one of the names is a run of a job or task; the others say more of it. */
export const taskAttributes = {
  jobName: 'job.name',
  jobId: 'job.id',
  /** Cron text. */
  schedule: ['job.schedule', 'faas.cron'],
  taskName: 'task.name',
  /** 1 for the first. */
  attempt: 'task.attempt',
  /** The attempt with this number is the last. */
  maxAttempts: 'task.max_attempts',
} as const;

/** What an app says of its circuit breakers, on spans, span events and log records. */
export const breakerAttributes = {
  name: 'circuit_breaker.name',
  state: 'circuit_breaker.state',
  previousState: 'circuit_breaker.previous_state',
  outcome: 'circuit_breaker.outcome',
} as const;

/** Of a span event, and of a log record: a breaker is in another state from then on. */
export const breakerChangeEvent = 'circuit_breaker.state_change';

/** A span that has one of these, and it is not 0, is a retry. */
export const retryAttributes = {
  resendCount: 'http.request.resend_count',
  /** Envoy and Istio; as text. */
  envoyCount: 'retry.count',
  /** 1 for the first retry. */
  attempt: 'retry.attempt',
  /** gRFC A72. */
  grpcAttempts: 'previous-rpc-attempts',
} as const;

/** By what a retry that its span is marked as is counted, if the app says. */
export const retryPolicyAttribute = 'retry.policy';

/** What Envoy and Istio say on their spans (https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage). */
export const proxyAttributes = {
  component: 'component',
  /** Short words apart by commas; `-` for none. */
  responseFlags: 'response_flags',
  upstreamCluster: ['upstream_cluster.name', 'upstream_cluster'],
} as const;

/** What the resource specification gives a service that does not say its name. */
export const unknownService = 'unknown_service';
