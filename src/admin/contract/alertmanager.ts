import * as z from 'zod';
import { silenceStates } from '../../alerting/silences/silence.ts';
import { flagOr, matcherFilter, regexFilter } from '../alertmanager/parameters.ts';
import { time } from './common.ts';
import type { Route } from './route.ts';

/*
 * Alertmanager's API v2, as much of it as there is here: names and shapes are those of its api/v2/openapi.yaml. That file is its
 * contract, from which clients such as amtool are generated, so it is not described in /api/openapi.json again, whose conventions
 * (problem details, pages, names, unknown parameters) are others.
 */

const labelSet = z.record(z.string(), z.string());
const receiverReference = z.object({ name: z.string() });
const anyTime = z.iso.datetime({ offset: true, error: 'not a time such as 2026-01-31T08:00:00Z' });

const matcher = z.object({
  name: z.string(),
  value: z.string(),
  isRegex: z.boolean(),
  isEqual: z.boolean().default(true),
});
export type MatcherJson = z.output<typeof matcher>;

const silenceFields = {
  matchers: z.array(matcher).min(1, 'at least one is needed'),
  createdBy: z.string(),
  comment: z.string(),
};
const postableSilence = z.object({
  ...silenceFields,
  id: z.string().optional(),
  startsAt: anyTime,
  endsAt: anyTime,
});
export type PostableSilence = z.output<typeof postableSilence>;

const gettableSilence = z.object({
  ...silenceFields,
  id: z.uuid(),
  status: z.object({ state: z.enum(silenceStates) }),
  startsAt: time,
  endsAt: time,
  updatedAt: time,
  annotations: labelSet,
});
export type GettableSilence = z.input<typeof gettableSilence>;

const gettableAlert = z.object({
  labels: labelSet,
  annotations: labelSet,
  fingerprint: z.string(),
  status: z.object({
    state: z.enum(['active', 'suppressed']),
    silencedBy: z.array(z.string()),
    inhibitedBy: z.array(z.string()),
    mutedBy: z.array(z.string()),
  }),
  receivers: z.array(receiverReference),
  startsAt: time,
  endsAt: time,
  updatedAt: time,
  generatorURL: z.string().optional(),
});
export type GettableAlert = z.input<typeof gettableAlert>;

/** What cannot be right of one alert is said of that one, and the others are taken. */
const postableAlert = z.object({
  labels: labelSet,
  annotations: labelSet.optional(),
  startsAt: anyTime.optional(),
  endsAt: anyTime.optional(),
  generatorURL: z.string().optional(),
});
export type PostableAlert = z.output<typeof postableAlert>;

const alertGroup = z.object({
  labels: labelSet,
  routeLabels: labelSet,
  receiver: receiverReference,
  alerts: z.array(gettableAlert),
});
export type AlertGroup = z.input<typeof alertGroup>;

const status = z.object({
  cluster: z.object({ status: z.literal('disabled'), peers: z.array(z.never()) }),
  versionInfo: z.object({
    version: z.string(),
    revision: z.string(),
    branch: z.string(),
    buildUser: z.string(),
    buildDate: z.string(),
    goVersion: z.string(),
  }),
  config: z.object({ original: z.string() }),
  uptime: time,
});
export type StatusJson = z.input<typeof status>;

/** Which of the alerts that fire. None is ever unprocessed. */
const alertQuery = z.object({
  filter: matcherFilter(),
  active: flagOr(true),
  silenced: flagOr(true),
  inhibited: flagOr(true),
  muted: flagOr(true),
  unprocessed: flagOr(true),
  receiver: regexFilter('receiver'),
});
export type AlertQuery = z.output<typeof alertQuery>;

export const alertmanagerRoutes = {
  getAlerts: {
    method: 'get',
    path: '/api/v2/alerts',
    summary: 'The alerts that fire',
    query: alertQuery,
    answer: z.array(gettableAlert),
  },
  postAlerts: {
    method: 'post',
    path: '/api/v2/alerts',
    summary: 'Takes alerts of others, such as Prometheus, through the same routes',
    body: z.array(postableAlert).max(1_000, 'more than 1000 alerts in one request'),
    answer: z.undefined(),
  },
  getAlertGroups: {
    method: 'get',
    path: '/api/v2/alerts/groups',
    summary: 'The same, grouped as their routes say',
    query: alertQuery,
    answer: z.array(alertGroup),
  },
  getSilences: {
    method: 'get',
    path: '/api/v2/silences',
    summary: 'Silences, and for five days those that have expired',
    query: z.object({
      filter: matcherFilter(),
      active: flagOr(true),
      pending: flagOr(true),
      expired: flagOr(true),
    }),
    answer: z.array(gettableSilence),
  },
  postSilences: {
    method: 'post',
    path: '/api/v2/silences',
    summary: 'Makes a silence, or changes one',
    body: postableSilence,
    answer: z.object({ silenceID: z.uuid() }),
    errors: [404],
  },
  getSilence: {
    method: 'get',
    path: '/api/v2/silence/:id',
    summary: 'One silence',
    answer: gettableSilence,
    errors: [404],
  },
  deleteSilence: {
    method: 'delete',
    path: '/api/v2/silence/:id',
    summary: 'Ends a silence',
    answer: z.undefined(),
    errors: [404],
  },
  getReceivers: {
    method: 'get',
    path: '/api/v2/receivers',
    summary: 'Who can be told',
    answer: z.array(receiverReference),
  },
  getStatus: {
    method: 'get',
    path: '/api/v2/status',
    summary: 'Version, start, and the routes in the words of an alertmanager.yml',
    answer: status,
  },
} as const satisfies Record<string, Route>;
