import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { languagesOfCorpus, readCorpus } from '../../../grouping/read-corpus.ts';
import { fingerprint } from '../../../src/errors/fingerprint.ts';
import { formerVersions } from '../../../src/errors/fingerprint/former/former.ts';
import { fingerprintV1 } from '../../../src/errors/fingerprint/former/v1/fingerprint.ts';
import { fingerprintV2 } from '../../../src/errors/fingerprint/former/v2/fingerprint.ts';
import { readStackTrace } from '../../../src/errors/stack/trace.ts';

/** What the programs that had these versions made of some thrown errors, by a hash of what they were given. */
const versions = [
  { version: 1, former: fingerprintV1 },
  { version: 2, former: fingerprintV2 },
];

for (const { version, former } of versions) {
  test(`version ${version} is what it was, but for traces that are read better now`, () => {
    const file = readFileSync(new URL(`version-${version}.json`, import.meta.url), 'utf8');
    const made = JSON.parse(file) as Record<string, string>;
    let known = 0;
    let same = 0;
    for (const { type, message, stacktrace } of readCorpus(languagesOfCorpus())) {
      const wanted = made[hash('sha256', JSON.stringify([type, message, stacktrace])).slice(0, 16)];
      if (wanted === undefined) continue;
      known++;
      if (former({ type, message, ...readStackTrace(stacktrace, message) }) === wanted) same++;
    }
    assert.ok(known > 100, `${known}`);
    assert.ok(same / known >= 0.98, `${same} of ${known}`);
  });
}

test('each version that was is in the table, the latest first', () => {
  const facts = { type: 'E', message: 'm', frames: [], causes: [] };
  const present = Number(fingerprint(facts).split(':', 1)[0]);
  assert.deepEqual(
    formerVersions.map((former) => Number(former(facts).split(':', 1)[0])),
    Array.from({ length: present - 1 }, (_, i) => present - 1 - i),
  );
});
