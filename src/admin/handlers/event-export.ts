import type { ErrorEvent } from '../../errors/error-event.ts';
import type { EventQuery, IssueStore } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Caller } from '../contract/route.ts';
import { type EventFormat, eventFormats } from '../export/event-formats.ts';
import { sendPieces } from '../pieces.ts';
import { Problem } from '../problem.ts';
import type { Handlers } from '../routes.ts';
import { eventAnswer } from './event-answer.ts';
import { eventQuery } from './event-query.ts';
import { defined } from './page-answer.ts';
import { time } from './time.ts';

export interface EventExportDependencies {
  clock: Clock;
  store: Pick<IssueStore, 'listEvents'>;
}

/** Each has two pages in memory. */
const mostExports = 4;
/** Events of one call: the store answers others in between, and the thread that writes them down takes requests in. */
const pageLimit = 100;

export function eventExportHandlers({ clock, store }: EventExportDependencies): Handlers<'exportEvents'> {
  let underWay = 0;
  return {
    exportEvents: async ({ caller, query: { format: name, ...filters } }, message, response) => {
      if (underWay >= mostExports)
        throw new Problem(503, `${mostExports} exports are under way: come again later`, {
          'retry-after': '5',
        });
      underWay++;
      try {
        const format: EventFormat = eventFormats[name];
        const pages = eventPages(store, eventQuery(filters, clock));
        // What cannot be read at all is told as a problem.
        const first = await pages.next();
        response.writeHead(200, {
          'content-type': format.contentType,
          'content-disposition': `attachment; filename="${fileName(clock.now(), name)}"`,
        });
        if (message.method === 'HEAD') response.end();
        else await sendPieces(response, written(format, first, pages, caller));
      } finally {
        underWay--;
      }
    },
  };
}

type Pages = AsyncGenerator<readonly ErrorEvent[], undefined>;

async function* eventPages(
  store: EventExportDependencies['store'],
  query: Omit<EventQuery, 'limit' | 'cursor'>,
): Pages {
  let cursor: string | undefined;
  do {
    const page = await store.listEvents({ ...query, limit: pageLimit, ...defined({ cursor }) });
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** @throws Error when the caller may not go on */
async function* written(
  { begin, between, end, write }: EventFormat,
  first: IteratorResult<readonly ErrorEvent[], undefined>,
  rest: Pages,
  caller: Caller,
): AsyncGenerator<string> {
  let before = begin;
  for (let page = first; page.done !== true; page = await rest.next()) {
    if (!caller.isAllowed())
      throw new Error(`the session of ${caller.name} ended in the middle of an export`);
    if (page.value.length === 0) continue;
    yield before + page.value.map((event) => write(eventAnswer(event))).join(between);
    before = between;
  }
  yield (before === begin ? begin : '') + end;
}

/** By the time, without what some file systems do not take. */
function fileName(now: number, extension: string): string {
  return `tocsin-events-${time(now).slice(0, 19).replaceAll(':', '-')}Z.${extension}`;
}
