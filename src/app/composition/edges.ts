import type { AdminToken } from '../../admin/token.ts';
import type { Receiver } from '../../notify/receiver.ts';
import type { SlackApp } from '../../notify/receivers/slack-app.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import type { ProcessMemory } from '../../runtime/process-memory.ts';
import type { Replacement } from '../../store/sqlite/protocol.ts';
import type { Store } from '../../store/store.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Degradations } from './degradations.ts';

/** Where the program touches the world. Running, replaying and testing differ in these and in nothing else. */
export interface Edges {
  clock: Clock;
  log: Log;
  store: Component & {
    calls: Store;
    /** Calls it each time that the file of the store could not be used any longer. */
    onReplaced?: (tell: (replacement: Replacement) => void) => void;
  };
  receivers: readonly Receiver[];
  /** By which people answer what they are shown. */
  slackApps?: readonly SlackApp[];
  tokens: readonly AdminToken[];
  /** Where the journal is; undefined = there is none. */
  journalDirectory: string | undefined;
  /** Where what waits for back ends is; undefined = in memory alone. */
  spoolDirectory?: string | undefined;
  /** What comes within so long after what was forwarded goes on together; without it nothing waits. */
  gatherMillis?: number;
  /** Metrics of the process, in the text format; a whole number of lines. */
  processMetrics: () => Promise<string>;
  /** The environment that Tocsin itself runs in, as its resource says it. */
  environment?: string;
  /** Of this process; without it, its bound does not hold. */
  memory?: ProcessMemory;
  /** 0 to 1. */
  random: () => number;
  /** Called when the first telemetry comes. */
  onFirstRequest?: () => void;
  /** What is not as it was configured already before this begins. */
  degradations?: Degradations;
  /** A listener whose port is taken is left out until it is free. */
  failOpen?: boolean;
}
