import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Attempt, CallKind, TrueCall } from '../truth.ts';
import type { InferredLink } from './inferred.ts';
import { scoreLinks } from './pairs.ts';

const ref = (name: string) => ({ traceId: `trace-${name[0]}`, spanId: name });

/** `a1 a2 -`: the spans of its attempts, or that there was none. */
function call(attempts: string, kind: CallKind = 'retry'): TrueCall {
  const parts = attempts.split(' ');
  const seen = (name: string): Attempt => (name === '-' ? { absent: 'no span' } : ref(name));
  return { id: attempts, kind, ok: true, attempts: parts.map(seen) };
}

/** `a1>a2`, any number of them. */
function links(text: string): InferredLink[] {
  const each = text.split(' ').filter((link) => link !== '');
  return each.map((link) => {
    const [from = '', to = ''] = link.split('>');
    return { from: ref(from), to: ref(to), confidence: 'high' };
  });
}

interface Case {
  what: string;
  calls: TrueCall[];
  inferred: string;
  /** right, wrong, missed, no span */
  pairs: [number, number, number, number];
  /** right, wrong, missed: those of the pairs, unless a retry is taken for one of another call */
  retries?: [number, number, number];
  /** right, wrong, missed */
  chains: [number, number, number];
  sampledOut?: string[];
}

const cases: Case[] = [
  {
    what: 'finds a chain that is all there',
    calls: [call('a1 a2 a3')],
    inferred: 'a2>a3 a1>a2',
    pairs: [2, 0, 0, 0],
    chains: [1, 0, 0],
  },
  {
    what: 'does not let a wrong link make up for one that is missing',
    calls: [call('a1 a2'), call('b1 b2')],
    inferred: 'a1>b2 b1>a2',
    pairs: [0, 2, 2, 0],
    retries: [2, 0, 0],
    chains: [0, 2, 2],
  },
  {
    what: 'counts a chain that lacks its middle as two wrong ones',
    calls: [call('a1 a2 a3 a4')],
    inferred: 'a1>a2 a3>a4',
    pairs: [2, 0, 1, 0],
    chains: [0, 2, 1],
  },
  {
    what: 'counts a chain that has one link too many as wrong',
    calls: [call('a1 a2'), call('b1')],
    inferred: 'a1>a2 a2>b1',
    pairs: [1, 1, 0, 0],
    chains: [0, 1, 1],
  },
  {
    what: 'counts a link that skips an attempt as wrong',
    calls: [call('a1 a2 a3')],
    inferred: 'a1>a3',
    pairs: [0, 1, 2, 0],
    retries: [1, 0, 1],
    chains: [0, 1, 1],
  },
  {
    what: 'counts a link backwards as wrong',
    calls: [call('a1 a2')],
    inferred: 'a2>a1',
    pairs: [0, 1, 1, 0],
    chains: [0, 1, 1],
  },
  {
    what: 'counts a link that is told twice once',
    calls: [call('a1 a2')],
    inferred: 'a1>a2 a1>a2',
    pairs: [1, 0, 0, 0],
    chains: [1, 0, 0],
  },
  {
    what: 'takes a redirect, a login and a hedge for no retry',
    calls: [call('a1 a2', 'resend'), call('b1 b2', 'hedge')],
    inferred: 'b1>b2',
    pairs: [0, 1, 0, 0],
    chains: [0, 1, 0],
  },
  {
    what: 'keeps apart what left no span',
    calls: [call('a1 - -'), call('b1 b2 -')],
    inferred: 'b1>b2',
    pairs: [1, 0, 0, 3],
    chains: [1, 0, 0],
  },
  {
    what: 'asks for nothing that was sampled out',
    calls: [call('a1 a2 a3'), call('b1 -')],
    inferred: 'a1>a2',
    pairs: [1, 0, 0, 0],
    chains: [1, 0, 0],
    sampledOut: ['a3', 'b1'],
  },
  {
    what: 'finds that one span is said to be retried twice',
    calls: [call('a1 a2'), call('b1')],
    inferred: 'a1>a2 a1>b1',
    pairs: [1, 1, 0, 0],
    chains: [0, 1, 1],
  },
  {
    what: 'is content with nothing where nothing is',
    calls: [call('a1'), call('b1')],
    inferred: '',
    pairs: [0, 0, 0, 0],
    chains: [0, 0, 0],
  },
];

suite('the score of links', () => {
  for (const { what, calls, inferred, pairs, retries, chains, sampledOut = [] } of cases) {
    test(what, () => {
      const spans = calls.flatMap(({ attempts }) =>
        attempts.flatMap((attempt) => ('spanId' in attempt ? [attempt.spanId] : [])),
      );
      const seen = new Set(spans.filter((span) => !sampledOut.includes(span)));
      const score = scoreLinks(calls, links(inferred), seen);
      assert.deepEqual([score.right, score.wrong, score.missed, score.unseen], pairs);
      const ofRetries = [score.retriesRight, score.retriesWrong, score.retriesMissed];
      assert.deepEqual(ofRetries, retries ?? pairs.slice(0, 3));
      assert.deepEqual([score.chainsRight, score.chainsWrong, score.chainsMissed], chains);
      assert.equal(score.wrongLinks.length, score.wrong);
      assert.equal(score.missedLinks.length, score.missed);
    });
  }
});
