import { type BreakerSummary, worstState } from '../../derive/breakers/breaker-summary.ts';
import type { BreakerAnswer } from '../contract.ts';
import type { Handlers } from '../routes.ts';
import { keyedPage } from './keyed-page.ts';
import { pageAnswer } from './page-answer.ts';
import { time } from './time.ts';

export interface BreakerHandlersDependencies {
  /** In any order. */
  breakers: () => readonly BreakerSummary[];
}

export function breakerHandlers({ breakers }: BreakerHandlersDependencies): Handlers<'listBreakers'> {
  return {
    listBreakers: ({ query: { service, kind, state, limit, cursor } }) => {
      const found = breakers().filter((breaker) => {
        const worst = worstState(breaker);
        return (
          (service ?? breaker.service) === breaker.service &&
          (kind?.includes(breaker.kind) ?? true) &&
          (state === undefined || (worst !== undefined && state.includes(worst)))
        );
      });
      return pageAnswer(keyedPage(found, keyOf, limit, cursor), breakerAnswer);
    },
  };
}

function keyOf({ service, name, kind }: BreakerSummary): string {
  return JSON.stringify([service, name, kind]);
}

function breakerAnswer(breaker: BreakerSummary): BreakerAnswer {
  const { service, name, kind, instances, since, calls, millisIn, failedProbes, transitions } = breaker;
  return {
    service,
    name,
    kind,
    state: worstState(breaker) ?? null,
    since: since === undefined ? null : time(since),
    instances: { ...instances },
    calls: {
      success: Math.round(calls.success),
      failure: Math.round(calls.failure),
      rejected: Math.round(calls.rejected),
    },
    state_seconds: {
      closed: millisIn.closed / 1000,
      open: millisIn.open / 1000,
      half_open: millisIn.half_open / 1000,
    },
    failed_probes: Math.round(failedProbes),
    transitions: transitions.toReversed().map(({ at, from, to }) => ({ at: time(at), from, to })),
  };
}
