/** Environment variables, as they were when the program started. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place where the process' environment is read; everything else is given it. */
export function readEnvironment(): Environment {
  return { ...process.env };
}

/** Works as if no variable that begins so were there: for libraries that read them by themselves, at once. */
export function withoutVariables<T>(prefix: string, work: () => T): T {
  const hidden = Object.entries(process.env).filter(([name]) => name.startsWith(prefix));
  for (const [name] of hidden) delete process.env[name];
  try {
    return work();
  } finally {
    for (const [name, value] of hidden) process.env[name] = value;
  }
}
