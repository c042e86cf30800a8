import { WordSearch } from '../match/word-search.ts';
import { type ClassRow, classTable } from './class-table.ts';
import { codesIn } from './classes/codes.ts';
import { remembered } from '../runtime/remembered.ts';

export interface ClassFacts {
  /** `exception.type` or `error.type`. */
  type: string;
  message: string;
  httpStatusCode?: number;
  grpcStatusCode?: number;
  /** `db.response.status_code`: an SQLSTATE, or a code of the database's own. */
  dbStatusCode?: string;
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
/** Of which the end is the name. */
const longestType = 256;

/** The place of the first row that fits; past all of them if none does. */
function firstFit({ type, message, httpStatusCode, grpcStatusCode, dbStatusCode }: ClassFacts): number {
  const said = saidByType(type.slice(-longestType));
  // No row comes before the first, whatever the message says.
  if (said.place === 0) return 0;
  const read = message.slice(0, maxRead);
  const codes = codesIn(read);
  let first = Math.min(
    said.place,
    placeOf(rows.http, httpStatusCode ?? said.http ?? codes.http),
    placeOf(rows.grpc, grpcStatusCode ?? said.grpc ?? codes.grpc),
    placeOfDatabase(dbStatusCode ?? codes.sqlState),
  );
  for (const name of codes.names) first = Math.min(first, placeOf(rows.names, name));
  if (codes.type !== undefined) first = Math.min(first, saidByType(codes.type).place);
  rows.phrases.search(read, (place, _, end) => {
    first = Math.min(first, place);
    return end;
  });
  return first;
}

function placeOf<T>(places: ReadonlyMap<T, number>, clue: T | undefined): number {
  return (clue === undefined ? undefined : places.get(clue)) ?? none;
}

function placeOfDatabase(code: string | undefined): number {
  if (code === undefined) return none;
  const known = rows.names.get(code) ?? rows.dbCodes.get(code) ?? rows.sqlStates.get(code);
  return known ?? (sqlState.test(code) ? placeOf(rows.sqlStates, code.slice(0, 2)) : none);
}

const sqlState = /^[\dA-Z]{5}$/;

interface SaidByType {
  /** Of the row that has the name, or else of the first that has an ending of it. */
  place: number;
  http: number | undefined;
  grpc: number | undefined;
}

/** Types are few and come again. */
const saidByType = remembered({ most: 256, longest: longestType }, (type): SaidByType => {
  const [name, qualified] = namesOf(type);
  const byEnding = rows.endings.find(({ text }) => name.endsWith(text))?.place ?? none;
  const byName = rows.names.get(qualified) ?? rows.names.get(name);
  return {
    place: byName ?? Math.min(byEnding, sqlState.test(name) ? placeOfDatabase(name) : none),
    http: numberIn(name, httpType),
    grpc: numberIn(name, grpcType),
  };
});

const httpType = /^HTTP (\d{3})$/;
/** The errors of grpc-js have only the number as their code. */
const grpcType = /^(?:gRPC )?(\d{1,2})$/;

function numberIn(text: string, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * `java.net.SocketTimeoutException`, `ActiveRecord::RecordNotFound`, `HttpClientErrorException$NotFound` and `*url.Error`: the name alone,
 * and with what stands right before it.
 */
function namesOf(type: string): [name: string, qualified: string] {
  const name = /[^.:\\$/]*$/.exec(type)![0];
  const qualified = /[^.:\\$/*]+[.:\\$/]+[^.:\\$/]*$/.exec(type)?.[0];
  return [name, qualified ?? name];
}

/** Past all rows. */
const none = classTable.length;

/** Rows of the table, as their place in it, by what they are found by; of two rows the first. */
const rows = {
  names: indexOf((row) => row.names),
  endings: Array.from(
    indexOf((row) => row.endings),
    ([text, place]) => ({ text, place }),
  ),
  phrases: new WordSearch(indexOf((row) => row.phrases)),
  sqlStates: indexOf((row) => row.sqlStates),
  dbCodes: indexOf((row) => row.dbCodes),
  http: indexOf((row) => row.http),
  grpc: indexOf((row) => row.grpc),
};

function indexOf<T>(clues: (row: ClassRow) => readonly T[] | undefined): ReadonlyMap<T, number> {
  const places = new Map<T, number>();
  for (const [place, row] of classTable.entries())
    for (const clue of clues(row) ?? []) places.set(clue, places.get(clue) ?? place);
  return places;
}
