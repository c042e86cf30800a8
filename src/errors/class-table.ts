import type { ErrorClass } from './error-event.ts';

export interface ClassRow {
  class: ErrorClass;
  /** Whether the same call may well succeed when it is made again. */
  transient: boolean;
  /**
   * Names of exception types, without their package, and codes of errors. OpenTelemetry's SDK for JavaScript gives the
   * code as the type where an error has one, so SQLSTATEs and the numbers of DOM exceptions stand here too.
   */
  names?: readonly string[];
  /** With these ends a type's name, whatever it begins with. */
  endings?: readonly string[];
  /** Parts of messages, in lower case. */
  phrases?: readonly string[];
  /** Status codes of HTTP (RFC 9110, RFC 6585; 499 is nginx's). */
  http?: readonly number[];
  /** Status codes of gRPC (https://grpc.io/docs/guides/status-codes/). */
  grpc?: readonly number[];
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** What the failing library called it. */
const byName: readonly ClassRow[] = [
  {
    class: 'timeout',
    transient: true,
    names: words(`
      ETIMEDOUT ESOCKETTIMEDOUT ERR_SOCKET_CONNECTION_TIMEOUT ERR_HTTP_REQUEST_TIMEOUT timeout 23
      UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT DEADLINE_EXCEEDED
      ER_LOCK_WAIT_TIMEOUT P1002 P1008 P2024`),
    endings: ['TimeoutError', 'TimeoutException', 'TimedOutError'],
  },
  {
    class: 'connection',
    transient: true,
    names: words(`
      ECONNREFUSED ECONNRESET ECONNABORTED ENOTCONN EPIPE EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN EAI_AGAIN
      ERR_NETWORK ERR_SOCKET_CLOSED ERR_STREAM_PREMATURE_CLOSE ERR_HTTP2_STREAM_ERROR ERR_HTTP2_GOAWAY_SESSION
      UND_ERR_SOCKET UND_ERR_CLOSED UNAVAILABLE PROTOCOL_CONNECTION_LOST MongoNetworkError
      MongoServerSelectionError PrismaClientInitializationError BrokenCircuitError P1001 P1017
      08000 08001 08003 08004 08006 57P01 57P02 57P03`),
    endings: ['ConnectionError', 'ConnectionRefusedError', 'ConnectionException', 'NetworkError'],
  },
  {
    // A name that does not exist or a certificate that is not valid stays so until somebody changes it.
    class: 'connection',
    transient: false,
    names: words(`
      ENOTFOUND EADDRINUSE EADDRNOTAVAIL CERT_HAS_EXPIRED CERT_NOT_YET_VALID DEPTH_ZERO_SELF_SIGNED_CERT
      SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_GET_ISSUER_CERT_LOCALLY
      ERR_TLS_CERT_ALTNAME_INVALID EPROTO`),
  },
  {
    class: 'rate_limited',
    transient: true,
    names: words(`
      ThrottlingException ThrottledException ThrottlerException Throttling SlowDown TooManyRequests
      ProvisionedThroughputExceededException`),
    endings: ['TooManyRequestsError', 'TooManyRequestsException', 'RateLimitError', 'RateLimitException'],
  },
  {
    class: 'resource_exhausted',
    transient: true,
    names: words(`
      EMFILE ENFILE ENOBUFS EAGAIN RESOURCE_EXHAUSTED BulkheadRejectedError ER_CON_COUNT_ERROR 53300 53400 P2037`),
  },
  {
    // Space and memory do not come back by asking again.
    class: 'resource_exhausted',
    transient: false,
    names: words('ENOSPC EDQUOT ENOMEM ERR_WORKER_OUT_OF_MEMORY SQLITE_FULL 53000 53100 53200'),
    endings: ['OutOfMemoryError'],
  },
  {
    class: 'cancelled',
    transient: false,
    names: words(
      'AbortError ABORT_ERR ERR_CANCELED ECANCELED CanceledError CancelledError UND_ERR_ABORTED 20 57014',
    ),
    endings: ['CanceledException', 'CancelledException', 'CancellationException'],
  },
  {
    class: 'auth',
    transient: false,
    names: words(`
      EACCES EPERM UNAUTHENTICATED PERMISSION_DENIED JsonWebTokenError TokenExpiredError NotBeforeError AccessDenied
      ExpiredToken ExpiredTokenException NOAUTH WRONGPASS NOPERM ER_ACCESS_DENIED_ERROR ER_DBACCESS_DENIED_ERROR
      28000 28P01 42501 P1000 P1010`),
    endings: words(`
      UnauthorizedError UnauthorizedException ForbiddenError ForbiddenException AuthenticationError
      AuthorizationError AuthenticationException AccessDeniedError AccessDeniedException`),
  },
  {
    class: 'constraint',
    transient: false,
    names: words(`
      EEXIST ENOTEMPTY ALREADY_EXISTS ER_DUP_ENTRY ER_NO_REFERENCED_ROW_2 ER_ROW_IS_REFERENCED_2 ER_BAD_NULL_ERROR
      SQLITE_CONSTRAINT SQLITE_CONSTRAINT_UNIQUE SQLITE_CONSTRAINT_PRIMARYKEY SQLITE_CONSTRAINT_FOREIGNKEY
      SQLITE_CONSTRAINT_NOTNULL SQLITE_CONSTRAINT_CHECK
      E11000 11000 23000 23001 23502 23503 23505 23514 23P01 P2002 P2003 P2004 P2011 P2014`),
    endings: ['ConstraintError', 'ConstraintViolationException', 'ConflictError', 'ConflictException'],
  },
  {
    class: 'operation',
    transient: true,
    names: words(
      'ER_LOCK_DEADLOCK SQLITE_BUSY SQLITE_LOCKED EBUSY 40001 40P01 55P03 P2034 OptimisticLockError VersionError',
    ),
  },
  {
    class: 'not_found',
    transient: false,
    names: words('ENOENT ESRCH ENODEV NoSuchKey NoSuchBucket P2001 P2015 P2018 P2025'),
    endings: ['NotFoundError', 'NotFoundException', 'NotFound', 'RecordNotFound'],
  },
  {
    class: 'validation',
    transient: false,
    names: words(`
      ZodError CastError ERR_INVALID_URL INVALID_ARGUMENT PrismaClientValidationError P2000 P2006 P2012
      22001 22003 22007 22P02`),
    endings: words(`
      ValidationError ValidationException BadRequestError BadRequestException UnprocessableEntityError
      UnprocessableEntityException BadUserInputError`),
  },
  {
    class: 'programming',
    transient: false,
    names: words(`
      ERR_ASSERTION ERR_INVALID_ARG_TYPE ERR_INVALID_ARG_VALUE ERR_MISSING_ARGS ERR_OUT_OF_RANGE ERR_INVALID_STATE
      ERR_INVALID_RETURN_VALUE ERR_HTTP_HEADERS_SENT ERR_STREAM_WRITE_AFTER_END ERR_METHOD_NOT_IMPLEMENTED
      ERR_MODULE_NOT_FOUND MODULE_NOT_FOUND ERR_REQUIRE_ESM ERR_PACKAGE_PATH_NOT_EXPORTED
      ER_PARSE_ERROR ER_NO_SUCH_TABLE ER_BAD_FIELD_ERROR 42601 42703 42883 42P01 P2021 P2022`),
    endings: ['AssertionError', 'NotImplementedError', 'NotImplementedException'],
  },
];

/** What the message says, for types that say nothing: `TypeError: fetch failed` is no mistake in the code. */
const byPhrase: readonly ClassRow[] = [
  {
    class: 'timeout',
    transient: true,
    phrases: [
      'timed out',
      'timeout of ',
      'timeout after',
      'timeout exceeded',
      'deadline exceeded',
      'due to timeout',
    ],
  },
  {
    class: 'resource_exhausted',
    transient: true,
    phrases: ['too many connections', 'too many clients', 'remaining connection slots'],
  },
  {
    class: 'resource_exhausted',
    transient: false,
    phrases: ['out of memory', 'heap limit', 'no space left', 'array buffer allocation failed'],
  },
  {
    class: 'connection',
    transient: true,
    phrases: [
      'fetch failed',
      'socket hang up',
      'socket disconnected',
      'network error',
      'connection refused',
      'connection reset',
      'connection terminated',
      'connection closed',
      'connection lost',
      'no connection established',
    ],
  },
  { class: 'rate_limited', transient: true, phrases: ['rate limit', 'too many requests'] },
  {
    class: 'operation',
    transient: true,
    phrases: ['deadlock', 'could not serialize access', 'database is locked'],
  },
  {
    class: 'constraint',
    transient: false,
    phrases: [
      'unique constraint',
      'duplicate key',
      'foreign key constraint',
      'not-null constraint',
      'check constraint',
    ],
  },
  {
    class: 'auth',
    transient: false,
    phrases: ['password authentication failed', 'jwt expired', 'invalid signature', 'access denied'],
  },
  {
    class: 'validation',
    transient: false,
    phrases: [
      'in json at position',
      'is not valid json',
      'unexpected end of json input',
      'validation failed',
    ],
  },
];

/** Types that also wrap what went wrong elsewhere, so they count only where neither name nor phrase says more. */
const byGeneralName: readonly ClassRow[] = [
  {
    class: 'programming',
    transient: false,
    names: [
      'TypeError',
      'ReferenceError',
      'SyntaxError',
      'RangeError',
      'EvalError',
      'URIError',
      'InternalError',
    ],
  },
];

/** Types of databases and of the file system, of which no more is known. */
const byFamily: readonly ClassRow[] = [
  {
    class: 'operation',
    transient: false,
    names: words(`
      EIO EROFS EISDIR ENOTDIR EINVAL EXDEV ERR_SQLITE_ERROR QueryFailedError PrismaClientKnownRequestError
      PrismaClientUnknownRequestError MongoServerError SqliteError ReplyError`),
    endings: ['DatabaseError', 'DatabaseException', 'SQLException'],
  },
];

/** Last, since a server answers 500 whatever went wrong in it. */
const byStatus: readonly ClassRow[] = [
  {
    class: 'validation',
    transient: false,
    http: [400, 406, 411, 413, 414, 415, 416, 422, 431],
    grpc: [3, 11],
  },
  { class: 'auth', transient: false, http: [401, 403, 407, 511], grpc: [7, 16] },
  { class: 'not_found', transient: false, http: [404, 410], grpc: [5] },
  { class: 'timeout', transient: true, http: [408, 504], grpc: [4] },
  { class: 'constraint', transient: false, http: [409, 412, 423, 428], grpc: [6, 9] },
  { class: 'rate_limited', transient: true, http: [429] },
  { class: 'resource_exhausted', transient: true, grpc: [8] },
  { class: 'resource_exhausted', transient: false, http: [507] },
  { class: 'cancelled', transient: false, http: [499], grpc: [1] },
  // Nobody who could answer was reached behind the one who did.
  { class: 'connection', transient: true, http: [502, 503], grpc: [14] },
  { class: 'programming', transient: false, http: [405, 501], grpc: [12] },
  { class: 'operation', transient: true, grpc: [10] },
  { class: 'operation', transient: false, http: [500, 508], grpc: [13, 15] },
];

/** The first row that fits decides. */
export const classTable: readonly ClassRow[] = [
  ...byName,
  ...byPhrase,
  ...byGeneralName,
  ...byFamily,
  ...byStatus,
];
