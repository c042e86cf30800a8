import * as z from 'zod';

const healthStatuses = ['healthy', 'degraded', 'unhealthy'] as const;
export type HealthStatus = (typeof healthStatuses)[number];

const component = z.object({
  status: z.enum(healthStatuses),
  detail: z.string().optional(),
});
export type ComponentHealth = z.infer<typeof component>;

const receivers = component.extend({
  receivers: z.array(z.object({ name: z.string(), problem: z.string().nullable() })),
});

/** Null while the store cannot be read. */
const count = z.int().nullable();

const errorTracking = component.extend({
  total_errors: count,
  unresolved_errors: count,
  recent_24h: count,
  critical_errors: count,
});
export type ErrorTrackingHealth = z.infer<typeof errorTracking>;

/** Of `GET /health`, which is served where everybody may ask: it says nothing secret. */
export const healthAnswer = z.object({
  status: z.enum(healthStatuses),
  components: z
    .object({
      intake: component,
      store: component,
      forward: component,
      alerting: component,
      receivers,
      error_tracking: errorTracking,
    })
    // Whatever is not as it was configured.
    .catchall(component),
});
export type HealthAnswer = z.infer<typeof healthAnswer>;
