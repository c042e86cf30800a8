import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { openEngine } from '../../src/store/sqlite/engine.ts';
import { type Amount, failures } from './failures.ts';

/** As many as Tocsin stores in one transaction. */
const together = 200;
const toldEvery = 100_000;

/** Fills a store by the engine that Tocsin has, as it would be filled over two weeks. */
export function fillStore(path: string, amount: Amount, tell: (what: string) => void): void {
  const engine = openEngine(path);
  const { store } = engine;
  let made = 0;
  let group: ErrorEvent[] = [];
  const record = (): void => {
    const at = group.at(-1)?.time ?? 0;
    store.record(group, at);
    // As after a look of alerting that told nobody.
    store.commitStep({ cursor: Number.MAX_SAFE_INTEGER, incidents: [], receivers: [], at });
    group = [];
  };
  for (const failure of failures(amount)) {
    if (group.push(failure) === together) record();
    if (++made % toldEvery === 0) tell(`${made} events`);
  }
  record();
  engine.close();
}
