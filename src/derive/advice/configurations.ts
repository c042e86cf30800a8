import type { Advice } from './advise.ts';

/** Ready to be pasted, by library. */
export interface Configurations {
  opossum: string;
  cockatiel: string;
  resilience4j: string;
  istio: string;
}

/** The usual share and number of calls: what was seen says nothing better. */
const ratio = { percent: 50, least: 20, windowSeconds: 60 };

/** @param dependency as it is called; its host stands for it where a host is asked for */
export function configurationsOf(advice: Advice, dependency: string): Configurations {
  return {
    opossum: opossum(advice),
    cockatiel: cockatiel(advice),
    resilience4j: resilience4j(advice, dependency),
    istio: istio(advice, dependency),
  };
}

function opossum({ timeoutMillis, openMillis }: Advice): string {
  return lines(
    'new CircuitBreaker(call, {',
    `  timeout: ${timeoutMillis.value},`,
    `  resetTimeout: ${openMillis.value},`,
    `  rollingCountTimeout: ${ratio.windowSeconds * 1000},`,
    `  volumeThreshold: ${ratio.least},`,
    `  errorThresholdPercentage: ${ratio.percent},`,
    '});',
  );
}

function cockatiel(advice: Advice): string {
  const { attempts, timeoutMillis, openMillis, consecutiveFailures, firstDelayMillis, longestDelayMillis } =
    advice;
  const backoff = `new ExponentialBackoff({ initialDelay: ${firstDelayMillis.value}, maxDelay: ${longestDelayMillis.value} })`;
  const policies = [
    ...(attempts.value > 1
      ? [`retry(handleAll, { maxAttempts: ${attempts.value - 1}, backoff: ${backoff} })`]
      : []),
    `circuitBreaker(handleAll, { halfOpenAfter: ${openMillis.value}, breaker: new ConsecutiveBreaker(${consecutiveFailures.value}) })`,
    `timeout(${timeoutMillis.value}, TimeoutStrategy.Aggressive)`,
  ];
  return lines('wrap(', ...policies.map((policy) => `  ${policy},`), ');');
}

function resilience4j(advice: Advice, dependency: string): string {
  const { attempts, timeoutMillis, openMillis, firstDelayMillis, longestDelayMillis } = advice;
  const name = nameOf(dependency);
  return lines(
    'resilience4j:',
    '  retry.instances:',
    `    ${name}:`,
    `      max-attempts: ${attempts.value}`,
    `      wait-duration: ${firstDelayMillis.value}ms`,
    '      enable-exponential-backoff: true',
    '      exponential-backoff-multiplier: 2',
    `      exponential-max-wait-duration: ${longestDelayMillis.value}ms`,
    '      enable-randomized-wait: true',
    // Without it the longest wait is not looked at.
    '      randomized-wait-factor: 0.5',
    '  circuitbreaker.instances:',
    `    ${name}:`,
    '      sliding-window-type: TIME_BASED',
    `      sliding-window-size: ${ratio.windowSeconds}`,
    `      minimum-number-of-calls: ${ratio.least}`,
    `      failure-rate-threshold: ${ratio.percent}`,
    `      wait-duration-in-open-state: ${openMillis.value}ms`,
    '      permitted-number-of-calls-in-half-open-state: 1',
    '  timelimiter.instances:',
    `    ${name}:`,
    `      timeout-duration: ${timeoutMillis.value}ms`,
  );
}

function istio(advice: Advice, dependency: string): string {
  const { attempts, timeoutMillis, openMillis, consecutiveFailures } = advice;
  const known = hostOf(dependency);
  const host = JSON.stringify(known ?? 'HOST');
  const name = nameOf(dependency).toLowerCase();
  return lines(
    ...(known === undefined ? ['# Its spans do not name a host: write it in the place of HOST.'] : []),
    'apiVersion: networking.istio.io/v1',
    'kind: VirtualService',
    `metadata: { name: ${name} }`,
    'spec:',
    `  hosts: [${host}]`,
    '  http:',
    `    - route: [{ destination: { host: ${host} } }]`,
    '      retries:',
    `        attempts: ${attempts.value - 1}`,
    // Istio refuses what says how to try again and that nobody is to.
    ...(attempts.value > 1
      ? [
          `        perTryTimeout: ${timeoutMillis.value}ms`,
          '        retryOn: 5xx,reset,connect-failure,retriable-status-codes',
        ]
      : []),
    '---',
    'apiVersion: networking.istio.io/v1',
    'kind: DestinationRule',
    `metadata: { name: ${name} }`,
    'spec:',
    `  host: ${host}`,
    '  trafficPolicy:',
    '    outlierDetection:',
    `      consecutive5xxErrors: ${consecutiveFailures.value}`,
    `      baseEjectionTime: ${Math.round(openMillis.value / 1000)}s`,
    '      interval: 1s',
    '      maxEjectionPercent: 100',
  );
}

/** One that YAML and Kubernetes take, and another for each dependency: two of a name would be one. */
function nameOf(dependency: string): string {
  const letters = dependency.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  // YAML takes a name of digits for a number.
  return /[A-Za-z]/.test(letters) ? letters : `dependency${letters === '' ? '' : `-${letters}`}`;
}

/** Of `db:5432 postgresql/shop` the host; undefined where there is none, or it stands for many (`ip`). */
function hostOf(dependency: string): string | undefined {
  const [, name = ''] = /^([^ ]*?)(?::\d+)?(?: |$)/.exec(dependency) ?? [];
  const isHost = /^(?=.*[a-z])[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(name);
  return isHost && name !== 'ip' && name !== 'unknown' ? name : undefined;
}

function lines(...some: readonly string[]): string {
  return `${some.join('\n')}\n`;
}
