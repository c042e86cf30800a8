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

const spans = z.int();

const sampling = z
  .object({
    ratio: z.number().describe('Of local traces that nothing else keeps, so many are forwarded'),
    always: z
      .array(z.string())
      .describe('What keeps a local trace whatever the ratio is, beside a failure in it'),
    always_spans: spans.describe('Forwarded, since something in their local trace failed or was asked for'),
    ratio_spans: spans.describe('Forwarded by the ratio'),
    left_out_spans: spans,
  })
  .describe('Of forward.sampling; spans since this process began, and while the ratio was below 1');

const localTraces = z
  .object({
    held_spans: spans.describe('Wait for their local root now'),
    timeout_spans: spans.describe('Went on without it: it did not come in time'),
    full_spans: spans.describe('Went on without it: there was no room to hold them'),
    orphaned_spans: spans.describe('Forwarded, since one of them failed, after the rest had been dropped'),
  })
  .describe('Of those that come in several requests');

const noise = named('Noise', z.object({ items: z.array(rule), sampling, local_traces: localTraces }));
export type NoiseAnswer = z.infer<typeof noise>;

export const noiseRoutes = {
  listNoise: {
    method: 'get',
    path: '/api/noise',
    summary:
      'What was dropped as noise since this process began, by rule, with samples, and what was left out by sampling',
    answer: noise,
  },
} as const satisfies Record<string, Route>;
