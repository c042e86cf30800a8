import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfiguration } from '../../src/app/configuration/configuration.ts';
import { formatProblem } from '../../src/config/problem.ts';

function problems(text: string): string[] {
  const read = (): Uint8Array => Buffer.from(text);
  return readConfiguration(['x.yaml'], {}, 'error', read).problems.map(formatProblem);
}

const rule = (fingerprint: string, name = 'tenants'): string =>
  `version: 1\nerrors:\n  fingerprint:\n    - name: ${name}\n      where: ['class="timeout"']\n      fingerprint: ${fingerprint}\n`;

test('rules for fingerprints are taken', () => {
  assert.deepEqual(problems(rule(`['{{ default }}', '{{ attribute.tenant }}', timeouts]`)), []);
});

const wrong: readonly (readonly [text: string, problem: RegExp])[] = [
  [
    rule(`['{{ default }}', '{{ tenant }}']`),
    /^x\.yaml:6:38: errors\.fingerprint\[0\]\.fingerprint\[1\]: there is no \{\{ tenant \}\}: /,
  ],
  [rule(`['{{ type']`), /^x\.yaml:6:21: errors\.fingerprint\[0\]\.fingerprint\[0\]: \{\{ is not closed/],
  [rule('[]'), /^x\.yaml:6:7: errors\.fingerprint\[0\]\.fingerprint: too few values: at least 1/],
  [rule(`[${'x, '.repeat(11)}]`), /^x\.yaml:6:7: errors\.fingerprint\[0\]\.fingerprint: /],
  [rule('[x]', 'by tenant'), /^x\.yaml:4:13: errors\.fingerprint\[0\]\.name: not a name/],
  [rule('[17]'), /^x\.yaml:6:21: errors\.fingerprint\[0\]\.fingerprint\[0\]: not text/],
];

for (const [text, problem] of wrong) {
  test(`${text.split('\n').slice(3).join(' ').replaceAll(/ +/g, ' ')} is refused, with its place`, () => {
    const [first, ...others] = problems(text);
    assert.match(first ?? '', problem);
    assert.deepEqual(others, []);
  });
}
