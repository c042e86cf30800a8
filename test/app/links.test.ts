import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

/** As GitHub makes them. */
function anchors(page: string): string[] {
  const text = read(page).replaceAll(/^```[^]*?^```$/gm, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

suite('every link leads somewhere in', () => {
  for (const page of pages) {
    test(page, () => {
      for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        assert.ok(existsSync(join(root, file)), target);
        if (anchor !== undefined) assert.ok(anchors(file).includes(anchor), target);
      }
    });
  }
});

suite('every command that is named is there in', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const main = read('src/main.ts');
  for (const page of pages) {
    test(page, () => {
      const text = read(page);
      for (const [, script = ''] of text.matchAll(/\bnpm run ([a-z0-9:]*[a-z0-9])/g))
        assert.ok(scripts[script], script);
      for (const [, command = ''] of text.matchAll(/(?:`|^)tocsin ([a-z]+)/gm))
        assert.match(main, new RegExp(`^ {2}${command} `, 'm'), command);
    });
  }
});

suite('every metric and every path of the API that is named is there in', () => {
  const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
    .join('\n');
  for (const page of pages.filter((name) => name.startsWith('docs/') || name === 'README.md')) {
    test(page, () => {
      const text = read(page);
      for (const [, metric = ''] of text.matchAll(/\b((?:tocsin|traces_span_metrics)_[a-z_]*[a-z])\b/g))
        assert.ok(
          source.includes(metric.replace(/_bucket$/, '').replace(/_(milliseconds|seconds)$/, '')),
          metric,
        );
      for (const [, path = ''] of text.matchAll(/(\/api\/[a-z_]+)/g)) assert.ok(source.includes(path), path);
    });
  }
});
