import type { Configured } from '../e2e/support/tocsin.ts';
import type { Random } from '../fuzz/random.ts';

/** What a reload changes. */
export interface Policy {
  healthChecks: boolean;
  /** Whether a rule of the user's drops what serves files. */
  dropsFiles: boolean;
  /** Of sampling; 1 = it is off. */
  ratio: number;
}

/** How Tocsin is configured in one round. */
export interface Settings {
  policy: Policy;
  holdMillis: number;
  journal: boolean;
  /** Broken: where its directory should be there is a file. Tiny: what is down for long loses the oldest. */
  spool: 'usual' | 'broken' | 'tiny';
  /** So little may wait in memory that the spool is used while all is well. */
  queueIsSmall: boolean;
  compression: 'gzip' | 'zstd' | 'none';
  /** Of one try to forward something. */
  forwardTimeoutMillis: number;
  /** A back end more gets the same. */
  destinations: 1 | 2;
  /** So many services that what is exposed comes in several pieces. */
  hasManyServices: boolean;
  /** Its data has a disk of its own, which can be filled. */
  diskMebibytes: number | undefined;
}

/** So long that no try ends by it. */
export const longTimeoutMillis = 60_000;
/** The name of the user's rule. */
export const filesRule = 'files';
/** What fits into a request; what is larger is answered 413. */
export const mostBodyBytes = 64 * 1024;

export function policyOf(random: Random): Policy {
  return {
    healthChecks: !random.once(5),
    dropsFiles: random.once(2),
    ratio: random.one([1, 1, 0.5, 0.25]),
  };
}

/** @param hasDisks whether a file system can be mounted here */
export function settingsOf(random: Random, hasDisks: boolean): Settings {
  const [policy, wantsDisk] = [policyOf(random), random.once(4)];
  const spool = random.one(['usual', 'usual', 'usual', 'usual', 'usual', 'usual', 'broken', 'tiny'] as const);
  const journal = !random.once(5);
  return {
    policy,
    holdMillis: random.one([1_000, 1_500, 3_000]),
    // Without either what waits at a stop is lost, as the documentation says: there is little to be found there.
    journal: journal || spool === 'broken',
    spool,
    queueIsSmall: random.once(3) && spool === 'usual',
    compression: random.one(['gzip', 'zstd', 'none'] as const),
    forwardTimeoutMillis: random.one([2_500, longTimeoutMillis]),
    destinations: random.once(4) ? 2 : 1,
    hasManyServices: random.once(4),
    diskMebibytes: wantsDisk && hasDisks && spool === 'usual' ? 12 : undefined,
  };
}

export function servicesOf({ hasManyServices }: Settings): readonly string[] {
  if (!hasManyServices) return ['shop', 'payments', 'stock'];
  return Array.from({ length: 300 }, (_, i) =>
    `service-${i}-with-a-name-that-is-long`.padEnd(200, '-and-longer'),
  );
}

/** @param endpoints of the back ends, as many as there are destinations */
export function configurationOf(
  settings: Settings,
  policy: Policy,
  [endpoint, ...others]: readonly string[],
): Configured {
  const { holdMillis, journal, spool, queueIsSmall, compression, forwardTimeoutMillis } = settings;
  const way = {
    compression,
    timeout: `${forwardTimeoutMillis}ms`,
    ...(queueIsSmall && { max_queue: '96KiB' }),
    ...(spool === 'tiny' && { spool: { max_size: '24KiB' } }),
  };
  // Only what is one line for each of them.
  const metrics = settings.hasManyServices ? { span_metrics: false } : {};
  const files = { name: filesRule, where: ['http.route="/static/*"'] };
  return {
    intake: { max_body: `${mostBodyBytes}B`, journal },
    noise: { health_checks: policy.healthChecks, drop: policy.dropsFiles ? [files] : [] },
    metrics,
    local_traces: { hold: `${holdMillis}ms` },
    forward: {
      endpoint,
      ...way,
      destinations: others.map((url, i) => ({ name: `other-${i}`, endpoint: url, ...way })),
      sampling: { ratio: policy.ratio },
    },
  };
}
