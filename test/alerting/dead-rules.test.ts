import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lines, loadWhole } from '../config/support.ts';

const off = 'metrics: { span_metrics: false }\n';
const unwritten =
  'a.yaml:1:26: metrics.span_metrics: warning: no calls are counted, so that HighErrorRate can never hold: switch it off (alerts.rules) if that is meant';
const ofRule = (place: string, path: string): string =>
  `a.yaml:${place}: alerts.rules${path}: warning: it can never hold: no calls are counted (metrics.span_metrics is false)`;

suite('a rule that can never hold, since nothing is counted for it, is warned of', () => {
  const table: [text: string, told: string[]][] = [
    [off, [unwritten]],
    ['metrics: { span_metrics: true }\n', []],
    ['', []],
    [`${off}alerts: {rules: [{name: HighErrorRate, enabled: false}]}`, []],
    [`${off}alerts: {rules: [{name: HighErrorRate, ratio: 0.1}]}`, [ofRule('2:25', '[0].name')]],
    [
      `${off}alerts: {rules: [{name: Slow, over: calls, when: [calls<5]}]}`,
      [unwritten, ofRule('2:37', '[0].over')],
    ],
    [
      `${off}alerts: {rules: [{name: HighErrorRate, enabled: false}, {name: Slow, enabled: false, over: calls, when: [calls<5]}, {name: Fails, over: calls, when: [failed>5]}]}`,
      [ofRule('2:137', '[2].over')],
    ],
    // These are counted all the same.
    [
      `${off}alerts: {rules: [{name: HighErrorRate, enabled: false}, {name: A, over: runs, when: [failed>5]}, {name: B, over: events, when: [events>5]}, {name: TaskSuccessLow, ratio: 0.1}]}`,
      [],
    ],
    ['alerts: {rules: [{name: Fails, over: calls, when: [failed>5]}]}', []],
    ['retries: { infer: false }\n', []],
    [
      'retries: { infer: false }\nalerts: {rules: [{name: Again, over: retries, when: [retries>5]}, {name: Open, over: breakers, when: [open>0]}]}',
      [
        'a.yaml:2:38: alerts.rules[0].over: warning: it can never hold: no retries are inferred (retries.infer is false)',
      ],
    ],
  ];
  for (const [text, told] of table)
    test(text.replaceAll('\n', ' ') || 'nothing is written', () => {
      const loaded = loadWhole(text);
      assert.deepEqual(lines(loaded), told);
      // It is no mistake.
      assert.notEqual(loaded.value, undefined);
    });

  test('in the file that says so, where several lie over each other', () => {
    const rules = 'alerts: {rules: [{name: Fails, over: calls, when: [failed>5]}]}';
    assert.deepEqual(lines(loadWhole([rules, off])), [
      ofRule('1:38', '[0].over'),
      unwritten.replace('a.yaml', 'b.yaml'),
    ]);
  });
});
