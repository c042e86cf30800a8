/** The part of a `.cpuprofile` that is read (Chrome DevTools Protocol, `Profiler.Profile`). */
export interface CpuProfile {
  nodes: readonly {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    /** Node ids. */
    children?: readonly number[];
  }[];
  /** Microseconds by the system's monotonic clock. */
  startTime: number;
  /** Node ids. */
  samples: readonly number[];
  /** Microseconds between a sample and the one before. */
  timeDeltas: readonly number[];
}

/** By the system's monotonic clock. */
export interface Window {
  fromMicros: number;
  untilMicros: number;
}

export interface SelfTime {
  /** Function and file; of what is not the program's own, also the function of the program that it works for. */
  name: string;
  micros: number;
  /** Of all time that is not idle. */
  share: number;
}

const idle = new Set(['(idle)', '(root)']);
const collector = '(garbage collector)';

/** Where a thread was itself at work within a time, the most first. */
export function selfTimes(profile: CpuProfile, { fromMicros, untilMicros }: Window): SelfTime[] {
  const names = namesOf(profile);
  const micros = new Map<string, number>();
  let at = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    const name = names.get(id)!;
    if (at < fromMicros || at > untilMicros || idle.has(name)) continue;
    micros.set(name, (micros.get(name) ?? 0) + delta);
  }
  const total = [...micros.values()].reduce((sum, value) => sum + value, 0);
  return [...micros]
    .map(([name, value]) => ({ name, micros: value, share: value / total }))
    .sort((one, other) => other.micros - one.micros);
}

function namesOf({ nodes }: CpuProfile): Map<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const owner = (id: number | undefined): string | undefined => {
    const node = id === undefined ? undefined : byId.get(id);
    if (node === undefined) return undefined;
    return isOwn(node.callFrame) ? nameOf(node.callFrame) : owner(parents.get(node.id));
  };
  return new Map(
    nodes.map(({ id, callFrame }) => {
      const name = nameOf(callFrame);
      const by = isOwn(callFrame) || name === collector ? undefined : owner(parents.get(id));
      return [id, by === undefined ? name : `${name} ← ${by}`];
    }),
  );
}

type CallFrame = CpuProfile['nodes'][number]['callFrame'];

function isOwn({ url }: CallFrame): boolean {
  return url.startsWith('file:');
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.slice(url.lastIndexOf('/') + 1);
  // Those without a file are the engine's own, such as the garbage collector.
  if (file === '') return functionName;
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}
