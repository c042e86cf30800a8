import { constants, type PerformanceEntry, PerformanceObserver, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How far the heap may grow between two collections, in percent of what lives. */
const growth = { least: 25, most: 100 };
/** As often as that a collection of the whole heap, some 50 ms of work, costs little. */
const wantedMillis = 3000;
const mostStep = 1.1;

/** @param millis between the last two collections of the whole heap. @returns what `percent` is to be from now on */
export function nextGrowth(percent: number, millis: number): number {
  // In small steps, since what the heap once had it hardly gives back: a start is busy for a second.
  const step = Math.min(mostStep, wantedMillis / Math.max(millis, 1));
  return Math.min(growth.most, Math.max(growth.least, Math.round(percent * step)));
}

/**
 * Lets the heap grow further before it is marked as a whole again, the more there is to do. By itself the engine does so when it has
 * grown by some megabytes, and counts the memory of requests as well: with 25 MB of heap, and as much under way, that is several times
 * a second. What is allowed is used, too, so where there is little to do it is only a quarter.
 *
 * To be called once there is something to do: what the start leaves behind is to be collected. As an option of node it would also
 * make every start a fifth longer, since what Node has compiled of itself is for the engine's own settings.
 */
export function letHeapGrow(): void {
  let percent = growth.least;
  let collectedAt = performance.now();
  setGrowth(percent);
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, detail } of list.getEntries() as GcEntry[]) {
      if (detail.kind !== constants.NODE_PERFORMANCE_GC_MAJOR) continue;
      percent = nextGrowth(percent, startTime - collectedAt);
      collectedAt = startTime;
      setGrowth(percent);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
}

type GcEntry = PerformanceEntry & { detail: { kind: number } };

function setGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/**
 * Leaves out the second of the engine's three compilers, for all threads. Its code and what it notes for it take 10 MB, and what is hot
 * is compiled by the third one all the same. To be called once there is something to do, for the same reason as above.
 */
export function compileInTwoSteps(): void {
  setFlagsFromString('--no-maglev');
}

/**
 * Begins all objects in the young generation. The engine puts those of a place in the code whose objects outlived a few collections among the
 * old ones from the start, and never asks again: a busy start, where all waits for long, is enough. Each of them keeps what it refers
 * to until the next collection of the whole heap, and in a storm of failures that is twice as much to collect.
 */
export function beginObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/**
 * To be called before a thread is begun of whose objects nearly none outlive the call that they were made for: its young generation
 * then takes 2 to 5 MB, and not the 16 to 48 that the main thread may have. The engine reads the setting when it makes a heap, and prefers
 * the one that the process was started with to that of the thread (`resourceLimits`).
 */
export function keepNextHeapYoung(): void {
  setFlagsFromString('--max-semi-space-size=1');
}

/**
 * Collects what can be collected, and gives the memory back: a pause of some 50 ms. The engine does so by itself only when there is
 * much to do, and what a start leaves behind is a tenth of all memory of a process that then waits.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  collect();
}
