import type { EventAnswer } from '../contract.ts';
import { csvLine } from './csv.ts';

/** How events are written one after the other. */
export interface EventFormat {
  contentType: string;
  begin: string;
  /** Between two events. */
  between: string;
  end: string;
  write: (event: EventAnswer) => string;
}

/** Columns, which are the properties of the API; frames and causes are in the stack. */
const columns = [
  'id',
  'issue_id',
  'time',
  'service',
  'severity',
  'class',
  'component',
  'type',
  'message',
  'operation',
  'trace_id',
  'span_id',
  'job_id',
  'job_name',
  'support_code',
  'attributes',
  'stack',
] as const satisfies readonly (keyof EventAnswer)[];

export const eventFormats = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    begin: csvLine(columns),
    between: '',
    end: '',
    write: (event) => csvLine(columns.map((column) => cellOf(event[column]))),
  },
  json: {
    contentType: 'application/json; charset=utf-8',
    begin: '[',
    between: ',\n',
    end: ']\n',
    write: (event) => JSON.stringify(event),
  },
} as const satisfies Record<string, EventFormat>;

function cellOf(value: EventAnswer[(typeof columns)[number]]): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}
