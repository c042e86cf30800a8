import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { processorsOf } from '../../../bench/machine/pinning.ts';

suite('the processors', () => {
  for (const [list, subject, others] of [
    ['0-1', '1', '0'],
    ['0-3,8,10-11', '11', '0,1,2,3,8,10'],
    ['2,5', '5', '2'],
  ] as const) {
    test(`of ${list} are shared out: the last is that of the subject`, () => {
      const status = `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`;
      assert.deepEqual(processorsOf(status), { subject, others });
    });
  }

  for (const status of ['Cpus_allowed_list:\t3\n', 'Name:\tnode\n']) {
    test(`are too few in ${JSON.stringify(status)}`, () => {
      assert.throws(() => processorsOf(status), /needs two processors/);
    });
  }
});
