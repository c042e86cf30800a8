import * as z from 'zod';
import { named, time } from './common.ts';
import type { Route } from './route.ts';

const sample = z.object({
  service: z.string(),
  name: z.string().describe('Of the local root'),
  kind: z.string(),
  at: time,
});

const rule = named(
  'NoiseRule',
  z.object({
    rule: z.string(),
    built_in: z.boolean(),
    enabled: z.boolean().describe('Whether it is asked now; one that was taken away keeps its counts'),
    spans: z.int(),
    bytes: z.int(),
    last_dropped_at: time.nullable(),
    samples: z.array(sample).describe('The last few local roots that differ, the newest first'),
  }),
);
export type NoiseRuleAnswer = z.infer<typeof rule>;

export const noiseRoutes = {
  listNoise: {
    method: 'get',
    path: '/api/noise',
    summary: 'What was dropped as noise since this process began, by rule, with samples',
    answer: named('Noise', z.object({ items: z.array(rule) })),
  },
} as const satisfies Record<string, Route>;
