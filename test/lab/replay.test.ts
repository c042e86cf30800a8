import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { readRecording } from '../../src/app/replay/recording.ts';
import { replay } from '../../src/app/replay/replay.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { readLines, readTruth } from './record/files.ts';
import type { TrueCall } from './truth.ts';

/** Of several clients: each is one that can be told apart whole, so that counts must be those of the truth. */
const recordings = [
  'node/axios-retry/429-own-parent-cold-1-each-url-short-delay',
  'node/axios-retry/503-none-parent-cold-10-each-url-short-delay',
  'node/p-retry-spans/attempt-spans',
];

function retriesOf(calls: readonly TrueCall[]): number {
  return calls.reduce((sum, { kind, attempts }) => sum + (kind === 'retry' ? attempts.length - 1 : 0), 0);
}

function sumOf(metrics: string, family: string, label = ''): number {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(`${family}{`) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

suite('a replay of a recording', () => {
  for (const name of recordings)
    test(`of ${name} counts the retries that there were, and what became of the calls`, async () => {
      const { calls } = readTruth(name);
      const requests = readRecording(Buffer.from(readLines(name).join('\n')));
      const { metrics } = await replay(configurationSchema.parse({}), requests, new RecordingLog());
      const retried = calls.filter(({ kind, attempts }) => kind === 'retry' && attempts.length > 1);
      assert.ok(retried.length > 0);
      assert.equal(sumOf(metrics, 'tocsin_inferred_retries_total'), retriesOf(calls));
      const chains = 'tocsin_inferred_retry_chains_total';
      assert.equal(sumOf(metrics, chains, 'outcome="recovered"'), retried.filter(({ ok }) => ok).length);
      assert.equal(sumOf(metrics, chains, 'outcome="exhausted"'), retried.filter(({ ok }) => !ok).length);
    });
});
