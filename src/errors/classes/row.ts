import type { ErrorClass } from '../error-event.ts';

export interface ClassRow {
  class: ErrorClass;
  /** Whether the same call may well succeed when it is made again. */
  transient: boolean;
  /**
   * Names of exception types, without their package or with the last part of it where that tells them apart (`json.SyntaxError`),
   * and codes of errors: OpenTelemetry's SDK for JavaScript gives the code as the type where an error has one.
   */
  names?: readonly string[];
  /** With these ends a type's name, whatever it begins with, unless it is listed itself. */
  endings?: readonly string[];
  /** Parts of messages, in lower case; `0` stands for any digit. */
  phrases?: readonly string[];
  /** SQLSTATEs (ISO/IEC 9075, appendix A of PostgreSQL's manual), and their classes, which are the first two characters. */
  sqlStates?: readonly string[];
  /** Numbers that databases give instead of an SQLSTATE: MySQL's from 1000 on, SQL Server's. */
  dbCodes?: readonly string[];
  /** Status codes of HTTP (RFC 9110, RFC 6585; 499 is nginx's). */
  http?: readonly number[];
  /** Status codes of gRPC (https://grpc.io/docs/guides/status-codes/). */
  grpc?: readonly number[];
}

export function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
