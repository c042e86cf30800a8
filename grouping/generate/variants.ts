import { type Change, moved, reformatted, renamed } from './source.ts';

/** One way in which a program is deployed and called; none of them makes another bug of a bug. */
export interface Variant {
  name: string;
  /** What is done to the app's own source files, in this order. */
  changes: readonly Change[];
  /** Where the samples say that the app stands. */
  path: string;
  /** Which of the language's runtimes (versions, builds) it runs in, as far as there are so many. */
  runtime: 0 | 1 | 2;
  /** The library calls the app through two middlewares more. */
  middlewares: boolean;
}

const plain = { changes: [], path: '/app', runtime: 0, middlewares: false } as const;

/** Each is fed its own ids, names, hosts and amounts besides (`inputs.ts`): two occurrences never have the same. */
export const variants: readonly Variant[] = [
  { ...plain, name: 'first' },
  { ...plain, name: 'moved', changes: [moved] },
  { ...plain, name: 'renamed', changes: [renamed] },
  { ...plain, name: 'reformatted', changes: [reformatted] },
  { ...plain, name: 'release', path: '/srv/releases/20240611093012' },
  { ...plain, name: 'runtime', path: '/home/deploy/app', runtime: 1 },
  { ...plain, name: 'caller', middlewares: true },
  {
    name: 'everything',
    changes: [renamed, reformatted, moved],
    path: '/srv/releases/20241102180544',
    runtime: 2,
    middlewares: true,
  },
];

/** The last one stands for those that a language does not have. */
export function runtimeOf<T>({ runtime }: Variant, [first, ...others]: readonly [T, ...T[]]): T {
  return runtime === 0 ? first : (others[runtime - 1] ?? others.at(-1) ?? first);
}
