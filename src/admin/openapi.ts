import * as z from 'zod';
import { cookieName } from './access/session-cookie.ts';
import { routes } from './contract.ts';
import { apiSchemas, problemAnswer } from './contract/common.ts';
import type { Route } from './contract/route.ts';

const schemaUri = (id: string): string => `#/components/schemas/${id}`;

/** Problem details that any route may answer with. */
const commonErrors = [400, 401, 403, 429, 500] as const;

/** The API in OpenAPI 3.1, made of the table of routes. */
export function describeApi(version: string): { openapi: string; [key: string]: unknown } {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tocsin',
      version,
      summary: 'Issues, alerts and the state of one Tocsin',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }, { session: [] }],
    paths: paths(),
    components: {
      schemas: schemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The admin token' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: cookieName,
          description: 'After the login link; changes need an Origin header that is our own',
        },
      },
    },
  };
}

function paths(): Record<string, Record<string, unknown>> {
  const described: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (described[path] ??= {})[route.method] = operation(name, route);
  }
  return described;
}

function operation(name: string, route: Route): Record<string, unknown> {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, parameter]) => {
    return { name: parameter, in: 'path', required: true, schema: { type: 'string' } };
  });
  const { properties = {} } = route.query === undefined ? {} : jsonSchema(route.query);
  const inQuery = Object.entries(properties).map(([parameter, schema]) => {
    const { description, ...rest } = schema as { description?: string };
    return { name: parameter, in: 'query', ...(description && { description }), schema: rest };
  });
  const types = route.streams ?? ['application/json'];
  const errors = [...commonErrors, ...(route.errors ?? [])].sort((a, b) => a - b);
  return {
    operationId: name,
    summary: route.summary,
    parameters: [...inPath, ...inQuery],
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(route.body) } } },
    }),
    responses: {
      200: {
        description: 'OK',
        content: Object.fromEntries(types.map((type) => [type, { schema: schemaOf(type, route) }])),
      },
      ...Object.fromEntries(errors.map((status) => [status, problem])),
    },
  };
}

/** Of CSV there is no more to say than that it is text. */
function schemaOf(type: string, route: Route): object {
  return type === 'text/csv' ? { type: 'string' } : reference(route.answer);
}

const problem = {
  description: 'Problem details (RFC 9457)',
  content: { 'application/problem+json': { schema: reference(problemAnswer) } },
};

function reference(schema: z.ZodType): { $ref: string } {
  const id = apiSchemas.get(schema)?.id;
  if (id === undefined) throw new Error('an answer has no name: use named()');
  return { $ref: schemaUri(id) };
}

function schemas(): Record<string, object> {
  // `input`: what is added to an answer later must not break who checks it.
  const { schemas: made } = z.toJSONSchema(apiSchemas, { uri: schemaUri, io: 'input' });
  return Object.fromEntries(Object.entries(made).map(([id, schema]) => [id, plain(schema)]));
}

function jsonSchema(schema: z.ZodType): { properties?: Record<string, object> } {
  return plain(z.toJSONSchema(schema, { io: 'input' }));
}

/** Without what only stands in a document of its own. */
function plain(schema: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'));
}
