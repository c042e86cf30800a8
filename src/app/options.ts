import { z } from 'zod';
import { adminSchema } from '../admin/config.ts';
import type { Environment } from '../config/environment.ts';
import { intakeSchema } from '../intake/config.ts';
import { metricsSchema } from '../metrics/config.ts';
import { noiseSchema } from '../noise/config.ts';
import { receiversSchema } from '../notify/config.ts';
import { storeSchema } from '../store/config.ts';
import { logLevels } from '../telemetry/log.ts';

/** The whole configuration file: each folder's part under its own key. */
export const configurationSchema = z.strictObject({
  version: z
    .literal(1, { error: 'not a version of the configuration that this Tocsin knows: write 1' })
    .default(1),
  intake: intakeSchema.prefault({}),
  noise: noiseSchema.prefault({}),
  metrics: metricsSchema.prefault({}),
  store: storeSchema.prefault({}),
  alerts: z.strictObject({ receivers: receiversSchema }).prefault({}),
  admin: adminSchema.prefault({}),
});

export type Configuration = z.infer<typeof configurationSchema>;

/** Keys of the documented configuration that this version does not act on yet: they are warned of, not refused. */
export const plannedKeys: readonly string[] = [
  'intake.http.unix',
  'intake.http.tls',
  'intake.grpc',
  'intake.journal',
  'noise.drop',
  'metrics.dimensions',
  'metrics.expire_after',
  'metrics.span_metrics',
  'retries',
  'breakers',
  'errors',
  'store.retention',
  'store.max_size',
  'health',
  'alerts.dry_run',
  'alerts.rules',
  'alerts.budget',
  'alerts.route',
  'alerts.inhibit_rules',
  'alerts.time_intervals',
  'alerts.receivers[].fallback',
  'links',
  'forward',
  'gateway',
  'admin.tokens',
];

/** What only the environment says. */
export const environmentSchema = z.object({
  TOCSIN_DATA_DIR: z.string().min(1).default('./data'),
  LOG_LEVEL: z.enum(logLevels, { error: `not one of: ${logLevels.join(', ')}` }).default('info'),
});

export function configFilesOf(environment: Environment): string[] {
  return (environment['TOCSIN_CONFIG'] ?? '').split(':').filter((file) => file !== '');
}
