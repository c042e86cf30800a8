import type { ErrorEvent } from '../../errors/error-event.ts';
import { type EventFacts, joinEvent } from './packed-events.ts';
import type { Row } from './selection.ts';
import { readStack } from './stack-table.ts';

/** A column beside `document`, for `readEvent`. */
export const stackDocument =
  '(SELECT stacks.document FROM stacks WHERE stacks.id = events.stack_id) AS stack';

export function readEvent(row: Row): ErrorEvent {
  const document: unknown = JSON.parse(String(row['document']));
  return row['stack'] === null
    ? (document as ErrorEvent)
    : joinEvent(document as EventFacts, readStack(row['stack']));
}
