import { type ClassRow, classTable } from './class-table.ts';
import { remembered } from './remembered.ts';

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
  const row = classTable[firstFit(facts)];
  return row === undefined
    ? { class: 'unknown', transient: false }
    : { class: row.class, transient: row.transient };
}

/** In UTF-16 units. */
const maxRead = 4096;

/** The place of the first row that fits; past all of them if none does. */
function firstFit({ type, message, httpStatusCode, grpcStatusCode }: ClassFacts): number {
  const said = saidByType(type.slice(0, maxRead));
  const read = message.slice(0, maxRead);
  let first = said.place;
  const found = (place: number | undefined): void => {
    if (place !== undefined && place < first) first = place;
  };
  const http = httpStatusCode ?? said.http ?? numberIn(read, httpMessage);
  const grpc = grpcStatusCode ?? said.grpc ?? numberIn(read, grpcMessage);
  if (http !== undefined) found(rows.http.get(http));
  if (grpc !== undefined) found(rows.grpc.get(grpc));
  if (first > 0) for (const name of read.match(code) ?? []) found(rows.names.get(name));
  found(firstPhrase(first, read));
  return first;
}

interface SaidByType {
  /** Of the first row that has the name, or an ending of it. */
  place: number;
  http: number | undefined;
  grpc: number | undefined;
}

/** Types are few and come again. */
const saidByType = remembered({ most: 256, longest: 256 }, (type): SaidByType => {
  const name = withoutPackage(type);
  const byName = rows.names.get(name) ?? classTable.length;
  const byEnding = rows.endings.find(({ text }) => name.endsWith(text))?.place ?? classTable.length;
  return {
    place: Math.min(byName, byEnding),
    http: numberIn(name, httpType),
    grpc: numberIn(name, grpcType),
  };
});

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

/** Of the phrases whose rows come before `end`. */
function firstPhrase(end: number, message: string): number | undefined {
  if (rows.phrases[0]!.place >= end) return undefined;
  const text = message.toLowerCase();
  return rows.phrases.find(({ text: phrase, place }) => place < end && text.includes(phrase))?.place;
}
