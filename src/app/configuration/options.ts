import * as z from 'zod';
import { adminSchema } from '../../admin/config.ts';
import { alertsAdvice } from '../../alerting/advice.ts';
import { deadRulesAdvice } from '../../alerting/dead-rules.ts';
import { checkNames, routingShape } from '../../alerting/config.ts';
import { rulesSchema } from '../../alerting/rules-config.ts';
import type { Environment } from '../../config/environment.ts';
import { evenIfPartsAreWrong } from '../../config/partial.ts';
import type { Advice, Problem } from '../../config/problem.ts';
import type { ListenAddress } from '../../config/scalars.ts';
import { breakersSchema } from '../../derive/breakers/config.ts';
import { retriesSchema } from '../../derive/retries/config.ts';
import { errorsSchema } from '../../errors/config.ts';
import { forwardSchema } from '../../forward/config.ts';
import { intakeSchema } from '../../intake/config.ts';
import { metricsSchema } from '../../metrics/config.ts';
import { noiseSchema } from '../../noise/config.ts';
import {
  budgetSchema,
  buttonsSchema,
  dryRunSchema,
  linksSchema,
  receiversSchema,
} from '../../notify/config.ts';
import { localTracesSchema } from '../../pipeline/config.ts';
import { storeSchema } from '../../store/config.ts';
import { type LogLevel, logLevels } from '../../telemetry/log.ts';
import { telemetrySchema } from '../../telemetry/tracing/config.ts';
import { healthSchema } from './health-config.ts';

const parts = z.strictObject({
  version: z
    .literal(1, { error: 'not a version of the configuration that this Tocsin knows: write 1' })
    .default(1)
    .describe('of this format'),
  intake: intakeSchema.prefault({}).describe('What apps send.'),
  noise: noiseSchema.prefault({}).describe('What is dropped; never anything that failed.'),
  local_traces: localTracesSchema.prefault({}),
  errors: errorsSchema.prefault({}).describe('What becomes of failures.'),
  metrics: metricsSchema.prefault({}).describe('What Prometheus and the kubelet ask for.'),
  retries: retriesSchema.prefault({}),
  breakers: breakersSchema.prefault({}),
  store: storeSchema.prefault({}).describe('Where issues, alerts and deliveries are kept.'),
  health: healthSchema.prefault({}).describe('From when on `/health` says degraded.'),
  alerts: z
    .strictObject({
      dry_run: dryRunSchema,
      rules: rulesSchema,
      budget: budgetSchema
        .prefault({})
        .describe('Of each receiver; what is over it is told in one message, which is edited.'),
      receivers: receiversSchema,
      buttons: buttonsSchema
        .prefault({})
        .describe('How Tocsin hears of buttons that are pressed, where chats tell it by requests.'),
      ...routingShape,
    })
    .superRefine(checkNames, evenIfPartsAreWrong)
    .prefault({})
    .describe('Who is told of what.'),
  links: linksSchema.prefault({}).describe('Where the messages of incidents lead.'),
  forward: forwardSchema.prefault({}).describe('Where what is kept is sent.'),
  admin: adminSchema.prefault({}).describe('The API for people.'),
  telemetry: telemetrySchema.prefault({}).describe('What Tocsin says of itself.'),
});

/** The whole configuration file: each folder's part under its own key. */
export const configurationSchema = parts.superRefine(({ intake, metrics, admin, alerts }, context) => {
  const listeners = [
    { path: ['intake', 'http', 'listen'], address: intake.http.listen },
    ...(intake.grpc.listen === ''
      ? []
      : [{ path: ['intake', 'grpc', 'listen'], address: intake.grpc.listen }]),
    { path: ['metrics', 'listen'], address: metrics.listen },
    { path: ['admin', 'listen'], address: admin.listen },
    ...(hearsByRequests(alerts)
      ? [{ path: ['alerts', 'buttons', 'listen'], address: alerts.buttons.listen }]
      : []),
  ];
  for (const [i, { path, address }] of listeners.entries()) {
    const other = listeners.slice(0, i).find((earlier) => collide(earlier.address, address));
    if (other === undefined) continue;
    const message = `the same address as ${other.path.join('.')}: each listener needs one of its own`;
    context.addIssue({ code: 'custom', path, message });
  }
});

export type Configuration = z.infer<typeof configurationSchema>;

/** Whether the listener for buttons is opened. */
export function hearsByRequests({ receivers }: Pick<Configuration['alerts'], 'receivers'>): boolean {
  return receivers.some(({ slack }) => slack?.signing_secret !== undefined);
}

function collide(a: ListenAddress, b: ListenAddress): boolean {
  const isEvery = ({ host }: ListenAddress): boolean => host === '0.0.0.0' || host === '::';
  return a.port !== 0 && a.port === b.port && (a.host === b.host || isEvery(a) || isEvery(b));
}

/** Keys of the documented configuration that this version does not act on yet: they are warned of, not refused. */
export const plannedKeys: readonly string[] = ['gateway'];

/** What there is to warn of in a configuration without mistakes. */
export function adviceOn({ alerts, metrics, retries }: Configuration): Advice[] {
  const { rules } = alerts;
  return [
    ...alertsAdvice(alerts),
    ...(metrics.span_metrics ? [] : deadRulesAdvice(rules, 'calls', ['metrics', 'span_metrics'])),
    ...(retries.infer ? [] : deadRulesAdvice(rules, 'retries', ['retries', 'infer'])),
  ];
}

/** What only the environment says. A variable that is set to nothing counts as not set. */
const environmentSchema = z.object({
  TOCSIN_DATA_DIR: z.string().default('./data'),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(logLevels, { error: `not one of: ${logLevels.join(', ')}` }))
    .default('info'),
});

export interface Settings {
  dataDirectory: string;
  logLevel: LogLevel;
}

/** @returns what only the environment says, and what is wrong with it; the default stands for what is wrong */
export function readSettings(environment: Environment): { settings: Settings; problems: Problem[] } {
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  const { data, error } = environmentSchema.safeParse(Object.fromEntries(given));
  const problems = (error?.issues ?? []).map(({ path, message }): Problem => {
    return { severity: 'error', place: { variable: path.join('.') }, path: '', message };
  });
  const { TOCSIN_DATA_DIR: dataDirectory, LOG_LEVEL: logLevel } = data ?? environmentSchema.parse({});
  return { settings: { dataDirectory, logLevel }, problems };
}

export function configFilesOf(environment: Environment): string[] {
  return (environment['TOCSIN_CONFIG'] ?? '').split(':').filter((file) => file !== '');
}
