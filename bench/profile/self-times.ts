/** The part of a `.cpuprofile` that is read (Chrome DevTools Protocol, `Profiler.Profile`). */
export interface CpuProfile {
  nodes: readonly {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  /** Node ids. */
  samples: readonly number[];
  /** Microseconds between a sample and the one before. */
  timeDeltas: readonly number[];
}

export interface SelfTime {
  /** Function and file. */
  name: string;
  micros: number;
  /** Of all time that is not idle. */
  share: number;
}

const idle = new Set(['(idle)', '(root)']);

/** Where a thread was itself at work, the most first. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): SelfTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const micros = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id)!;
    if (!idle.has(name)) micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const total = [...micros.values()].reduce((sum, value) => sum + value, 0);
  return [...micros]
    .map(([name, value]) => ({ name, micros: value, share: value / total }))
    .sort((one, other) => other.micros - one.micros);
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.slice(url.lastIndexOf('/') + 1);
  // Those without a file are the engine's own, such as the garbage collector.
  if (file === '') return functionName;
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}
