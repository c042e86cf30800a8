import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { languagesOfCorpus, readCorpus } from '../../../grouping/read-corpus.ts';
import { fingerprint } from '../../../src/errors/fingerprint.ts';
import { formerVersions } from '../../../src/errors/fingerprint/former/former.ts';
import { fingerprintV1 } from '../../../src/errors/fingerprint/former/v1/fingerprint.ts';
import { readStackTrace } from '../../../src/errors/stack/trace.ts';

/** What the programs that had version 1 made of some thrown errors, by a hash of what they were given. */
const made = JSON.parse(readFileSync(new URL('version-1.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;

test('version 1 is what it was, but for traces that are read better now', () => {
  let known = 0;
  let same = 0;
  for (const { type, message, stacktrace } of readCorpus(languagesOfCorpus())) {
    const wanted = made[hash('sha256', JSON.stringify([type, message, stacktrace])).slice(0, 16)];
    if (wanted === undefined) continue;
    known++;
    if (fingerprintV1({ type, message, ...readStackTrace(stacktrace, message) }) === wanted) same++;
  }
  assert.ok(known > 100, `${known}`);
  assert.ok(same / known >= 0.98, `${same} of ${known}`);
});

test('each version that was is in the table, the latest first', () => {
  const facts = { type: 'E', message: 'm', frames: [], causes: [] };
  const present = Number(fingerprint(facts).split(':', 1)[0]);
  assert.deepEqual(
    formerVersions.map((former) => Number(former(facts).split(':', 1)[0])),
    Array.from({ length: present - 1 }, (_, i) => present - 1 - i),
  );
});
