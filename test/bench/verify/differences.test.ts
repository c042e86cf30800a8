import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Counted, differences, dueOf } from '../../../bench/verify/differences.ts';
import { loadResult } from '../builders.ts';

const operation = 'shop\nGET /\nSPAN_KIND_SERVER\nSTATUS_CODE_UNSET';
const call = { operation, calls: 3, buckets: [1, 2, 0] };
const due = { calls: [call], healthChecks: 5, refused: 0 };

function counted(calls: number, more: Partial<Counted> & { buckets?: number[] } = {}): Counted {
  const { buckets = [1, 2, 0], ...rest } = more;
  return { calls: new Map([[operation, { calls, buckets }]]), dropped: 5, ...rest };
}

suite('what was counted', () => {
  test('is right when it is what was sent', () => {
    assert.deepEqual(differences(due, counted(3)), []);
  });

  test('is right when the subject says nothing of drops and durations', () => {
    const silent = { calls: new Map([[operation, { calls: 3, buckets: undefined }]]), dropped: undefined };
    assert.deepEqual(differences(due, silent), []);
  });

  for (const [what, found, text] of [
    [
      'a call less',
      counted(2),
      '2 calls of shop GET / SPAN_KIND_SERVER STATUS_CODE_UNSET were counted, not 3',
    ],
    [
      'a call more',
      counted(4),
      '4 calls of shop GET / SPAN_KIND_SERVER STATUS_CODE_UNSET were counted, not 3',
    ],
    [
      'no such operation',
      { calls: new Map(), dropped: 5 },
      '0 calls of shop GET / SPAN_KIND_SERVER STATUS_CODE_UNSET were counted, not 3',
    ],
    [
      'another bucket',
      counted(3, { buckets: [2, 1, 0] }),
      'durations of shop GET / SPAN_KIND_SERVER STATUS_CODE_UNSET are 2 1 0, not 1 2 0',
    ],
    ['a span dropped more', counted(3, { dropped: 6 }), '6 spans were dropped, not 5'],
  ] as const)
    test(`is wrong by ${what}`, () => {
      assert.deepEqual(differences(due, found), [text]);
    });

  test('is wrong if there is something that nobody sent', () => {
    const more = counted(3);
    const calls = new Map([...more.calls, ['shop\nGET /healthz\n\n', { calls: 1, buckets: undefined }]]);
    assert.deepEqual(differences(due, { ...more, calls }), [
      '1 calls of shop GET /healthz   were counted that nobody made',
    ]);
  });

  test('may be more where requests were refused, and never less', () => {
    const refused = { ...due, refused: 1 };
    assert.deepEqual(differences(refused, counted(4, { buckets: [1, 3, 0], dropped: 6 })), []);
    assert.equal(differences(refused, counted(2, { dropped: 4 })).length, 2);
  });

  test('is held against all that was sent', () => {
    const sent = [
      loadResult({ calls: [call], healthChecks: 2 }),
      loadResult({ calls: [call], healthChecks: 3, failures: { '503': 1, ECONNRESET: 2 } }),
    ];
    assert.deepEqual(dueOf(sent), {
      calls: [{ operation, calls: 6, buckets: [2, 4, 0] }],
      healthChecks: 5,
      refused: 3,
    });
  });
});
