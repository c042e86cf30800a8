import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Starts a bundle once, and ends it: what Node has compiled for that is in `cache/` beside it then, for this version of Node and this user.
 * It needs nothing but Node, since an image is warmed by the user that runs it.
 *
 *   node warm.ts dist/main.js
 */
const [bundle = 'dist/main.js'] = process.argv.slice(2);
const cache = join(dirname(bundle), 'cache');
// An image need not have a place for what is temporary.
const directory = mkdtempSync(join(dirname(bundle), 'warm-'));
const listen = '127.0.0.1:0';
const config = join(directory, 'warm.yaml');
// JSON is YAML.
writeFileSync(
  config,
  JSON.stringify({
    version: 1,
    intake: { http: { listen }, grpc: { listen } },
    metrics: { listen },
    admin: { listen },
  }),
);
const tocsin = spawn(process.execPath, [bundle, 'run', '--config', config], {
  env: { TOCSIN_DATA_DIR: join(directory, 'data') },
  stdio: ['ignore', 'ignore', 'pipe'],
  // It starts in less than one.
  timeout: 60_000,
});
const ended = once(tocsin, 'exit');
const said: string[] = [];
for await (const line of createInterface(tocsin.stderr)) {
  said.push(line);
  if (line.includes('is listening')) tocsin.kill();
}
const [code] = (await ended) as [number | null];
rmSync(directory, { recursive: true });
if (code !== 0) throw new Error(`${bundle} did not start and end as it should:\n${said.join('\n')}`);
// Node writes files that only their owner may read, and an image belongs to root.
for (const entry of readdirSync(cache, { recursive: true, withFileTypes: true }))
  if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o644);
