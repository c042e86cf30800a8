import { type Attributes, SpanKind } from '@opentelemetry/api';

/** A call as the instrumentations of Node.js describe it. `at` and `to` are its share of its parent's duration. */
export interface Call {
  scope: string;
  name: string;
  kind: SpanKind;
  at: number;
  to: number;
  attributes: Attributes;
  calls?: readonly Call[];
  /** What it fails with in a request that fails. */
  failure?: Failure;
}

export interface Failure {
  type: string;
  message: (order: number) => string;
  stack: string;
}

export interface Route {
  /** Of all requests. */
  share: number;
  meanMillis: number;
  root: Call;
}

const scope = (name: string): string => `@opentelemetry/instrumentation-${name}`;

function server(method: string, route: string, calls?: readonly Call[]): Call {
  return {
    scope: scope('http'),
    name: `${method} ${route}`,
    kind: SpanKind.SERVER,
    at: 0,
    to: 1,
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'url.full': `http://shop.example.com:8080${route.replace(':id', '8812')}`,
      'url.path': route.replace(':id', '8812'),
      'server.address': 'shop.example.com',
      'server.port': 8080,
      'client.address': '10.42.3.17',
      'network.peer.address': '10.42.0.1',
      'network.peer.port': 51_044,
      'network.protocol.version': '1.1',
      'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    },
    ...(calls && { calls }),
  };
}

function handler(route: string, calls: readonly Call[]): Call {
  return {
    scope: scope('express'),
    name: `request handler - ${route}`,
    kind: SpanKind.INTERNAL,
    at: 0.05,
    to: 0.97,
    attributes: { 'http.route': route, 'express.name': route, 'express.type': 'request_handler' },
    calls,
  };
}

function query(operation: string, statement: string, at: number, to: number, failure?: Failure): Call {
  return {
    scope: scope('pg'),
    name: `pg.query:${operation} shop`,
    kind: SpanKind.CLIENT,
    at,
    to,
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.operation.name': operation,
      'db.query.text': statement,
      'db.user': 'storefront',
      'db.connection_string': 'postgresql://postgres.shop.svc.cluster.local:5432/shop',
      'server.address': 'postgres.shop.svc.cluster.local',
      'server.port': 5432,
    },
    ...(failure && { failure }),
  };
}

function get(key: string, at: number, to: number): Call {
  return {
    scope: scope('redis'),
    name: 'redis-GET',
    kind: SpanKind.CLIENT,
    at,
    to,
    attributes: {
      'db.system.name': 'redis',
      'db.operation.name': 'GET',
      'db.query.text': `GET ${key}`,
      'db.connection_string': 'redis://redis.shop.svc.cluster.local:6379',
      'network.peer.address': '10.96.71.8',
      'network.peer.port': 6379,
      'server.address': 'redis.shop.svc.cluster.local',
      'server.port': 6379,
    },
  };
}

function charge(at: number, to: number): Call {
  return {
    scope: scope('undici'),
    name: 'POST',
    kind: SpanKind.CLIENT,
    at,
    to,
    attributes: {
      'http.request.method': 'POST',
      'http.request.method_original': 'POST',
      'http.response.status_code': 201,
      'url.full': 'http://payments.shop.svc.cluster.local:8081/charge',
      'url.path': '/charge',
      'url.query': '',
      'url.scheme': 'http',
      'server.address': 'payments.shop.svc.cluster.local',
      'server.port': 8081,
      'user_agent.original': 'node',
      'network.peer.address': '10.96.14.203',
      'network.peer.port': 8081,
    },
    failure: {
      type: 'ConnectTimeoutError',
      message: (order) => `Connect Timeout Error (order ${order}, timeout: 2000ms)`,
      stack: stack('charge', 'payments-client'),
    },
  };
}

function internal(name: string, at: number, to: number): Call {
  return {
    scope: 'shop',
    name,
    kind: SpanKind.INTERNAL,
    at,
    to,
    attributes: {
      'shop.tenant': 'north',
      'shop.items': 3,
      'shop.express': false,
      'code.function.name': name.replace(' ', '_'),
      'code.file.path': '/app/src/storefront.ts',
      'code.line.number': 112,
      'thread.name': 'main',
    },
  };
}

function stack(name: string, file: string): string {
  return [
    `    at ${name} (/app/src/${file}.ts:48:11)`,
    `    at async retry (/app/src/retry.ts:21:14)`,
    `    at async checkout (/app/src/checkout.ts:97:20)`,
    `    at async handle (/app/src/storefront.ts:33:5)`,
    '    at async Layer.handle [as handle_request] (/app/node_modules/router/lib/layer.js:152:17)',
    '    at async next (/app/node_modules/router/lib/route.js:157:13)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  ].join('\n');
}

const selectProduct = 'SELECT id, name, price, stock FROM products WHERE id = $1';
const insertOrder =
  'INSERT INTO orders (id, customer, total, created_at) VALUES ($1, $2, $3, now()) RETURNING id';

/** What a small shop is asked for: a few routes, each with the calls that it makes. */
export const shopRoutes: readonly Route[] = [
  {
    share: 0.229,
    meanMillis: 24,
    root: server('GET', '/products/:id', [
      handler('/products/:id', [
        get('product:8812', 0.05, 0.15),
        query('SELECT', selectProduct, 0.2, 0.8, {
          type: 'DatabaseError',
          message: (order) => `canceling statement due to statement timeout, request ${order}`,
          stack: stack('query', 'products'),
        }),
        internal('render product', 0.82, 0.98),
      ]),
    ]),
  },
  {
    share: 0.102,
    meanMillis: 12,
    root: server('GET', '/cart', [
      handler('/cart', [get('cart:north:8812', 0.1, 0.5), get('prices', 0.5, 0.9)]),
    ]),
  },
  {
    share: 0.102,
    meanMillis: 180,
    root: server('POST', '/checkout', [
      handler('/checkout', [
        internal('reserve stock', 0.01, 0.1),
        query('SELECT', selectProduct, 0.02, 0.09),
        charge(0.12, 0.8),
        query('INSERT', insertOrder, 0.82, 0.93),
        internal('send confirmation', 0.94, 0.99),
      ]),
    ]),
  },
  // One span each: a fifth of all spans.
  { share: 0.567, meanMillis: 1, root: server('GET', '/healthz') },
];

export const shopResource = {
  'service.name': 'storefront',
  'service.version': '4.17.2',
  'service.instance.id': '627cc493-f310-47de-96bd-71410b7dec09',
  'service.namespace': 'shop',
  'deployment.environment.name': 'production',
  'host.name': 'storefront-6d4cf56db6-x7k2p',
  'host.arch': 'amd64',
  'k8s.namespace.name': 'shop',
  'k8s.pod.name': 'storefront-6d4cf56db6-x7k2p',
  'k8s.deployment.name': 'storefront',
  'process.pid': 1,
  'process.executable.name': 'node',
  'process.runtime.name': 'nodejs',
  'process.runtime.version': '24.21.0',
  'process.command_args': ['/usr/local/bin/node', '/app/dist/main.js'],
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'opentelemetry',
  'telemetry.sdk.version': '3.1.0',
};
