import type { AlertStore } from '../../alerting/alert-store.ts';
import type { ConditionIncident } from '../../alerting/incident.ts';

const pageSize = 1_000;

/** All of what is read in pages, in the order of its keys. */
export async function* inPages<Item>(
  read: (limit: number, after: string) => Promise<readonly Item[]>,
  keyOf: (item: Item) => string,
): AsyncGenerator<Item> {
  let page: readonly Item[];
  let after = '';
  do {
    page = await read(pageSize, after);
    yield* page;
    after = page.length === 0 ? after : keyOf(page.at(-1)!);
  } while (page.length === pageSize);
}

/** Incidents about conditions that fire, whoever found them. */
export function firingConditions(
  store: Pick<AlertStore, 'firingConditions'>,
): AsyncGenerator<ConditionIncident> {
  return inPages(
    (limit, after) => store.firingConditions(limit, after),
    ({ key }) => key,
  );
}
