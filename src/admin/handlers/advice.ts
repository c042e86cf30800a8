import { advise, type Advised } from '../../derive/advice/advise.ts';
import { configurationsOf } from '../../derive/advice/configurations.ts';
import type { Profile } from '../../derive/advice/profile.ts';
import type { AdviceAnswer } from '../contract.ts';
import { Problem } from '../problem.ts';
import type { Handlers } from '../routes.ts';

/** Who calls whom, and what was seen of that. */
export interface CalledDependency {
  service: string;
  dependency: string;
  profile: Profile;
}

export interface AdviceHandlersDependencies {
  /** In any order. */
  called: () => readonly CalledDependency[];
}

export function adviceHandlers({ called }: AdviceHandlersDependencies): Handlers<'getAdvice'> {
  return {
    getAdvice: ({ parameters: { name }, query: { service, limit } }) => {
      const found = called().filter(
        (each) => each.dependency === name && (service ?? each.service) === each.service,
      );
      if (found.length === 0) throw new Problem(404, `nobody was seen to call "${name}"`);
      const most = found.toSorted((a, b) => b.profile.calls - a.profile.calls).slice(0, limit);
      return { items: most.map(adviceAnswer), next_cursor: null };
    },
  };
}

function adviceAnswer({ service, dependency, profile }: CalledDependency): AdviceAnswer {
  const advice = advise(profile);
  return {
    service,
    dependency,
    calls: profile.calls,
    failures: profile.failures,
    is_grounded: advice.isGrounded,
    timeout_ms: answer(advice.timeoutMillis),
    attempts: answer(advice.attempts),
    first_delay_ms: answer(advice.firstDelayMillis),
    longest_delay_ms: answer(advice.longestDelayMillis),
    consecutive_failures: answer(advice.consecutiveFailures),
    open_ms: answer(advice.openMillis),
    configurations: { ...configurationsOf(advice, dependency) },
  };
}

function answer({ value, evidence }: Advised<number>): { value: number; evidence: string } {
  return { value, evidence };
}
