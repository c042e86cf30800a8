import type { Found } from './condition.ts';
import type { ConditionRule } from './condition-rules.ts';
import type { Facts } from './facts.ts';

/*
 * Rules about whether anything is heard at all, and whether somebody looks after it.
 */

const nowhere = { service: '', environment: '', subject: {} };

/** Of an app that is only called now and then silence says nothing. */
export function telemetrySilent(
  { apps, now, listeningMillis }: Facts,
  { forMillis }: ConditionRule,
): Found[] {
  return apps
    .filter(({ wasSteady, silentMillis }) => wasSteady && silentMillis >= forMillis)
    .map(({ service, environment, silentMillis }) => ({
      service,
      environment,
      subject: { environment },
      title: 'Nothing is heard of it any more',
      detail:
        'It sent telemetry all the time, and then nothing, not even of health checks. Is it running, and does it still export to Tocsin?',
      facts: [],
      since: now - Math.min(silentMillis, listeningMillis),
    }));
}

/** Who was known to be silent before the start is told of as that. */
export function neverReceived({ hasHeard, apps, now, listeningMillis }: Facts): Found[] {
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

export function unresolvedIssuesHigh({ unresolved }: Facts, { threshold }: ConditionRule): Found[] {
  if (unresolved === undefined || unresolved <= threshold) return [];
  return [
    {
      ...nowhere,
      title: `More than ${threshold} issues are not resolved`,
      figure: String(unresolved),
      detail: 'Among so many nobody sees the one that matters: resolve or ignore what is dealt with.',
      facts: [{ name: 'Unresolved', value: String(unresolved) }],
    },
  ];
}

export function tocsinDegraded({ unwell }: Facts): Found[] {
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

/** Fires always, so that who is told of it knows that it would be told of others; what it shows changes every minute. */
export function watchdog({ now }: Facts, { receiver }: ConditionRule): Found[] {
  return [
    {
      ...nowhere,
      service: 'tocsin',
      title: 'Tocsin is watching',
      detail: 'It says so again every minute: if it does not, it cannot tell of failures either.',
      facts: [{ name: 'At', value: new Date(now).toISOString() }],
      onlyFor: receiver,
    },
  ];
}
