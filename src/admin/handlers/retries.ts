import type { DependencyRetries } from '../../derive/retries/dependency-retries.ts';
import type { RetriesAnswer } from '../contract.ts';
import type { Handlers } from '../routes.ts';
import { keyedPage } from './keyed-page.ts';
import { pageAnswer } from './page-answer.ts';
import { time } from './time.ts';

export interface RetryHandlersDependencies {
  /** In any order. */
  retries: () => readonly DependencyRetries[];
}

export function retryHandlers({ retries }: RetryHandlersDependencies): Handlers<'listRetries'> {
  return {
    listRetries: ({ query: { service, dependency, sort, limit, cursor } }) => {
      const found = retries().filter(
        (each) =>
          (service ?? each.service) === each.service && (dependency ?? each.dependency) === each.dependency,
      );
      if (sort === 'name') return pageAnswer(keyedPage(found, keyOf, limit, cursor), retriesAnswer);
      const items = found
        .toSorted((a, b) => b.retries - a.retries || b.attempts - a.attempts)
        .slice(0, limit);
      return { items: items.map(retriesAnswer), next_cursor: null };
    },
  };
}

function keyOf({ service, dependency }: DependencyRetries): string {
  return JSON.stringify([service, dependency]);
}

function retriesAnswer({ amplification, stormSince, ...counts }: DependencyRetries): RetriesAnswer {
  return {
    ...counts,
    amplification_ratio: amplification,
    storm_since: stormSince === undefined ? null : time(stormSince),
  };
}
