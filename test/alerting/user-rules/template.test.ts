import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseTemplate } from '../../../src/alerting/user-rules/template.ts';

suite('a template', () => {
  const cases: [text: string, values: Record<string, unknown>, made: string][] = [
    ['', {}, ''],
    ['{{ service }} fails', { service: 'shop' }, 'shop fails'],
    ['{{ missing }}.', {}, '.'],
    ['{{ failed_ratio | times: 100 | round: 1 }} %', { failed_ratio: 0.0213 }, '2.1 %'],
    ['{% if failed > 5 %}many{% else %}few{% endif %}', { failed: 6 }, 'many'],
    ['{{ service | upcase | default: "?" }}', { service: '' }, '?'],
    ['https://x/?service={{ service | url_encode }}', { service: 'a b&c' }, 'https://x/?service=a+b%26c'],
    ['{{ service }}', { service: '{{ secret }}' }, '{{ secret }}'],
  ];
  for (const [text, values, made] of cases)
    test(`makes “${made}” of “${text}”`, () => assert.equal(parseTemplate(text)(values), made));

  for (const text of [
    '{{ service.constructor }}',
    '{{ constructor }}',
    '{{ __proto__ }}',
    '{{ service.__proto__.polluted }}',
    '{{ toString }}',
    '{{ labels.constructor.name }}',
  ])
    test(`sees nothing but what it is given: ${text}`, () =>
      assert.equal(parseTemplate(text)({ service: 'shop', labels: {} }), ''));

  const wrong: [text: string, message: RegExp][] = [
    ['{{ service', /not closed, line:1, col:1$/],
    ['{% if x %}', /not closed, line:1, col:1$/],
    ['a\n{% nothing %}', /"nothing" not found, line:2, col:1$/],
    ['{{ x | nothing }}', /undefined filter: nothing/],
    ['x'.repeat(5000), /longer than 4096/],
  ];
  for (const [text, message] of wrong)
    test(`is refused: ${text.slice(0, 20)}`, () =>
      assert.throws(() => parseTemplate(text), { name: 'TemplateInvalid', message }));

  test('reads no files', () => {
    for (const tag of ['include', 'render', 'layout'])
      assert.match(parseTemplate(`{% ${tag} "/etc/passwd" %}`)({}), /^\(template error: .*\)$/);
  });

  test('that would take long, or fill the memory, says so instead', () => {
    const loop = parseTemplate('{% for i in (1..100000000) %}{{ i }}{% endfor %}');
    assert.match(loop({}), /^\(template error: .*(limit|memory).*\)$/i);
    const nested = '{% for i in (1..3000) %}'.repeat(3) + '{% endfor %}'.repeat(3);
    assert.match(parseTemplate(nested)({}), /^\(template error: .*limit.*\)$/i);
    const filtered = parseTemplate(
      '{% assign all = (1..50000) %}{{ all | where_exp: "x", "x contains 1" | size }}',
    );
    assert.match(filtered({}), /^\(template error: .*memory.*\)$/i);
  });

  test('makes no more than somebody reads', () => {
    assert.equal(parseTemplate('{{ text }}')({ text: 'x'.repeat(50_000) }).length, 4096);
  });
});
