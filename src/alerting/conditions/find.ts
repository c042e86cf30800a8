import type { Condition, ConditionName, Found } from './condition.ts';
import type { ConditionRule, ConditionRules } from './condition-rules.ts';
import { highErrorRates } from './error-rate.ts';
import type { Facts } from './facts.ts';

const finders: Record<ConditionName, (facts: Facts, rule: ConditionRule) => Found[]> = {
  HighErrorRate: highErrorRates,
  TelemetrySilent: telemetrySilent,
  NeverReceived: neverReceived,
  UnresolvedIssuesHigh: unresolvedIssuesHigh,
  TocsinDegraded: tocsinDegraded,
};

/** What holds now, by all rules that are on. */
export function findConditions(facts: Facts, rules: ConditionRules): Condition[] {
  const names = Object.keys(rules) as ConditionName[];
  return names.flatMap((alertname) => {
    const rule = rules[alertname]!;
    const { severity } = rule;
    return finders[alertname](facts, rule).map((found) => ({ ...found, alertname, severity }));
  });
}

const nowhere = { service: '', environment: '', operation: '' };

/** Of an app that is only called now and then silence says nothing. */
function telemetrySilent({ apps, now, listeningMillis }: Facts, { forMillis }: ConditionRule): Found[] {
  return apps
    .filter(({ wasSteady, silentMillis }) => wasSteady && silentMillis >= forMillis)
    .map(({ service, environment, silentMillis }) => ({
      ...nowhere,
      service,
      environment,
      title: 'Nothing is heard of it any more',
      detail:
        'It sent telemetry all the time, and then nothing, not even of health checks. Is it running, and does it still export to Tocsin?',
      facts: [],
      since: now - Math.min(silentMillis, listeningMillis),
    }));
}

/** Who was known to be silent before the start is told of as that. */
function neverReceived({ hasHeard, apps, now, listeningMillis }: Facts): Found[] {
  if (hasHeard || apps.length > 0) return [];
  return [
    {
      ...nowhere,
      title: 'Tocsin has received no telemetry since it was started',
      detail:
        'Nothing came by OTLP. Does the app have an OpenTelemetry SDK, and OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318? Until something comes, no failure is seen.',
      facts: [],
      since: now - listeningMillis,
    },
  ];
}

function unresolvedIssuesHigh({ unresolved }: Facts, { threshold }: ConditionRule): Found[] {
  if (unresolved === undefined || unresolved <= threshold) return [];
  return [
    {
      ...nowhere,
      title: `More than ${threshold} issues are not resolved`,
      detail: 'Among so many nobody sees the one that matters: resolve or ignore what is dealt with.',
      facts: [{ name: 'Unresolved', value: String(unresolved) }],
    },
  ];
}

function tocsinDegraded({ unwell }: Facts): Found[] {
  if (unwell.length === 0) return [];
  return [
    {
      ...nowhere,
      service: 'tocsin',
      title: 'Tocsin itself is not well',
      detail: 'Failures may be told late, or not at all. GET /health says more.',
      facts: unwell.map(({ part, detail }) => ({ name: part, value: detail })),
    },
  ];
}
