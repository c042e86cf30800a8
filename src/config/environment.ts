/** Environment variables, as they were when the program started. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place where the process' environment is read; everything else is given it. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
