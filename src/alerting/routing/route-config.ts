import * as z from 'zod';
import { evenIfPartsAreWrong } from '../../config/partial.ts';
import { duration } from '../../config/scalars.ts';
import { matcherList, matcherMap, type PlacedMatcher, placed } from './placed-matcher.ts';
import type { RouteSpec } from './route.ts';

/** A route as it was read. */
export interface RouteConfig extends RouteSpec {
  matchers: readonly PlacedMatcher[];
  routes: readonly RouteConfig[];
}

const names = (what: string) =>
  z.array(z.string().min(1).max(256)).max(100, 'more than 100 names').default([]).describe(what);
const notZero = (millis: number): boolean => millis > 0;

const written = z
  .strictObject({
    receiver: z.string().min(1).optional().describe('who is told: the name of one of `alerts.receivers`'),
    matchers: matcherList(
      'what it is for: matchers on the labels of an alert, all of which must match, such as severity="critical"',
    ),
    match: matcherMap('=', 'Alertmanager’s older form of matchers: labels and their values'),
    match_re: matcherMap('=~', 'the same with regular expressions (RE2), which must match as a whole'),
    continue: z
      .boolean()
      .default(false)
      .describe('whether an alert that it takes goes on to the routes behind it as well'),
    group_by: names(
      "labels by which alerts are told together: those with the same values in the message of the first of them. Without any, or as ['...'], each has a message of its own",
    ),
    group_wait: duration()
      .optional()
      .describe(
        'how long an alert waits before it is told for the first time; what is over by then is never told. `0s` if nothing is said',
      ),
    group_interval: duration()
      .refine(notZero, 'it cannot be zero')
      .optional()
      .describe(
        'how long nothing is added to the message of a group after people have heard of it; `1m` if nothing is said',
      ),
    repeat_interval: duration()
      .refine(notZero, 'it cannot be zero')
      .optional()
      .describe(
        'after how long it is told again that an alert still fires, but of issues, of which only what is new is told; never if nothing is said',
      ),
    mute_time_intervals: names('names of `alerts.time_intervals` in which nothing is told; not inherited'),
    active_time_intervals: names('the only ones in which anything is told; not inherited'),
    routes: z
      .array(z.lazy((): z.ZodType<RouteConfig> => routeSchema))
      .max(1000, 'more than 1000 routes')
      .default([])
      .describe(
        'routes for some of its alerts: the first that matches takes an alert; all else is inherited by them',
      ),
  })
  .superRefine((route, context) => {
    const { group_by: labels } = route as Partial<typeof route>;
    if (!Array.isArray(labels)) return;
    const wrong = (i: number, message: string): void =>
      context.addIssue({ code: 'custom', path: ['group_by', i], message });
    for (const [i, label] of labels.entries()) {
      if (label === '...' && labels.length > 1)
        wrong(i, "'...' stands for all labels: no other can stand beside it");
      else if (labels.indexOf(label) < i) wrong(i, 'this label stands there already');
    }
  }, evenIfPartsAreWrong);

/** A route, with all routes below it. */
export const routeSchema = written.transform(({ match, match_re, matchers, ...rest }): RouteConfig => {
  return { ...rest, matchers: placed({ match, match_re, matchers }) };
});
