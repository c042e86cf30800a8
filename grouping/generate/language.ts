import type { Inputs } from './inputs.ts';
import type { Syntax } from './source.ts';
import type { Variant } from './variants.ts';

/** What a program printed of one error. */
export interface Thrown {
  bug: string;
  type: string;
  message: string;
  stacktrace: string;
}

export interface Run {
  variant: Variant;
  inputs: Inputs;
  /** A directory of this variant's own with the program in it, already changed. */
  directory: string;
  /** For what may be kept from one variant to the next, such as compiled dependencies. */
  cache: string;
}

export interface Outcome {
  thrown: readonly Thrown[];
  /** With its version. */
  runtime: string;
  service: string;
  /** This machine's paths in the traces, and where they are in a deployment; besides the program's own directory. */
  places: ReadonlyMap<string, string>;
}

export interface Language {
  name: string;
  syntax: Syntax;
  /** The app's own source files: those that the variants change. */
  sources: RegExp;
  /** Runs the program in one variant; more than one outcome if it is built in several ways. */
  run: (run: Run) => Promise<readonly Outcome[]> | readonly Outcome[];
}
