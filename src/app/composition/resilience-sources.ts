import { noResilienceFacts, type ResilienceFacts } from '../../alerting/conditions/facts.ts';
import type { Dependencies } from '../../derive/dependencies.ts';
import { openBreakers } from '../../derive/reported/open-breakers.ts';
import type { Reported } from '../../derive/reported/reported.ts';

/** Says what it knows of, as of now. */
export type ResilienceSource = () => Partial<ResilienceFacts>;

/** What all of them say together. */
export function resilienceFacts(sources: readonly ResilienceSource[]): ResilienceFacts {
  const facts = { ...noResilienceFacts };
  for (const source of sources) {
    const told = source();
    facts.missedJobs = facts.missedJobs.concat(told.missedJobs ?? []);
    facts.openBreakers = facts.openBreakers.concat(told.openBreakers ?? []);
    facts.retryStorms = facts.retryStorms.concat(told.retryStorms ?? []);
    facts.recentRetries = facts.recentRetries.concat(told.recentRetries ?? []);
    facts.degradedFeatures = facts.degradedFeatures.concat(told.degradedFeatures ?? []);
  }
  return facts;
}

/** The breakers that apps report to be open. */
export function openReported({ book }: Pick<Reported, 'book'>): ResilienceSource {
  return () => ({ openBreakers: openBreakers(book.all).map((open) => ({ ...open, isShadow: false })) });
}

/** What breakers of calls would be open, and whom retries drown. */
export function ofDependencies(dependencies: Dependencies): ResilienceSource {
  return () => {
    dependencies.look();
    return {
      openBreakers: dependencies.openShadowBreakers().map((open) => ({ ...open, isShadow: true })),
      retryStorms: dependencies.retryStorms,
      recentRetries: dependencies.recentRetries,
    };
  };
}
