import { parseArgs } from 'node:util';

/** The command line is wrong; the message says how. */
export class UsageWrong extends Error {
  override readonly name = 'UsageWrong';
}

/** Options that each have a value. @throws UsageWrong */
export function parseOptions<Name extends string>(
  args: string[],
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({ args, options }).values as Partial<Record<Name, string>>;
  } catch (error) {
    throw new UsageWrong((error as Error).message);
  }
}

/** @throws UsageWrong */
export function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new UsageWrong(`--${name}: ${text} is not a whole number`);
  return Number(text);
}
