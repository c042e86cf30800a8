import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { goldens } from './golden.ts';

/* `npm run goldens`: look at what has changed in test/notify/golden before it is committed. */

for (const directory of new Set(goldens.map(({ path }) => dirname(path))))
  rmSync(directory, { recursive: true, force: true });
for (const { path, text } of goldens) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await text());
}
