import { type ClassRow, words } from './row.ts';

/** Types that also wrap what went wrong elsewhere, so they count only where neither name nor phrase says more. */
export const byGeneralName: readonly ClassRow[] = [
  {
    class: 'cancelled',
    transient: false,
    // .NET's are thrown for a timeout too, and PostgreSQL's for that of a statement.
    names: words('TaskCanceledException OperationCanceledException QueryCanceled QueryCanceledError'),
  },
  {
    class: 'programming',
    transient: false,
    names: words(`
      TypeError ReferenceError SyntaxError RangeError EvalError URIError InternalError
      AttributeError KeyError IndexError LookupError NameError UnboundLocalError ImportError IndentationError RecursionError
      ZeroDivisionError OverflowError StopIteration StopAsyncIteration
      NullPointerException KotlinNullPointerException ClassCastException IndexOutOfBoundsException
      ArrayIndexOutOfBoundsException StringIndexOutOfBoundsException ArrayStoreException NegativeArraySizeException
      ArithmeticException IllegalStateException UnsupportedOperationException ConcurrentModificationException
      NoSuchElementException UninitializedPropertyAccessException MatchError
      NullReferenceException InvalidCastException IndexOutOfRangeException ArgumentNullException
      ArgumentOutOfRangeException InvalidOperationException ObjectDisposedException NotSupportedException
      DivideByZeroException
      NoMethodError FrozenError FiberError LocalJumpError LoadError NoMatchingPatternError NoMatchingPatternKeyError
      DivisionByZeroError ArithmeticError ArgumentCountError UnhandledMatchError LogicException BadMethodCallException
      BadFunctionCallException OutOfBoundsException OutOfRangeException LengthException`),
  },
  {
    // An argument that was refused: more often than not it came from outside.
    class: 'validation',
    transient: false,
    names: words(`
      ValueError UnicodeError IllegalArgumentException ArgumentException ArgumentError InvalidArgumentException
      DomainException OverflowException`),
  },
  {
    class: 'connection',
    transient: true,
    names: words(`
      MaxRetryError ProtocolError URLError
      ResourceAccessException WebClientRequestException
      net.OpError url.Error net.AddrError
      SocketError TransportException`),
  },
];

/** Types of databases and of the file system, of which no more is known. */
export const byFamily: readonly ClassRow[] = [
  {
    class: 'operation',
    transient: false,
    names: words(`
      EIO EROFS EISDIR ENOTDIR EINVAL EXDEV ELOOP EFBIG EMLINK ENAMETOOLONG EMSGSIZE ENOTSUP ESTALE ETXTBSY
      ERR_SQLITE_ERROR QueryFailedError PrismaClientKnownRequestError PrismaClientUnknownRequestError
      MongoServerError SqliteError ReplyError
      OSError IOError IsADirectoryError NotADirectoryError OperationalError InterfaceError DBAPIError StatementError
      PendingRollbackError MultipleResultsFound MultipleObjectsReturned ResponseError OperationFailure
      BulkWriteError PyMongoError TooManyRedirects MaxRetriesExceededError
      IOException DataAccessException JpaSystemException TransactionSystemException UnexpectedRollbackException
      PersistenceException HibernateException GenericJDBCException BatchUpdateException RollbackException
      NonUniqueResultException IncorrectResultSizeDataAccessException MongoWriteException MongoCommandException
      CommitFailedException
      PgError MySQLError fs.PathError os.PathError PathError LinkError SyscallError ExitError exec.Error
      SqlException NpgsqlException PostgresException MySqlException DbUpdateException DbException RedisServerException
      StatementInvalid Mysql2::Error PG::Error CommandError
      PDOException QueryException DriverException ORMException MaxAttemptsExceededException`),
    endings: ['DatabaseError', 'DatabaseException', 'SQLException'],
    sqlStates: words('25 55 57 58 HY P0 XX'),
  },
];
