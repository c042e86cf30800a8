import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceFile } from '../../src/errors/source-file.ts';

/** The name, and paths that it is the name of. */
const names: Readonly<Record<string, readonly string[]>> = {
  'orders.py': [
    'orders.py',
    '/app/orders.py',
    '/tmp/tmpab12/orders.py',
    '/any/where/v3-blue/shop/orders.py',
    '/srv/releases/20240611093012/orders.py',
    '/home/runner/work/shop/shop/orders.py',
    'C:\\Users\\ada\\shop\\orders.py',
  ],
  'src/orders.ts': ['src/orders.ts', '/app/src/orders.ts', '/any/where/shop/src/orders.ts'],
  'orders/service.py': [
    '/app/orders/service.py',
    '/any/where/shop/orders/service.py',
    '/srv/shop/current/orders/service.py',
  ],
  'users/service.py': ['/app/users/service.py'],
  'models/user.rb': ['/rails/app/models/user.rb', '/any/where/app/models/user.rb'],
  'v2/users.js': ['/app/v2/users.js'],
  'orders/[id]/route.ts': ['/app/orders/[id]/route.ts', 'webpack:///./app/orders/[id]/route.ts'],
  'index.js': ['/app/index.js', '/any/where/index.js', '/app/dist/index-DiwrgTda.js'],
};

for (const [name, paths] of Object.entries(names)) {
  test(`the source file ${name} is that in every deployment`, () => {
    for (const path of paths) assert.equal(sourceFile(path), name, path);
  });
}
