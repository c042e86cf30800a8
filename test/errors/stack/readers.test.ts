import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseStack, readers } from '../../../src/errors/stack/parse.ts';
import { languages } from './samples.ts';

suite('the readers', () => {
  test('are all here', () => {
    assert.deepEqual(new Set(readers), new Set(Object.values(languages).map(({ read }) => read)));
  });

  for (const [language, { read, traces }] of Object.entries(languages)) {
    test(`of ${language}: its own traces are read by it, and by no other`, () => {
      for (const trace of traces) {
        const lines = trace.split('\n');
        const readBy = readers.filter((reader) => reader(lines) !== undefined);
        assert.deepEqual(readBy, [read], trace);
        assert.deepEqual(parseStack(trace), read(lines));
      }
    });
  }

  for (const [language, { traces }] of Object.entries(languages)) {
    test(`take no message that has ${language} in it, if there are no calls below it`, () => {
      const quoting = traces.map((trace) => `it said "${trace.split('\n').join(' ')}" and went`);
      for (const message of quoting) assert.deepEqual(parseStack(message).frames, []);
    });
  }

  const quoted = Object.values(languages).flatMap(({ traces }) => traces);

  test('read the calls of Node below what another language said', () => {
    for (const trace of quoted) {
      const { frames } = parseStack(
        `Error: Command failed: run\n${trace}\n\n    at own (/app/run.js:1:2)\n    at go (/app/run.js:3:4)`,
      );
      assert.deepEqual(
        frames.map(({ function: name }) => name),
        ['own', 'go'],
        trace,
      );
    }
  });

  test('read the calls of Python above what another language said', () => {
    for (const trace of quoted) {
      const { frames } = parseStack(
        `Traceback (most recent call last):\n  File "/app/run.py", line 1, in own\n    run()\nRuntimeError: it said\n${trace}`,
      );
      assert.deepEqual(
        frames.map(({ function: name }) => name),
        ['own'],
        trace,
      );
    }
  });

  test('gives at most 100 calls and 10 causes', () => {
    const calls = '\tat com.shop.A.a(A.java:1)\n'.repeat(150);
    const { frames, causes } = parseStack(
      `java.lang.Error: x\n${calls}${`Caused by: a.B: y\n${calls}`.repeat(9)}`,
    );
    assert.deepEqual([frames.length, causes[0]?.frames.length], [100, 100]);
    const many = parseStack(`java.lang.Error: x\n${'Caused by: a.B: y\n\tat a.B.c(B.java:1)\n'.repeat(30)}`);
    assert.equal(many.causes.length, 10);
  });
});
