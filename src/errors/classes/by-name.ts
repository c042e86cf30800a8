import { type ClassRow, words } from './row.ts';

/**
 * What the failing library called it: Node, Python, the JVM, Go, .NET, Ruby and PHP in this order, as far as the endings do not say it.
 * Types that wrap whatever went wrong stand in `by-general-name.ts`.
 */
export const byName: readonly ClassRow[] = [
  {
    class: 'timeout',
    transient: true,
    names: words(`
      ETIMEDOUT ETIME ESOCKETTIMEDOUT ERR_SOCKET_CONNECTION_TIMEOUT ERR_HTTP_REQUEST_TIMEOUT timeout 23
      UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT DEADLINE_EXCEEDED
      ER_LOCK_WAIT_TIMEOUT P1002 P1008 P2024
      SoftTimeLimitExceeded TimeLimitExceeded DeadlineExceeded
      deadlineExceededError ORA-12170
      TimeoutRejectedException Timeout::Error`),
    endings: words(`
      TimeoutError TimeoutException TimedOutError TimedOutException Timeout TimeoutExpired`),
    sqlStates: words('HYT00 HYT01'),
    dbCodes: words('-2 3024'),
  },
  {
    class: 'connection',
    transient: true,
    names: words(`
      ECONNREFUSED ECONNRESET ECONNABORTED ENOTCONN EPIPE EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ENETRESET ESHUTDOWN
      EAI_AGAIN ERR_NETWORK ERR_SOCKET_CLOSED ERR_STREAM_PREMATURE_CLOSE ERR_HTTP2_STREAM_ERROR ERR_HTTP2_GOAWAY_SESSION
      UND_ERR_SOCKET UND_ERR_CLOSED UNAVAILABLE PROTOCOL_CONNECTION_LOST MongoNetworkError EOF
      MongoServerSelectionError PrismaClientInitializationError BrokenCircuitError P1001 P1017
      ConnectionResetError ConnectionAbortedError BrokenPipeError RemoteDisconnected IncompleteRead BadStatusLine
      ReadError WriteError CloseError RemoteProtocolError ChunkedEncodingError ClientConnectorError ClientOSError
      ServerDisconnectedError ClientPayloadError AutoReconnect NotPrimaryError BusyLoadingError ClusterDownError
      ConnectionFailure AdminShutdown AdminShutdownError CrashShutdown CannotConnectNow CannotConnectNowError
      ServiceUnavailable BadGateway ConnectionDoesNotExistError CircuitBreakerError
      EOFException ClosedChannelException NoRouteToHostException StreamResetException ConnectionShutdownException
      SQLRecoverableException SQLTransientConnectionException NoHttpResponseException CallNotPermittedException
      CannotGetJdbcConnectionException CannotCreateTransactionException DataAccessResourceFailureException
      TransientDataAccessResourceException NoHostAvailableException AllNodesFailedException UnavailableException
      DisconnectException NetworkException BrokerNotAvailableException LeaderNotAvailableException
      NotLeaderOrFollowerException ORA-12541 ORA-12514 ORA-03113 ORA-03114
      BrokenCircuitException IsolatedCircuitException BrokerUnreachableException AlreadyClosedException
      OperationInterruptedException
      CannotConnectError ConnectionNotEstablished ConnectionBad UnableToSend ServerBrokeConnection
      LostConnectionException ConnectionLost ServiceUnavailableHttpException`),
    endings: words(`
      ConnectionError ConnectionRefusedError ConnectionException NetworkError ConnectError ConnectException
      SocketException ConnectionFailed ServiceUnavailableException ServiceUnavailableError`),
    sqlStates: words('08 57P01 57P02 57P03 57P05 25P03'),
    dbCodes: words('1042 1043 1053 1927 2002 2003 2006 2013 2055 233 10053 10054 10060 40197 40501 40613'),
  },
  {
    // A name that does not exist or a certificate that is not valid stays so until somebody changes it.
    class: 'connection',
    transient: false,
    names: words(`
      ENOTFOUND EADDRINUSE EADDRNOTAVAIL CERT_HAS_EXPIRED CERT_NOT_YET_VALID DEPTH_ZERO_SELF_SIGNED_CERT
      SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_GET_ISSUER_CERT_LOCALLY
      ERR_TLS_CERT_ALTNAME_INVALID EPROTO EAI_NONAME
      gaierror NameResolutionError ClientConnectorDNSError SSLCertVerificationError CertificateError
      ClientConnectorCertificateError ClientConnectorSSLError
      UnknownHostException UnresolvedAddressException SSLHandshakeException SSLPeerUnverifiedException SSLProtocolException
      CertificateException CertPathValidatorException net.BindException SQLNonTransientConnectionException
      net.DNSError CertificateVerificationError UnknownAuthorityError HostnameError CertificateInvalidError RecordHeaderError
      NoDatabaseError`),
    endings: ['SSLError', 'SSLException'],
  },
  {
    class: 'rate_limited',
    transient: true,
    names: words(`
      ThrottlingException ThrottledException ThrottlerException Throttling SlowDown TooManyRequests
      ProvisionedThroughputExceededException RequestLimitExceeded RateLimitExceeded Throttled RequestNotPermitted
      RateLimiterRejectedException ThrottleRequestsException TooManyRequestsHttpException`),
    endings: words(`
      TooManyRequestsError TooManyRequestsException RateLimitError RateLimitException RateLimitExceededException`),
  },
  {
    class: 'resource_exhausted',
    transient: true,
    names: words(`
      EMFILE ENFILE ENOBUFS EAGAIN RESOURCE_EXHAUSTED BulkheadRejectedError ER_CON_COUNT_ERROR P2037
      BlockingIOError TooManyConnections TooManyConnectionsError MaxClientsError MaxConnectionsError QueueFull
      RejectedExecutionException BulkheadFullException OverloadedException BulkheadRejectedException
      LimitExceededException ServiceQuotaExceededException ResourceExhausted ORA-00020 ORA-12516 ORA-12519`),
    sqlStates: words('53 53300 53400'),
    dbCodes: words('1040 1203 1226 10928 10929'),
  },
  {
    // Space and memory do not come back by asking again.
    class: 'resource_exhausted',
    transient: false,
    names: words(`
      ENOSPC EDQUOT ENOMEM ERR_WORKER_OUT_OF_MEMORY SQLITE_FULL
      MemoryError DiskFull DiskFullError OutOfMemory NoMemoryError InsufficientMemoryException ORA-01653 ORA-04031`),
    endings: ['OutOfMemoryError', 'OutOfMemoryException'],
    sqlStates: words('53000 53100 53200 54'),
    dbCodes: words('1021 1037 1041 1114'),
  },
  {
    class: 'cancelled',
    transient: false,
    names: words(`
      AbortError ABORT_ERR ERR_CANCELED ECANCELED CanceledError CancelledError CANCELLED UND_ERR_ABORTED 20
      KeyboardInterrupt SystemExit GeneratorExit InterruptedError TaskRevokedError
      InterruptedException ClosedByInterruptException ORA-01013
      ThreadAbortException Shutdown`),
    endings: ['CanceledException', 'CancelledException', 'CancellationException', 'AbortedException'],
    sqlStates: ['57014'],
    dbCodes: ['1317'],
  },
  {
    class: 'auth',
    transient: false,
    names: words(`
      EACCES EPERM UNAUTHENTICATED PERMISSION_DENIED JsonWebTokenError TokenExpiredError NotBeforeError AccessDenied
      ExpiredToken ExpiredTokenException NOAUTH WRONGPASS NOPERM ER_ACCESS_DENIED_ERROR ER_DBACCESS_DENIED_ERROR P1000 P1010
      PermissionError NoCredentialsError PartialCredentialsError CredentialRetrievalError TokenRetrievalError
      InvalidClientTokenId SignatureDoesNotMatch UnrecognizedClientException InvalidSignatureException
      PermissionDenied NotAuthenticated AuthenticationFailed NoPermissionError InsufficientPrivilege
      InsufficientPrivilegeError InvalidPassword InvalidPasswordError InvalidAuthorizationSpecification
      ExpiredSignatureError InvalidSignatureError InvalidTokenError InvalidAudienceError Unauthorized Forbidden
      SQLInvalidAuthorizationSpecException PermissionDeniedDataAccessException BadCredentialsException LockedException
      DisabledException AuthenticationCredentialsNotFoundException UsernameNotFoundException InvalidBearerTokenException
      ExpiredJwtException MalformedJwtException JwtException SignatureException InvalidCsrfTokenException
      MissingCsrfTokenException ORA-01017 ORA-01031
      UnauthorizedAccessException SecurityTokenException SecurityTokenExpiredException SecurityException
      InvalidAuthenticityToken NotAuthorizedError ExpiredSignature VerificationError
      TokenMismatchException AccessDeniedHttpException UnauthorizedHttpException`),
    endings: words(`
      UnauthorizedError UnauthorizedException ForbiddenError ForbiddenException AuthenticationError
      AuthorizationError AuthenticationException AuthorizationException AccessDeniedError AccessDeniedException
      PermissionDeniedError PermissionDeniedException`),
    sqlStates: words('28 42501 0P'),
    dbCodes: words('1044 1045 1142 1227 1698 229 4060 18456'),
  },
  {
    class: 'constraint',
    transient: false,
    names: words(`
      EEXIST ENOTEMPTY ALREADY_EXISTS FAILED_PRECONDITION ER_DUP_ENTRY ER_NO_REFERENCED_ROW_2 ER_ROW_IS_REFERENCED_2
      ER_BAD_NULL_ERROR SQLITE_CONSTRAINT SQLITE_CONSTRAINT_UNIQUE SQLITE_CONSTRAINT_PRIMARYKEY
      SQLITE_CONSTRAINT_FOREIGNKEY SQLITE_CONSTRAINT_NOTNULL SQLITE_CONSTRAINT_CHECK
      E11000 11000 P2002 P2003 P2004 P2011 P2014
      IntegrityError FileExistsError DuplicateKeyError ConditionalCheckFailedException ResourceInUseException Conflict
      AlreadyExists
      DataIntegrityViolationException DuplicateKeyException EntityExistsException FileAlreadyExistsException
      DirectoryNotEmptyException ORA-00001 ORA-01400 ORA-02290 ORA-02291 ORA-02292
      RecordNotUnique InvalidForeignKey ConflictHttpException`),
    endings: words(`
      ConstraintError ConstraintViolationException ConflictError ConflictException Violation ViolationError
      AlreadyExistsException AlreadyExistsError`),
    sqlStates: words('23 44'),
    dbCodes: words('1022 1048 1062 1169 1216 1217 1451 1452 1557 1586 3819 515 547 2601 2627'),
  },
  {
    class: 'operation',
    transient: true,
    names: words(`
      ER_LOCK_DEADLOCK SQLITE_BUSY SQLITE_LOCKED EBUSY P2034 OptimisticLockError VersionError ABORTED
      SerializationFailure SerializationError DeadlockDetected DeadlockDetectedError LockNotAvailable
      LockNotAvailableError StaleDataError ReadOnlyError WatchError LockError WorkerLostError
      TransactionConflictException
      SQLTransientException SQLTransactionRollbackException CannotAcquireLockException CannotSerializeTransactionException
      ConcurrencyFailureException DeadlockLoserDataAccessException OptimisticLockingFailureException
      PessimisticLockingFailureException ObjectOptimisticLockingFailureException LockAcquisitionException
      StaleObjectStateException StaleStateException OptimisticLockException PessimisticLockException ORA-00060 ORA-08177
      DbUpdateConcurrencyException
      Deadlocked StaleObjectError PreparedStatementCacheExpired DeadlockException RetryableException`),
    sqlStates: words('40 55P03 55006'),
    dbCodes: words('1205 1213 3572'),
  },
  {
    class: 'not_found',
    transient: false,
    names: words(`
      ENOENT ESRCH ENODEV ENXIO NOT_FOUND NoSuchKey NoSuchBucket P2001 P2015 P2018 P2025
      DoesNotExist ObjectDoesNotExist Http404 Resolver404 NoResultFound Gone
      NoResultException EmptyResultDataAccessException NoSuchFileException NoHandlerFoundException
      NoResourceFoundException UnknownTopicOrPartitionException ORA-01403
      RoutingError NotFoundHttpException`),
    endings: ['NotFoundError', 'NotFoundException', 'NotFound', 'RecordNotFound', 'DoesNotExist'],
    sqlStates: words('02 P0002'),
  },
  {
    class: 'validation',
    transient: false,
    names: words(`
      ZodError CastError ERR_INVALID_URL INVALID_ARGUMENT OUT_OF_RANGE PrismaClientValidationError P2000 P2006 P2012
      JSONDecodeError UnicodeDecodeError UnicodeEncodeError InvalidURL MissingSchema InvalidSchema ContentTypeError
      DataError InvalidTextRepresentation InvalidTextRepresentationError StringDataRightTruncation
      StringDataRightTruncationError NumericValueOutOfRange NumericValueOutOfRangeError DocumentTooLarge
      SuspiciousOperation DisallowedHost RequestDataTooBig ParseError UnsupportedMediaType BadRequest UnprocessableEntity
      UnprocessableContent InvalidArgument
      NumberFormatException DateTimeParseException MalformedURLException URISyntaxException JsonParseException
      JsonMappingException JsonSyntaxException MismatchedInputException InvalidFormatException
      UnrecognizedPropertyException SerializationException SQLDataException MethodArgumentNotValidException
      HttpMessageNotReadableException MissingServletRequestParameterException MethodArgumentTypeMismatchException
      ServerWebInputException HttpMediaTypeNotSupportedException HttpMediaTypeNotAcceptableException
      validation.ConstraintViolationException validation.BindException RecordTooLargeException
      ORA-01438 ORA-01722 ORA-01861 ORA-12899
      json.SyntaxError UnmarshalTypeError NumError CorruptInputError ValidationErrors time.ParseError MaxBytesError
      FormatException JsonException JsonReaderException JsonSerializationException XmlException BadHttpRequestException
      RecordInvalid RecordNotSaved ValueTooLong ActiveRecord::RangeError ParameterMissing UnpermittedParameters
      UnknownFormat ParserError ParsingError UnprocessableContentError
      BadRequestHttpException UnprocessableEntityHttpException UnexpectedValueException`),
    endings: words(`
      ValidationError ValidationException BadRequestError BadRequestException UnprocessableEntityError
      UnprocessableEntityException BadUserInputError`),
    sqlStates: ['22'],
    dbCodes: words('1264 1265 1292 1366 1406 245 2628 8114 8115 8152'),
  },
  {
    class: 'programming',
    transient: false,
    names: words(`
      ERR_ASSERTION ERR_INVALID_ARG_TYPE ERR_INVALID_ARG_VALUE ERR_MISSING_ARGS ERR_OUT_OF_RANGE ERR_INVALID_STATE
      ERR_INVALID_RETURN_VALUE ERR_HTTP_HEADERS_SENT ERR_STREAM_WRITE_AFTER_END ERR_METHOD_NOT_IMPLEMENTED
      ERR_MODULE_NOT_FOUND MODULE_NOT_FOUND ERR_REQUIRE_ESM ERR_PACKAGE_PATH_NOT_EXPORTED UNIMPLEMENTED
      ER_PARSE_ERROR ER_NO_SUCH_TABLE ER_BAD_FIELD_ERROR P2021 P2022 EBADF EFAULT ENOSYS ENOTSOCK
      ModuleNotFoundError ProgrammingError NotSupportedError UndefinedTable UndefinedTableError UndefinedColumn
      UndefinedColumnError UndefinedFunction UndefinedFunctionError NoSuchTableError DetachedInstanceError CompileError
      InvalidRequestError ImproperlyConfigured FieldError TemplateDoesNotExist TemplateSyntaxError NoReverseMatch
      AppRegistryNotReady SynchronousOnlyOperation TransactionManagementError MethodNotAllowed PydanticUserError
      NotRegistered NotImplemented Unimplemented
      ClassNotFoundException NoClassDefFoundError NoSuchMethodError NoSuchFieldError AbstractMethodError LinkageError
      ExceptionInInitializerError StackOverflowError BadSqlGrammarException SQLSyntaxErrorException SQLGrammarException
      SQLFeatureNotSupportedException InvalidDataAccessApiUsageException InvalidDataAccessResourceUsageException
      LazyInitializationException TransactionRequiredException HttpRequestMethodNotSupportedException
      NoSuchBeanDefinitionException UnsatisfiedDependencyException ORA-00904 ORA-00942
      boundsError TypeAssertionError plainError runtime.errorString
      MissingMethodException TypeLoadException AccessViolationException KeyNotFoundException
      UrlGenerationError SystemStackError UninitializedConstant
      TableNotFoundException InvalidFieldNameException SyntaxErrorException MassAssignmentException
      BindingResolutionException RelationNotFoundException MethodNotAllowedHttpException ServiceNotFoundException
      ClassNotFoundError UndefinedMethodError`),
    endings: ['AssertionError', 'NotImplementedError', 'NotImplementedException'],
    sqlStates: words('42 0A 07 26 34 3D 3F'),
    dbCodes: words('1049 1054 1064 1146 1305 102 201 207 208'),
  },
];
