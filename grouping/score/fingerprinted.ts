import { exceptionAttributes } from '../../src/conventions/attributes.ts';
import type { Frame } from '../../src/errors/error-event.ts';
import { fingerprint } from '../../src/errors/fingerprint.ts';
import { describeException } from '../../src/errors/span-failure.ts';
import { readStackTrace } from '../../src/errors/stack/trace.ts';
import type { Sample } from '../sample.ts';
import type { Grouped } from './pairs.ts';

/** A sample and what Tocsin makes of it. */
export interface Fingerprinted extends Sample, Grouped {
  /** The failing call first; empty if the trace was not read. */
  frames: readonly Frame[];
}

/** As `extractErrors` does it with an exception that is recorded on a span. */
export function fingerprinted(sample: Sample): Fingerprinted {
  const attributes = new Map([
    [exceptionAttributes.type, sample.type],
    [exceptionAttributes.message, sample.message],
    [exceptionAttributes.stacktrace, sample.stacktrace],
  ]);
  const { type, message, stack } = describeException({ attributes, timeMillis: 0 }, 0);
  const { frames, causes } = readStackTrace(stack, message);
  return {
    ...sample,
    scope: `${sample.language} ${sample.service}`,
    fingerprint: fingerprint({ type, message, frames, causes }),
    frames,
  };
}
