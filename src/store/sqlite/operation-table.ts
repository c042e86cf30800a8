import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import {
  type EventTrends,
  otherOperations,
  type TrendQuery,
  type TrendSeries,
} from '../../issues/issue-store.ts';
import type { Database } from './database.ts';
import { hourOf, timeOfHour } from './hours.ts';

/** Operations of all services that are told apart in one hour or day; what fails beyond counts as the others of its service. */
const mostOperations = 200;
/** With the services that have others. What fails beyond counts as others of others. */
const mostNames = 250;
/** Hours and days whose counts are known without a look into the table. */
const mostKnown = 48;

/** In hours. */
const lengths = { hour: 1, day: 24 } as const;

/** How many events, by service and operation. */
type Counts = Map<string, number>;
type Failed = Pick<ErrorEvent, 'service' | 'operation' | 'time'>;

/**
 * How many events there were of each operation in each hour, and in each day, so that neither has to be added up. An hour is one row, and
 * so is a day: a transaction writes two, however many operations failed.
 */
export class OperationTable {
  private readonly select: StatementSync;
  private readonly selectRange: StatementSync;
  private readonly upsert: StatementSync;
  private readonly known = new Map<string, Counts>();
  /** Of this transaction, by hour. */
  private readonly added = new Map<number, Counts>();

  constructor(database: Database) {
    this.select = database.prepare('SELECT document FROM operation_counts WHERE hours = ? AND start = ?');
    this.selectRange = database.prepare(
      'SELECT start, document FROM operation_counts WHERE hours = ? AND start BETWEEN ? AND ?',
    );
    this.upsert = database.prepare(`
      INSERT INTO operation_counts (hours, start, document) VALUES (?, ?, ?)
      ON CONFLICT (hours, start) DO UPDATE SET document = excluded.document`);
  }

  note({ service, operation, time }: Failed): void {
    const hour = hourOf(time);
    let counts = this.added.get(hour);
    if (counts === undefined) this.added.set(hour, (counts = new Map()));
    addTo(counts, nameOf(service, operation), 1);
  }

  /** To be called at the end of the transaction. */
  write(): void {
    for (const [hour, added] of this.added) {
      for (const hours of Object.values(lengths)) {
        const start = Math.floor(hour / hours) * hours;
        const counts = this.countsOf(hours, start);
        for (const [name, count] of added) addTo(counts, countedAs(name, counts), count);
        this.upsert.run(hours, start, JSON.stringify([...counts]));
      }
    }
    this.added.clear();
  }

  /** To be called if the transaction fails. */
  forget(): void {
    this.added.clear();
    this.known.clear();
  }

  trends({ by, interval, since, until, service, limit }: TrendQuery): EventTrends {
    const hours = lengths[interval];
    const first = Math.floor(hourOf(since) / hours) * hours;
    const last = Math.floor(hourOf(until) / hours) * hours;
    const slots = (last - first) / hours + 1;
    const of = service === undefined ? undefined : nameOf(service, '');
    const byName = new Map<string, TrendSeries & { counts: number[] }>();
    for (const { start, counts } of this.range(hours, first, last)) {
      const slot = (start - first) / hours;
      for (const [name, count] of counts) {
        if (of !== undefined && !name.startsWith(of)) continue;
        const key = by === 'service' ? partsOf(name)[0] : name;
        let series = byName.get(key);
        if (series === undefined)
          byName.set(key, (series = { ...named(name, by), total: 0, counts: Array<number>(slots).fill(0) }));
        series.total += count;
        series.counts[slot]! += count;
      }
    }
    const all = [...byName.values()];
    return {
      times: Array.from({ length: slots }, (_, slot) => timeOfHour(first + slot * hours)),
      total: all.reduce((sum, { total }) => sum + total, 0),
      series: all.sort(byMost).slice(0, limit),
    };
  }

  /** Events of all operations in these hours. */
  count(firstHour: number, lastHour: number): number {
    let events = 0;
    for (const { counts } of this.range(lengths.hour, firstHour, lastHour))
      for (const count of counts.values()) events += count;
    return events;
  }

  private range(hours: number, first: number, last: number): { start: number; counts: Counts }[] {
    return this.selectRange.all(hours, first, last).map(({ start, document }) => {
      return { start: Number(start), counts: readCounts(document) };
    });
  }

  private countsOf(hours: number, start: number): Counts {
    const key = `${hours}/${start}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const counts = readCounts(this.select.get(hours, start)?.['document'] ?? '[]');
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.set(key, counts);
    return counts;
  }
}

function named(name: string, by: TrendQuery['by']): Pick<TrendSeries, 'service' | 'operation'> {
  const [service, operation] = partsOf(name);
  return by === 'service' ? { service } : { service, operation };
}

/** As which an operation counts beside those that do. */
function countedAs(name: string, counts: Counts): string {
  if (counts.has(name) || counts.size < mostOperations) return name;
  const others = nameOf(partsOf(name)[0], otherOperations);
  if (counts.has(others) || counts.size < mostNames) return others;
  return nameOf(otherOperations, otherOperations);
}

function addTo(counts: Counts, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function readCounts(document: unknown): Counts {
  return new Map(JSON.parse(String(document)) as [name: string, count: number][]);
}

/** Of as many, by their names. */
function byMost(one: TrendSeries, other: TrendSeries): number {
  const [name, otherName] = [one, other].map(({ service, operation = '' }) => nameOf(service, operation));
  return other.total - one.total || (name! < otherName! ? -1 : 1);
}

function nameOf(service: string, operation: string): string {
  return `${service}\n${operation}`;
}

function partsOf(name: string): [service: string, operation: string] {
  const end = name.indexOf('\n');
  return [name.slice(0, end), name.slice(end + 1)];
}
