import { fileURLToPath } from 'node:url';
import type { BreakerTransition, HarnessInput, HarnessNotes, Places } from '../plan.ts';
import { referenceTransitions } from '../reference-breaker.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { FailingGrpc } from '../server/failing-grpc.ts';
import { FailingServer } from '../server/failing-server.ts';
import type { Class, TrueBreaker, TrueCall, Truth } from '../truth.ts';
import { type Evidence, trueCalls } from './evidence.ts';
import { type Harness, runHarness } from './harness.ts';
import { OtlpRecorder } from './otlp-recorder.ts';
import { spansOf } from './spans.ts';

export interface Taken {
  lines: readonly string[];
  truth: Truth;
}

/** Runs one scenario. @throws if what the library said, what was seen and what the server saw do not agree */
export async function take(scenario: Scenario, harness: Harness): Promise<Taken> {
  const { plan } = scenario;
  const server = new FailingServer();
  const grpc = new FailingGrpc();
  const recorder = new OtlpRecorder();
  try {
    const places: Places = {
      server: await server.start(),
      door: server.door.url,
      grpc: `http://${await grpc.start()}`,
      otlp: await recorder.start(),
    };
    for (const { id, script } of plan.calls) {
      server.script(id, script);
      grpc.script(id, script);
    }
    const onBegun = (): void => {
      if (plan.doorOpensAfterMillis !== undefined) server.door.openAfter(plan.doorOpensAfterMillis);
      server.turn(plan.weather);
    };
    const inputs = inputsOf(scenario, places);
    const told = await Promise.all(inputs.map((input) => runHarness(harness, input, onBegun)));
    const notes = together(told);
    const lines = recorder.exports.map(({ line }) => withoutPaths(line));
    const evidence: Evidence = { scenario, notes, log: server.log, rpcs: grpc.log, spans: spansOf(lines) };
    return {
      lines,
      truth: truthOf(
        evidence,
        recorder.exports.map(({ at }) => at),
      ),
    };
  } finally {
    grpc.stop();
    await Promise.all([server.stop(), recorder.stop()]);
  }
}

/** For each process its calls, and an instance id that is always the same for a scenario and another for each. */
function inputsOf({ library, plan }: Scenario, places: Places): HarnessInput[] {
  return Array.from({ length: plan.processes }, (_, process) => ({
    ...plan,
    places,
    calls: plan.calls.filter((_call, i) => i % plan.processes === process),
    instance: `${library}-${plan.scenario}${process === 0 ? '' : `-${process}`}`,
  }));
}

function together(told: readonly HarnessNotes[]): HarnessNotes {
  return {
    versions: told[0]!.versions,
    attempts: told.flatMap(({ attempts }) => attempts),
    retries: Object.assign({}, ...told.map(({ retries }) => retries)) as Record<string, number>,
    calls: told.flatMap(({ calls }) => calls),
    transitions: told.flatMap(({ transitions }) => transitions),
  };
}

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** Stack traces name files. Where they stood when the recording was made is of no interest to anybody. */
function withoutPaths(line: string): string {
  return line
    .replaceAll(/\/[^"\s\\]*\/lib\/python(\d\.\d+)\//g, '/usr/local/lib/python$1/')
    .replaceAll(root, '/app');
}

function truthOf(evidence: Evidence, arrivals: readonly number[]): Truth {
  const { scenario, notes } = evidence;
  const { runtime, library, failure, conditions, plan } = scenario;
  const breaker = breakerOf(scenario, notes);
  const calls = trueCalls(evidence);
  return {
    runtime,
    library,
    scenario: plan.scenario,
    class: classOf(scenario, calls),
    failure,
    conditions,
    versions: notes.versions,
    arrivals,
    ...(breaker !== undefined && { breaker }),
    calls,
  };
}

/**
 * Where the server fails by the clock, a call may fail for good that was not to: in a row of calls to one URL, whose parents
 * are of no help, the next one then looks like its retry.
 */
function classOf({ class: planned, conditions }: Scenario, calls: readonly TrueCall[]): Class {
  const inRow =
    conditions['url'] === 'same' && conditions['parent'] !== 'own' && conditions['concurrency'] === 1;
  return planned === 'ordinary' && inRow && calls.slice(0, -1).some(({ ok }) => !ok)
    ? 'indistinguishable'
    : planned;
}

function breakerOf({ breaker, plan }: Scenario, notes: HarnessNotes): TrueBreaker | undefined {
  if (breaker === undefined) return undefined;
  const transitions: readonly BreakerTransition[] =
    breaker === 'app' ? notes.transitions : referenceTransitions(notes.calls, plan.breaker);
  return {
    of: breaker,
    settings: plan.breaker,
    from: Math.min(...notes.calls.map(({ start }) => start)),
    to: Math.max(...notes.calls.map(({ end }) => end)),
    transitions,
  };
}
