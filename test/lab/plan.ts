/** What the server does with one request. The last step of a script goes for all requests that follow. */
export type Step =
  | {
      do: 'answer';
      status: number;
      headers?: Readonly<Record<string, string>>;
      body?: string;
      /** Answers only after so long. */
      afterMillis?: number;
    }
  /** The connection is reset, without an answer. */
  | { do: 'reset' }
  /** No answer at all, until the client has gone. */
  | { do: 'hang' };

/** A step for every request that comes in that time, counted from the first one: for servers that fail by the clock and not by the call. */
export interface Weather {
  untilMillis: number;
  step: Step;
}

/** One logical call of the app, or one of the requests of an operation that makes several (a page, a poll). */
export interface PlannedCall {
  id: string;
  path: string;
  method: 'GET' | 'POST';
  /** Where it goes: a port that answers, or one that refuses until the door opens. */
  to: 'server' | 'door' | 'grpc';
  script: readonly Step[];
}

export type ParentCondition = 'own' | 'shared' | 'none';
/** `cold`: none is used twice. `kept`: the first call opens it. `warm`: it was open before the first call. */
export type ConnectionCondition = 'cold' | 'kept' | 'warm';

/**
 * `calls`: so many workers, each of which makes its next call when its last one is over. `paced`: one call after the other
 * begins, whether or not those before have ended, as requests of users do.
 */
export type Shape = 'calls' | 'paced';

/** All that a harness is told, as JSON on its standard input: any language can read it. */
export interface Plan {
  /** The name of a client in the harness. */
  client: string;
  scenario: string;
  shape: Shape;
  calls: readonly PlannedCall[];
  concurrency: number;
  parent: ParentCondition;
  /** Of the same app, which share the calls; each has its own instance id. */
  processes: number;
  connection: ConnectionCondition;
  retry: { retries: number /** Unset: the library's own default. */; delayMillis?: number };
  timeoutMillis: number;
  /** Between the beginnings of calls that are paced, and between the calls of one worker else. */
  everyMillis: number;
  breaker: BreakerSettings;
  /** Of the attributes of HTTP, where an instrumentation has the stable ones only if it is asked for them. */
  conventions: 'old' | 'stable';
  /** The delay of the batch processor: 5000 is the default of every SDK. */
  batchMillis: number;
  /** The app goes on for so long after its last call, so that what still runs ends. */
  lingerMillis: number;
  doorOpensAfterMillis: number | undefined;
  weather: readonly Weather[];
}

export interface BreakerSettings {
  consecutiveFailures: number;
  openMillis: number;
}

/** Where things are, which is known only when all of them listen. */
export interface Places {
  server: string;
  door: string;
  grpc: string;
  otlp: string;
}

export type HarnessInput = Plan & { places: Places; instance: string };

/** A request on the wire, noted where the instrumentation showed the harness the span that it made for it. */
export interface NotedAttempt {
  call: string;
  traceId: string;
  spanId: string;
  at: number;
}

/** What a harness knows from the libraries' own hooks, as JSON on its standard output. All times are milliseconds since 1970. */
export interface HarnessNotes {
  /** Of each library that took part. */
  versions: Readonly<Record<string, string>>;
  attempts: readonly NotedAttempt[];
  /** How often the library said that it tries a call again. */
  retries: Readonly<Record<string, number>>;
  calls: readonly CallOutcome[];
  transitions: readonly BreakerTransition[];
}

export interface CallOutcome {
  id: string;
  start: number;
  end: number;
  ok: boolean;
  /** By an open breaker: nothing was sent. */
  rejected?: boolean;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerTransition {
  at: number;
  from: BreakerState;
  to: BreakerState;
}
