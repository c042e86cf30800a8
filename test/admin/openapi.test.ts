import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { routes } from '../../src/admin/contract.ts';
import { apiSchemas } from '../../src/admin/contract/common.ts';
import type { Route } from '../../src/admin/contract/route.ts';
import { describeApi } from '../../src/admin/openapi.ts';
import { TestApi } from './support.ts';

interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required?: boolean; schema: Record<string, unknown> }[];
  responses: Record<string, { content: Record<string, { schema: { $ref: string } }> }>;
}

suite('the description of the API', () => {
  const api = new TestApi();
  const described = describeApi('1.2.3') as unknown as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Record<string, unknown>> };
  };

  test('is served, as the API it describes', async () => {
    assert.deepEqual(await api.get('describeApi', '/api/openapi.json'), described);
  });

  test('has every route, with its parameters and its answer', () => {
    const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [operationId, method, path]),
    );
    const table = Object.entries<Route>(routes).map(([name, { method, path }]) => {
      return [name, method, path.replaceAll(/:(\w+)/g, '{$1}')];
    });
    assert.deepEqual(operations, table);
    const { parameters } = described.paths['/api/issues']!['get']!;
    assert.deepEqual(
      parameters.map(({ name }) => name),
      Object.keys(routes.listIssues.query.shape),
    );
    const schemaOf = (name: string) => parameters.find((parameter) => parameter.name === name)?.schema;
    assert.deepEqual(schemaOf('limit'), { type: 'integer', minimum: 1, maximum: 1000, default: 50 });
    assert.deepEqual(schemaOf('severity'), {
      type: 'array',
      items: { type: 'string', enum: ['low', 'medium', 'high', 'critical'] },
    });
    assert.equal(schemaOf('since')?.['type'], 'string');
    assert.equal(schemaOf('sort')?.['default'], 'last_seen');
    assert.partialDeepStrictEqual(described.paths['/api/issues/{id}']!['get']!.parameters, [
      { name: 'id', in: 'path', required: true },
    ]);
  });

  test('refers to nothing that is not in it', () => {
    const references = [...JSON.stringify(described).matchAll(/"\$ref":"([^"]+)"/g)].map(([, uri]) => uri!);
    assert.ok(references.length > 20);
    for (const uri of references) {
      const id = /^#\/components\/schemas\/(\w+)$/.exec(uri)?.[1];
      assert.ok(id !== undefined && id in described.components.schemas, uri);
    }
    assert.doesNotMatch(JSON.stringify(described), /"\$(schema|id)"/);
  });

  test('names each problem that a route can answer with', () => {
    const { responses } = described.paths['/api/issues/{id}']!['get']!;
    assert.deepEqual(Object.keys(responses), ['200', '400', '401', '403', '404', '429', '500']);
    assert.equal(
      responses['404']!.content['application/problem+json']!.schema.$ref,
      '#/components/schemas/Problem',
    );
    const { responses: streamed } = described.paths['/api/stream']!['get']!;
    assert.deepEqual(Object.keys(streamed['200']!.content), ['text/event-stream']);
  });

  test('lets answers grow: no schema forbids what it does not know', () => {
    assert.doesNotMatch(JSON.stringify(described), /"additionalProperties":false/);
  });
});

suite('the table of routes', () => {
  test('gives every answer a name, and reads what it reads from the path', () => {
    for (const [name, route] of Object.entries<Route>(routes)) {
      assert.ok(apiSchemas.get(route.answer) !== undefined, name);
      assert.match(route.path, /^\/api\/[a-z./:]+$/);
      assert.ok(route.query === undefined || route.query instanceof z.ZodObject);
    }
  });

  test('has no two routes of one method and path', () => {
    const keys = Object.values<Route>(routes).map(({ method, path }) => `${method} ${path}`);
    assert.equal(new Set(keys).size, keys.length);
  });
});
