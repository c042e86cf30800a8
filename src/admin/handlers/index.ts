import { describeApi } from '../openapi.ts';
import type { Handlers } from '../routes.ts';
import type { EventStreams } from '../stream/event-streams.ts';
import { type AdviceHandlersDependencies, adviceHandlers } from './advice.ts';
import { type AlertHandlersDependencies, alertHandlers } from './alerts.ts';
import { type BreakerHandlersDependencies, breakerHandlers } from './breakers.ts';
import { eventExportHandlers } from './event-export.ts';
import { type IssueHandlersDependencies, issueHandlers } from './issues.ts';
import { type LedgerHandlersDependencies, ledgerHandlers } from './ledger.ts';
import { type NoiseHandlersDependencies, noiseHandlers } from './noise.ts';
import { type RetryHandlersDependencies, retryHandlers } from './retries.ts';
import { type StatisticsHandlersDependencies, statisticsHandlers } from './statistics.ts';
import { type TaskHandlersDependencies, taskHandlers } from './tasks.ts';

export interface HandlersDependencies
  extends Omit<IssueHandlersDependencies, 'store'>,
    LedgerHandlersDependencies,
    NoiseHandlersDependencies,
    Omit<AlertHandlersDependencies, 'store'>,
    TaskHandlersDependencies,
    RetryHandlersDependencies,
    AdviceHandlersDependencies,
    BreakerHandlersDependencies {
  store: IssueHandlersDependencies['store'] &
    StatisticsHandlersDependencies['store'] &
    AlertHandlersDependencies['store'];
  streams: EventStreams;
  version: string;
}

/** Everything that serves the API, by the names in the table of routes. */
export function apiHandlers(dependencies: HandlersDependencies): Handlers {
  const { streams, version } = dependencies;
  let description: ReturnType<typeof describeApi> | undefined;
  return {
    ...issueHandlers(dependencies),
    ...eventExportHandlers(dependencies),
    ...statisticsHandlers(dependencies),
    ...alertHandlers(dependencies),
    ...ledgerHandlers(dependencies),
    ...noiseHandlers(dependencies),
    ...taskHandlers(dependencies),
    ...retryHandlers(dependencies),
    ...adviceHandlers(dependencies),
    ...breakerHandlers(dependencies),
    stream: ({ caller }, message, response) => streams.open(caller, message, response),
    describeApi: () => (description ??= describeApi(version)),
  };
}
