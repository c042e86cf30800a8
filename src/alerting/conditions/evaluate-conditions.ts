import type { ConditionIncident } from '../incident.ts';
import { type Condition, subjectKey } from './condition.ts';
import { changedCondition, endedCondition, raisedCondition } from './condition-incident.ts';
import type { Timing, Timings } from './condition-rules.ts';

/** `keeping`: it does not hold any more, and is not over yet. */
const phases = ['none', 'pending', 'firing', 'keeping'] as const;
type Phase = (typeof phases)[number];
/** At one look: it holds, for long enough or not; it does not, for long enough or not. */
export type ConditionInput = 'held long' | 'held' | 'gone' | 'gone long';

type Effect = 'nothing' | 'wait' | 'forget' | 'raise' | 'update' | 'keep' | 'end';

/** What a look at a condition does to its alert: all of it. */
const effects: Record<Phase, Record<ConditionInput, Effect>> = {
  none: { 'held long': 'raise', held: 'wait', gone: 'nothing', 'gone long': 'nothing' },
  pending: { 'held long': 'raise', held: 'wait', gone: 'forget', 'gone long': 'forget' },
  firing: { 'held long': 'update', held: 'update', gone: 'keep', 'gone long': 'end' },
  keeping: { 'held long': 'update', held: 'update', gone: 'keep', 'gone long': 'end' },
};

/** What is remembered of a condition from one look to the next. Times are milliseconds since the Unix epoch. */
export interface Standing {
  phase: Exclude<Phase, 'none'>;
  /** Since when it holds; of one that is kept, since when it does not. */
  since: number;
  /** Once people are told. */
  incident?: ConditionIncident;
  /** By a process before this one: who shows only what is told again and again is to be told that it goes on. */
  isRemembered?: boolean;
}

/** By the subject. */
export type StandingConditions = ReadonlyMap<string, Standing>;

export interface Evaluated {
  standing: StandingConditions;
  /** Those that are new, over, or to be shown differently. */
  incidents: readonly ConditionIncident[];
}

/** @param found what holds now. @param standing after the last look */
export function evaluateConditions(
  found: readonly Condition[],
  standing: StandingConditions,
  now: number,
  rules: Timings,
): Evaluated {
  const next = new Map<string, Standing>();
  const incidents: ConditionIncident[] = [];
  const conditions = new Map(found.map((condition) => [subjectKey(condition), condition]));
  for (const key of new Set([...standing.keys(), ...conditions.keys()])) {
    const after = step(standing.get(key), conditions.get(key), now, rules);
    if (after.standing !== undefined) next.set(key, after.standing);
    if (after.incident !== undefined) incidents.push(after.incident);
  }
  return { standing: next, incidents };
}

/** What fires, as it is remembered after a start. */
export function standingOf(incidents: readonly ConditionIncident[]): StandingConditions {
  return new Map(
    incidents.map((incident) => [
      subjectKey(incident.condition),
      { phase: 'firing', since: incident.startsAt, incident, isRemembered: true },
    ]),
  );
}

/** The same after the clock was set by so much: what holds for a while does so no longer, and no shorter, for that. */
export function afterClockSet(standing: StandingConditions, millis: number): StandingConditions {
  return new Map([...standing].map(([key, each]) => [key, { ...each, since: each.since + millis }]));
}

interface Step {
  standing?: Standing;
  incident?: ConditionIncident;
}

function step(
  before: Standing | undefined,
  condition: Condition | undefined,
  now: number,
  rules: Timings,
): Step {
  const since = sinceOf(before, condition, now);
  const name = condition?.alertname ?? before?.incident?.alertname;
  const timing = name !== undefined && Object.hasOwn(rules, name) ? rules[name] : undefined;
  const input = inputOf(condition, timing, now - since, before?.isRemembered);
  const effect = effects[before?.phase ?? 'none'][input];
  switch (effect) {
    case 'nothing':
    case 'forget':
      return {};
    case 'wait':
      return { standing: { phase: 'pending', since } };
    case 'raise': {
      const incident = raisedCondition(condition!, now);
      return { standing: { phase: 'firing', since, incident }, incident };
    }
    case 'update': {
      const incident = changedCondition(before!.incident!, condition!, now, before!.isRemembered);
      const standing: Standing = { phase: 'firing', since, incident: incident ?? before!.incident! };
      return incident === undefined ? { standing } : { standing, incident };
    }
    case 'keep':
      return { standing: { ...before!, phase: 'keeping', since } };
    case 'end':
      return { incident: endedCondition(before!.incident!, now) };
  }
}

/** Since when it holds, or does not. */
function sinceOf(before: Standing | undefined, condition: Condition | undefined, now: number): number {
  if (condition === undefined) return before?.phase === 'keeping' ? Math.min(before.since, now) : now;
  if (condition.since !== undefined) return condition.since;
  // A clock that was set back makes nothing hold for longer.
  return before === undefined || before.phase === 'keeping' ? now : Math.min(before.since, now);
}

function inputOf(
  condition: Condition | undefined,
  timing: Timing | undefined,
  millis: number,
  isRemembered = false,
): ConditionInput {
  // Of a rule that was switched off nothing is kept.
  if (timing === undefined) return condition === undefined ? 'gone long' : 'held';
  const { forMillis, keepFiringMillis, countedMillis = 0 } = timing;
  if (condition !== undefined) return millis >= forMillis ? 'held long' : 'held';
  // What was counted before the start is gone: only once as much is counted anew it is known to be over.
  const keepMillis = isRemembered ? Math.max(keepFiringMillis, countedMillis) : keepFiringMillis;
  return millis >= keepMillis ? 'gone long' : 'gone';
}
