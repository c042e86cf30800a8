import * as z from 'zod';
import { named } from './common.ts';
import type { Route } from './route.ts';

export const descriptionRoutes = {
  describeApi: {
    method: 'get',
    path: '/api/openapi.json',
    summary: 'This description',
    answer: named('OpenApi', z.looseObject({ openapi: z.string() })),
  },
} as const satisfies Record<string, Route>;
