import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classify } from '../../src/errors/class.ts';
import { classTable } from '../../src/errors/class-table.ts';
import { errorClasses } from '../../src/errors/error-event.ts';
import { byLanguage, type Row } from './class-languages.ts';
import { fastestMillis } from './hostile.ts';

const rows: readonly Row[] = [
  // by the type, which is the error's code if it has one
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432', 'connection *'],
  ['ECONNRESET', 'socket hang up', 'connection *'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND db', 'connection'],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN db', 'connection *'],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'connection'],
  ['ETIMEDOUT', 'connect ETIMEDOUT 10.0.0.1:443', 'timeout *'],
  ['UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error', 'timeout *'],
  ['TimeoutError', 'The operation was aborted due to timeout', 'timeout *'],
  ['23', 'The operation was aborted due to timeout', 'timeout *'],
  ['timeout', '', 'timeout *'],
  ['java.net.SocketTimeoutException', 'Read', 'timeout *'],
  ['AbortError', 'This operation was aborted', 'cancelled'],
  ['20', 'This operation was aborted', 'cancelled'],
  ['ERR_CANCELED', 'canceled', 'cancelled'],
  ['TypeError', "Cannot read properties of undefined (reading 'id')", 'programming'],
  ['ReferenceError', 'x is not defined', 'programming'],
  ['RangeError', 'Maximum call stack size exceeded', 'programming'],
  ['ERR_INVALID_ARG_TYPE', 'The "path" argument must be of type string', 'programming'],
  ['MODULE_NOT_FOUND', "Cannot find module 'x'", 'programming'],
  ['42P01', 'relation "carts" does not exist', 'programming'],
  ['ValidationError', 'name is required', 'validation'],
  ['ZodError', '[]', 'validation'],
  ['NotFoundError', 'no such order', 'not_found'],
  ['ENOENT', "ENOENT: no such file or directory, open '/x'", 'not_found'],
  ['ActiveRecord::RecordNotFound', '', 'not_found'],
  ['P2025', 'Record to update not found', 'not_found'],
  ['23505', 'duplicate key value', 'constraint'],
  ['ER_DUP_ENTRY', "Duplicate entry 'a'", 'constraint'],
  ['SequelizeUniqueConstraintError', 'Validation error', 'constraint'],
  ['11000', 'E11000 duplicate key error', 'constraint'],
  ['40P01', 'deadlock detected', 'operation *'],
  ['SQLITE_BUSY', 'database is locked', 'operation *'],
  ['QueryFailedError', 'something', 'operation'],
  ['JsonWebTokenError', 'jwt malformed', 'auth'],
  ['EACCES', 'EACCES: permission denied', 'auth'],
  ['28P01', 'password authentication failed', 'auth'],
  ['App\\Http\\ForbiddenException', '', 'auth'],
  ['ThrottlingException', 'Rate exceeded', 'rate_limited *'],
  ['EMFILE', 'too many open files', 'resource_exhausted *'],
  ['ENOSPC', 'no space left on device', 'resource_exhausted'],
  ['53300', 'sorry, too many clients already', 'resource_exhausted *'],
  // by a code in the message
  ['Error', 'connect ECONNREFUSED 10.0.0.5:5432', 'connection *'],
  ['FetchError', 'request to http://x/ failed, reason: read ECONNRESET', 'connection *'],
  ['MongoServerError', 'E11000 duplicate key error collection: a.b', 'constraint'],
  ['Error', '14 UNAVAILABLE: No connection established', 'connection *'],
  ['14', '14 UNAVAILABLE: No connection established', 'connection *'],
  ['Error', '13 INTERNAL: Received RST_STREAM', 'operation'],
  ['8', 'quota', 'resource_exhausted *'],
  // by a phrase, before a type that says little
  ['TypeError', 'fetch failed', 'connection *'],
  ['AxiosError', 'timeout of 1000ms exceeded', 'timeout *'],
  ['Error', 'Query read timed out', 'timeout *'],
  ['QueryFailedError', 'insert violates foreign key constraint "x"', 'constraint'],
  ['QueryFailedError', 'SQLITE_CONSTRAINT: UNIQUE constraint failed: users.email', 'constraint'],
  ['SyntaxError', 'Unexpected token \'<\', "<html>" is not valid JSON', 'validation'],
  ['SyntaxError', "Unexpected identifier 'x'", 'programming'],
  ['Error', 'Too many requests, slow down', 'rate_limited *'],
  ['Error', 'JavaScript heap out of memory', 'resource_exhausted'],
  // by a status
  ['AxiosError', 'Request failed with status code 429', 'rate_limited *'],
  ['AxiosError', 'Request failed with status code 503', 'connection *'],
  ['HTTP 404', 'GET answered 404', 'not_found'],
  ['gRPC 16', '', 'auth'],
  ['Error', '', 'validation', { httpStatusCode: 400 }],
  ['Error', '', 'auth', { httpStatusCode: 401 }],
  ['Error', '', 'timeout *', { httpStatusCode: 504 }],
  ['Error', '', 'constraint', { httpStatusCode: 409 }],
  ['Error', '', 'cancelled', { httpStatusCode: 499 }],
  ['Error', '', 'operation', { httpStatusCode: 500 }],
  ['Error', '', 'connection *', { httpStatusCode: 502 }],
  ['Error', '', 'timeout *', { grpcStatusCode: 4 }],
  ['Error', '', 'cancelled', { grpcStatusCode: 1 }],
  ['Error', '', 'programming', { grpcStatusCode: 12 }],
  ['Error', '', 'unknown', { grpcStatusCode: 2 }],
  ['Error', '', 'unknown', { grpcStatusCode: 0, httpStatusCode: 200 }],
  // what happened says more than what was answered for it
  ['TypeError', 'x is not a function', 'programming', { httpStatusCode: 500 }],
  ['Error', 'connect ECONNREFUSED 10.0.0.5:5432', 'connection *', { httpStatusCode: 500 }],
  ['ValidationError', '', 'validation', { httpStatusCode: 500 }],
  // nothing known
  ['Error', 'boom', 'unknown'],
  ['Error', '7', 'unknown'],
  ['', '', 'unknown'],
  ['Error', 'econnrefused is not shouted', 'unknown'],
];

for (const [language, table] of Object.entries({ node: rows, ...byLanguage })) {
  for (const [type, message, wanted, codes] of table) {
    test(`${language}: ${type} "${message}" ${codes === undefined ? '' : JSON.stringify(codes)} is ${wanted}`, () => {
      const found = classify({ type, message, ...codes });
      assert.equal(`${found.class}${found.transient ? ' *' : ''}`, wanted);
    });
  }
}

test('has a row for every class that can be told', () => {
  const told = new Set(classTable.map((row) => row.class));
  assert.deepEqual(
    errorClasses.filter((name) => !told.has(name)),
    ['unknown'],
  );
});

test('lists no name and no code twice, and phrases as they are compared', () => {
  for (const field of ['names', 'endings', 'phrases', 'sqlStates', 'dbCodes', 'http', 'grpc'] as const) {
    const all = classTable.flatMap((row): readonly unknown[] => row[field] ?? []);
    assert.equal(new Set(all).size, all.length, field);
  }
  for (const phrase of classTable.flatMap((row) => row.phrases ?? [])) {
    assert.equal(phrase, phrase.toLowerCase());
  }
});

for (const unit of ['A', 'AB ', '_', 'status code ', '1', '\0', '\ud800', '.', 'İ']) {
  test(`reads a megabyte of ${JSON.stringify(unit)} in no time`, () => {
    const text = unit.repeat(2 ** 20);
    assert.ok(fastestMillis(() => classify({ type: text, message: text })) < 50);
  });
}

test('takes little time for a message that says nothing, of a type that is not known', () => {
  const facts = {
    type: 'ChargeFailed',
    message: 'Could not charge the customer 4711: the provider said no to card visa',
  };
  const millis = fastestMillis(() => {
    for (let i = 0; i < 10_000; i++) classify(facts);
  });
  // 3 µs each on a machine that has nothing else to do.
  assert.ok(millis < 150, `${millis} ms`);
});
