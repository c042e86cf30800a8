import type { ConditionRule } from './condition-rules.ts';
import type { Found } from './condition.ts';
import type { Facts, OpenBreaker } from './facts.ts';

/*
 * Rules about breakers, retries and features that are switched off for a while.
 */

export function breakersOpen(facts: Facts): Found[] {
  return facts.resilience.openBreakers
    .filter(({ isShadow }) => !isShadow)
    .map((breaker) => ({
      ...placeOf(breaker, facts),
      title: `The circuit breaker ${breaker.name} is open`,
      detail:
        'Calls through it are refused at once, until a probe succeeds. What it protects from is likely why.',
      facts: factsOf(breaker),
      since: breaker.since,
    }));
}

export function shadowBreakersOpen(facts: Facts): Found[] {
  return facts.resilience.openBreakers
    .filter(({ isShadow }) => isShadow)
    .map((breaker) => ({
      ...placeOf(breaker, facts),
      title: `A circuit breaker to ${breaker.name} would be open`,
      detail:
        'So many of its calls fail that a breaker would refuse them. The app has none: it goes on waiting for each.',
      facts: factsOf(breaker),
      since: breaker.since,
    }));
}

/** One that closes again by itself is at work; one whose probes fail for minutes waits for somebody. */
export function breakersStuckOpen(facts: Facts, { forMillis }: ConditionRule): Found[] {
  return facts.resilience.openBreakers
    .filter(
      ({ isShadow, failedProbes, since }) => !isShadow && failedProbes > 0 && facts.now - since >= forMillis,
    )
    .map((breaker) => ({
      ...placeOf(breaker, facts),
      title: `The circuit breaker ${breaker.name} does not close`,
      detail: 'Each of its probes fails: what it protects from does not recover by itself.',
      facts: [...factsOf(breaker), { name: 'Failed probes', value: String(breaker.failedProbes) }],
      since: breaker.since,
    }));
}

export function retryStorms({ resilience, environmentOf }: Facts): Found[] {
  return resilience.retryStorms.map(({ service, dependency, amplification, since }) => ({
    service,
    environment: environmentOf(service),
    subject: { dependency },
    title: `Retries multiply the calls to ${dependency}`,
    detail: 'So much is tried again that the retries themselves may keep it from recovering.',
    facts: [{ name: 'Attempts', value: `${amplification.toFixed(1)} for each call` }],
    since,
  }));
}

export function featuresDegraded({ resilience, environmentOf }: Facts): Found[] {
  return resilience.degradedFeatures.map(({ service, name, since }) => ({
    service,
    environment: environmentOf(service),
    subject: { feature: name },
    title: `The feature ${name} is degraded`,
    detail: 'The app said so, and goes on without it until it says that it is restored.',
    facts: [],
    since,
  }));
}

function placeOf(
  { service, name, isShadow }: OpenBreaker,
  { environmentOf }: Facts,
): Pick<Found, 'service' | 'environment' | 'subject'> {
  return {
    service,
    environment: environmentOf(service),
    subject: isShadow ? { dependency: name } : { breaker: name },
  };
}

function factsOf({ calls }: OpenBreaker): Found['facts'] {
  return calls === 0 ? [] : [{ name: 'Calls meanwhile', value: String(calls) }];
}
