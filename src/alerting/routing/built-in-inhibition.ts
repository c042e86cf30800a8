import { parseMatcher } from '../../match/parse.ts';
import type { InhibitRule } from './inhibition.ts';

/** Causes that Tocsin knows for causes, whatever else is configured. */
export const builtInInhibition: readonly InhibitRule[] = [
  // Of an app that is gone everything else that holds is a matter of before. Not what failed: that may be why it is gone.
  rule(
    'alertname="TelemetrySilent"',
    ['alertname!="TelemetrySilent"', 'issue=""'],
    ['service', 'environment'],
  ),
  // Where so much of all fails, it is no matter of one operation.
  rule(
    ['alertname="HighErrorRate"', 'operation=""'],
    ['alertname="HighErrorRate"', 'operation!=""'],
    ['service', 'environment'],
  ),
];

function rule(source: string | string[], target: string | string[], equal: readonly string[]): InhibitRule {
  return {
    source: [source].flat().map(parseMatcher),
    target: [target].flat().map(parseMatcher),
    equal,
  };
}
