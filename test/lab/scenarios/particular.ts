import { leavingNoSpan } from './particular/leaving-no-span.ts';
import { looking } from './particular/looking-like-retries.ts';
import type { Particular } from './particular/particular.ts';
import { shapedByApp } from './particular/shaped-by-app.ts';
import { shapedByLibrary } from './particular/shaped-by-library.ts';
import { planOf, type Scenario } from './scenario.ts';

/** Scenarios that only some clients have. */
export function particularScenarios(): Scenario[] {
  return [...looking, ...shapedByApp, ...shapedByLibrary, ...leavingNoSpan].map(scenarioOf);
}

function scenarioOf(particular: Particular): Scenario {
  const { runtime = 'node', client, name, class: ofClass = 'ordinary', failure = '503' } = particular;
  const { calls, plan = {}, absent, witness } = particular;
  const planned = planOf({ client, scenario: name, calls, ...plan });
  const { parent, connection, concurrency, processes } = planned;
  return {
    runtime,
    library: client,
    class: ofClass,
    failure,
    kind: 'retry',
    conditions: { parent, connection, concurrency, ...(processes > 1 && { processes }) },
    plan: planned,
    ...(absent !== undefined && { absent }),
    ...(witness !== undefined && { witness }),
  };
}
