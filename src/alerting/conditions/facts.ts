import type { AppHeard } from '../../derive/app-activity.ts';
import type { CallRate } from '../../derive/call-rates.ts';
import type { Issue } from '../../issues/issue.ts';
import type { TaskRecord } from '../../derive/tasks/task-record.ts';

/** All that rules about conditions look at, as it is at one time. Times are milliseconds since the Unix epoch. */
export interface Facts {
  now: number;
  /** Since when telemetry could have come; milliseconds, without a break. */
  listeningMillis: number;
  /** Whether any came. */
  hasHeard: boolean;
  calls: readonly CallRate[];
  apps: readonly AppHeard[];
  environmentOf: (service: string) => string;
  /** Issues that are neither resolved nor ignored; undefined if that is not known. */
  unresolved: number | undefined;
  /** Parts of Tocsin that are not well, and why. */
  unwell: readonly { part: string; detail: string }[];
  /** Issues that had events in the last 5 minutes, and how many. */
  activeIssues: readonly { issue: Issue; events: number }[];
  /** Issues that are neither resolved nor ignored, if a rule asks for them; the 2,000 that were seen last. */
  openIssues: readonly Issue[];
  /** The incident about an issue of the service that had the most events in the last 5 minutes, if it fired then. */
  mostOf: (service: string) => { key: string; events: number } | undefined;
  /** The incident about this issue, if it fires. */
  incidentOf: (issueId: string) => string | undefined;
  /** Events in the last 5 minutes of issues of the service that are expected: nobody is to be told of them. */
  expectedOf: (service: string) => number;
  /** Whether somebody, or a rule, said of this issue that nobody is to be told of it. */
  isUnwanted: (issueId: string) => boolean;
  jobs: readonly Pick<TaskRecord, 'service' | 'name' | 'lastOutcome' | 'lastFailure' | 'lastSuccessAt'>[];
  /** Runs of jobs and tasks, as calls are. */
  runs: readonly CallRate[];
  resilience: ResilienceFacts;
}

/** What is known of retries, breakers and the like; the lists are empty where nothing tells of them. */
export interface ResilienceFacts {
  /** Jobs that should have run. */
  missedJobs: readonly { service: string; name: string; schedule: string; dueAt: number }[];
  /** Breakers that are open. */
  openBreakers: readonly OpenBreaker[];
  retryStorms: readonly { service: string; dependency: string; amplification: number; since: number }[];
  /** In the last minute, where there were calls. */
  recentRetries: readonly { service: string; dependency: string; attempts: number; retries: number }[];
  degradedFeatures: readonly { service: string; name: string; since: number }[];
}

export interface OpenBreaker {
  service: string;
  /** Of a shadow breaker, its dependency. */
  name: string;
  /** Inferred from calls: the app has none. */
  isShadow: boolean;
  since: number;
  /** Probes that failed since then. */
  failedProbes: number;
  /** What the app was saved from, or would have been: calls while it was open. */
  calls: number;
}

export const noResilienceFacts: ResilienceFacts = {
  missedJobs: [],
  openBreakers: [],
  retryStorms: [],
  recentRetries: [],
  degradedFeatures: [],
};
