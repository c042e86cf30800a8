import { adviceRoutes } from './contract/advice.ts';
import { alertRoutes } from './contract/alert.ts';
import { breakerRoutes } from './contract/breaker.ts';
import { descriptionRoutes } from './contract/description.ts';
import { eventRoutes } from './contract/event.ts';
import { issueRoutes } from './contract/issue.ts';
import { ledgerRoutes } from './contract/ledger.ts';
import { noiseRoutes } from './contract/noise.ts';
import { retryRoutes } from './contract/retry.ts';
import { statisticsRoutes } from './contract/statistics.ts';
import { streamRoutes } from './contract/stream.ts';
import { taskRoutes } from './contract/task.ts';

/*
 * What the API takes and says: every route in one table, from which they are served, described and typed, and the types of the
 * answers, which a browser's code can import. Times are RFC 3339. A value that is not known is null.
 */

export const routes = {
  ...issueRoutes,
  ...eventRoutes,
  ...statisticsRoutes,
  ...alertRoutes,
  ...ledgerRoutes,
  ...noiseRoutes,
  ...taskRoutes,
  ...retryRoutes,
  ...adviceRoutes,
  ...breakerRoutes,
  ...streamRoutes,
  ...descriptionRoutes,
};

/** Served in the same way, and described elsewhere: it is another's contract. */
export { alertmanagerRoutes } from './contract/alertmanager.ts';

export type RouteName = keyof typeof routes;

export type { AdviceAnswer } from './contract/advice.ts';
export type { AlertAnswer, DeliveryAnswer, SentDayAnswer, TimelineEntryAnswer } from './contract/alert.ts';
export type { BreakerAnswer } from './contract/breaker.ts';
export type { PageAnswer, ProblemAnswer } from './contract/common.ts';
export type { EventAnswer } from './contract/event.ts';
export type { ComponentHealth, ErrorTrackingHealth, HealthAnswer, HealthStatus } from './contract/health.ts';
export type { FrameAnswer, HistoryAnswer, IssueAnswer } from './contract/issue.ts';
export type { LedgerAnswer } from './contract/ledger.ts';
export type { NoiseAnswer } from './contract/noise.ts';
export type { RetriesAnswer } from './contract/retry.ts';
export type { StatisticsAnswer, TrendsAnswer } from './contract/statistics.ts';
export type { TaskAnswer } from './contract/task.ts';
export type { StreamEventData, StreamEventName } from './contract/stream.ts';
