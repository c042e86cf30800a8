import type { CallCount, CallRate } from '../../derive/call-rates.ts';
import type { Found } from './condition.ts';
import type { ConditionRule } from './condition-rules.ts';
import type { Facts } from './facts.ts';
import { shareText } from './share-text.ts';

/** So few may fail by chance, whatever share of the calls they are. */
const leastFailed = 5;
/** Below the ratio it holds all the same where calls fail so many times as often as in the hour before. */
const timesUsual = 10;
/** Of which, in that hour, there must have been so many for each that is asked for in 5 minutes. */
const leastBefore = 5;
/** Of one service, the worst of them. */
const mostOperations = 20;
/** Of them people are told so many. */
const mostTold = 5;
/** An issue explains the rate if so much of what failed was of it. */
const explains = 0.5;

/** Services, and operations of them, of which too many calls failed in the last 5 minutes. */
export function highErrorRates(facts: Facts, rule: ConditionRule): Found[] {
  return [...byService(facts.calls)].flatMap(([service, rates]) => {
    const expected = facts.expectedOf(service);
    const isTold = (rate: CallRate): boolean =>
      isHigh(rate, rule) && expected < explains * rate.recent.failed;
    const worst = rates
      .filter(isTold)
      .toSorted((a, b) => b.recent.failed - a.recent.failed)
      .slice(0, mostOperations);
    const whole = sum(service, rates);
    if (worst.length === 0 && !isTold(whole)) return [];
    const environment = facts.environmentOf(service);
    const most = facts.mostOf(service);
    return [...(isTold(whole) ? [whole] : []), ...worst].map((rate): Found => {
      const { operation, recent, before } = rate;
      const isExplained = most !== undefined && most.events >= explains * recent.failed;
      return {
        service,
        environment,
        subject: operation === '' ? {} : { operation },
        title: 'Too many calls fail',
        figure: `${shareText(recent)} in 5 min`,
        detail: '',
        facts: [
          { name: 'Failed', value: `${shareText(recent)} in 5 min` },
          ...(before.calls === 0
            ? []
            : [{ name: 'Before', value: `${shareText(before)} in the hour before` }]),
          ...(operation === '' && worst.length > 0 ? [worstOf(worst)] : []),
        ],
        ...(isExplained ? { explainedBy: most.key } : {}),
      };
    });
  });
}

function isHigh({ recent, before }: CallRate, { ratio, minimum }: ConditionRule): boolean {
  if (recent.calls < minimum || recent.failed < leastFailed) return false;
  const share = recent.failed / recent.calls;
  if (share > ratio) return true;
  const isKnown = before.calls >= leastBefore * minimum;
  // Of what never failed the least that could have been seen is one.
  return isKnown && share > timesUsual * (Math.max(1, before.failed) / before.calls);
}

function byService(calls: readonly CallRate[]): Map<string, CallRate[]> {
  const services = new Map<string, CallRate[]>();
  for (const rate of calls) {
    const known = services.get(rate.service);
    if (known === undefined) services.set(rate.service, [rate]);
    else known.push(rate);
  }
  return services;
}

function sum(service: string, rates: readonly CallRate[]): CallRate {
  const whole: CallRate = {
    service,
    operation: '',
    recent: { calls: 0, failed: 0 },
    before: { calls: 0, failed: 0 },
  };
  for (const { recent, before } of rates) {
    add(whole.recent, recent);
    add(whole.before, before);
  }
  return whole;
}

function add(to: CallCount, { calls, failed }: CallCount): void {
  to.calls += calls;
  to.failed += failed;
}

function worstOf(rates: readonly CallRate[]): { name: string; value: string } {
  const told = rates.slice(0, mostTold).map(({ operation, recent }) => `${operation} ${shareText(recent)}`);
  return { name: 'Worst', value: told.join(', ') };
}
