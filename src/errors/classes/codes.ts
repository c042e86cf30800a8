/** What libraries write into their messages besides prose. */
export interface CodesOfMessage {
  /** Written in capitals: `ECONNREFUSED`, `ERR_INVALID_URL`, `P2002`, `ORA-00001`; and the whole message, if it is one word. */
  names: readonly string[];
  /** A name of a type, where a library has one for all failures and names the failure in its message. */
  type: string | undefined;
  sqlState: string | undefined;
  http: number | undefined;
  grpc: number | undefined;
}

export function codesIn(message: string): CodesOfMessage {
  const grpc = first(grpcCode, message);
  const http = first(httpCode, message);
  return {
    names: message.match(capitals) ?? (oneWord.test(message) ? [message] : []),
    type: first(awsError, message),
    sqlState: first(sqlState, message),
    http: http === undefined ? undefined : Number(http),
    grpc: grpc === undefined ? undefined : grpcNumber(grpc),
  };
}

const capitals = /\b[A-Z][A-Z\d_]{3,40}(?:-\d{5})?\b/g;
const oneWord = /^[A-Za-z_]{3,32}$/;

/** botocore's `ClientError` and the SDK for Go. */
const awsError = /\b(?:An error occurred \(|api error )(\w{3,64})/;

/** `SQLSTATE[23000]` of PDO, `(SQLSTATE 23505)` of pgx, `23505: …` of Npgsql, `Error 1062 (23000): …` of Go's driver of MySQL. */
const sqlState =
  /\b(?:SQLSTATE|SqlState|SQLState|SQL state)[ :=[]{1,2}([\dA-Z]{5})\b|^(?=[A-Z]{0,4}\d)([\dA-Z]{5}): |^Error \d{4} \(([\dA-Z]{5})\)/;

/**
 * `status code 404` of axios and .NET, `HTTP Error 404` of urllib, `404 Client Error` of requests, `'404 Not Found'` of httpx, Guzzle,
 * Spring and reqwest, `404, message=` of aiohttp.
 */
const httpCode =
  /\b(?:[Ss]tatus(?:[ -]?[Cc]ode)?|HTTP(?: Error)?|success)[:= ]{1,2}([45]\d\d)\b|(?:^|["'`(])([45]\d\d)(?: [A-Z][a-z]|, message=)/;

/** `14 UNAVAILABLE: …` of grpc-js, `code = Unavailable` of Go, `StatusCode="Unavailable"` of .NET, `status: Unavailable` of tonic. */
const grpcCode = /^(\d{1,2}) [A-Z_]{2,20}:|\b(?:code = |StatusCode="|status: )([A-Z][A-Za-z]{1,20})\b/;

/** In the order of their numbers, from 1 on (https://grpc.io/docs/guides/status-codes/). */
const grpcNames =
  `Canceled Unknown InvalidArgument DeadlineExceeded NotFound AlreadyExists PermissionDenied ResourceExhausted FailedPrecondition
   Aborted OutOfRange Unimplemented Internal Unavailable DataLoss Unauthenticated`.split(/\s+/);
const grpcNumbers = new Map(grpcNames.map((name, i) => [name, i + 1]));

function grpcNumber(code: string): number | undefined {
  return /^\d/.test(code) ? Number(code) : grpcNumbers.get(code.replace('Cancelled', 'Canceled'));
}

function first(pattern: RegExp, text: string): string | undefined {
  const match = pattern.exec(text);
  return match?.slice(1).find((group) => group !== undefined);
}
