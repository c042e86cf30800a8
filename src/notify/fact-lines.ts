import type { Fact } from './message.ts';

/** Facts as they stand beside each other. @param belowSummary whether the summary is shown as well, which says some of them */
export function factLines(facts: readonly Fact[], belowSummary: boolean): Fact[][] {
  const lines: Fact[][] = [];
  for (const fact of facts) {
    if (fact.isBeside !== true || lines.length === 0) lines.push([]);
    if (!(belowSummary && fact.isInSummary === true)) lines.at(-1)!.push(fact);
  }
  return lines.filter((line) => line.length > 0);
}
