import { type Collector, findCollector } from '../otelcol/binary.ts';
import type { Options } from '../options.ts';

/**
 * Without the Collector where there is none, unless it was asked for by name.
 * @returns what to say about it as well; undefined if all are there
 */
export function availableSubjects(
  { subjects, areSubjectsChosen }: Pick<Options, 'subjects' | 'areSubjectsChosen'>,
  find: () => Collector = findCollector,
): { subjects: Options['subjects']; leftOut: string | undefined } {
  if (areSubjectsChosen || !subjects.includes('otelcol')) return { subjects, leftOut: undefined };
  const collector = find();
  if (collector.kind === 'built') return { subjects, leftOut: undefined };
  return {
    subjects: subjects.filter((name) => name !== 'otelcol'),
    leftOut: `LEFT OUT the OpenTelemetry Collector (otelcol): ${collector.why}`,
  };
}
