import { type ClassRow, classTable } from './class-table.ts';

export interface ClassFacts {
  /** `exception.type` or `error.type`. */
  type: string;
  message: string;
  httpStatusCode?: number;
  grpcStatusCode?: number;
}

export type Classification = Pick<ClassRow, 'class' | 'transient'>;

/** What kind of failure it was. Where nothing is known it is `unknown`, and not transient. */
export function classify(facts: ClassFacts): Classification {
  const clues = cluesIn(facts);
  const row = classTable[firstFit(clues)];
  return row === undefined
    ? { class: 'unknown', transient: false }
    : { class: row.class, transient: row.transient };
}

interface Clues {
  type: string;
  /** The type, and the words of the message that are codes. */
  names: ReadonlySet<string>;
  /** The message in lower case. */
  text: string;
  http: number | undefined;
  grpc: number | undefined;
}

/** In UTF-16 units. */
const maxRead = 4096;

function cluesIn({ type, message, httpStatusCode, grpcStatusCode }: ClassFacts): Clues {
  const name = withoutPackage(type.slice(0, maxRead));
  const read = message.slice(0, maxRead);
  return {
    type: name,
    names: new Set([name, ...(read.match(code) ?? [])]),
    text: read.toLowerCase(),
    http: httpStatusCode ?? numberIn(name, httpType) ?? numberIn(read, httpMessage),
    grpc: grpcStatusCode ?? numberIn(name, grpcType) ?? numberIn(read, grpcMessage),
  };
}

/** Written in capitals: `ECONNREFUSED`, `ERR_INVALID_URL`, `P2002`. */
const code = /\b[A-Z][A-Z\d_]{3,40}\b/g;

/** HTTP clients say the status in the message if nowhere else. */
const httpType = /^HTTP (\d{3})$/;
const httpMessage = /\bstatus code:? (\d{3})\b/;

/** The errors of grpc-js have only the number as their code, and messages such as `14 UNAVAILABLE: …`. */
const grpcType = /^(?:gRPC )?(\d{1,2})$/;
const grpcMessage = /^(\d{1,2}) [A-Z_]{2,20}:/;

function numberIn(text: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** `java.net.SocketTimeoutException` and `ActiveRecord::RecordNotFound` without what stands before the name. */
function withoutPackage(type: string): string {
  return type.slice(Math.max(type.lastIndexOf('.'), type.lastIndexOf(':'), type.lastIndexOf('\\')) + 1);
}

/** Rows of the table, as their place in it, by what they are found by; of two rows the first. */
const rows = {
  names: indexOf((row) => row.names),
  endings: cluesOf((row) => row.endings),
  phrases: cluesOf((row) => row.phrases),
  http: indexOf((row) => row.http),
  grpc: indexOf((row) => row.grpc),
};

function indexOf<T>(clues: (row: ClassRow) => readonly T[] | undefined): ReadonlyMap<T, number> {
  const places = new Map<T, number>();
  for (const [place, row] of classTable.entries())
    for (const clue of clues(row) ?? []) places.set(clue, places.get(clue) ?? place);
  return places;
}

interface Clue {
  text: string;
  place: number;
}

/** In the order of the rows. */
function cluesOf(clues: (row: ClassRow) => readonly string[] | undefined): readonly Clue[] {
  return [...indexOf(clues)].map(([text, place]) => ({ text, place }));
}

/** The place of the first row that fits; past all of them if none does. */
function firstFit({ names, type, text, http, grpc }: Clues): number {
  let first = classTable.length;
  const found = (place: number | undefined): void => {
    if (place !== undefined && place < first) first = place;
  };
  for (const name of names) found(rows.names.get(name));
  if (http !== undefined) found(rows.http.get(http));
  if (grpc !== undefined) found(rows.grpc.get(grpc));
  found(firstBefore(first, rows.endings, (ending) => type.endsWith(ending)));
  found(firstBefore(first, rows.phrases, (phrase) => text.includes(phrase)));
  return first;
}

/** @param clues with rising places */
function firstBefore(
  end: number,
  clues: readonly Clue[],
  fits: (text: string) => boolean,
): number | undefined {
  const found = clues.find(({ text, place }) => place >= end || fits(text));
  return found === undefined || found.place >= end ? undefined : found.place;
}
