import { breakerScenarios } from './breakers.ts';
import { controlScenarios } from './controls.ts';
import { particularScenarios } from './particular.ts';
import { retriedScenarios } from './retried.ts';
import type { Scenario } from './scenario.ts';

/** In a fixed order. */
export function scenarios(): Scenario[] {
  return [...retriedScenarios(), ...controlScenarios(), ...particularScenarios(), ...breakerScenarios()];
}
