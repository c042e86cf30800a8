import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTemplate, TemplateInvalid } from '../../../src/errors/fingerprint/template.ts';
import { errorEvent } from '../../support/builders.ts';

const event = errorEvent({ type: 'E', message: 'order 17', attributes: { 'a.b': 1, ok: false } });

const templates: readonly (readonly [template: string, text: string])[] = [
  ['', ''],
  ['constant', 'constant'],
  ['{{ type }}', 'E'],
  ['{{type}}{{  class  }}', 'Eunknown'],
  ['of {{ attribute.a.b }}, {{ attribute.ok }}!', 'of 1, false!'],
  ['{{ message }} in {{ default }}', 'order <num> in 1:payment'],
  ['{ type } {x}', '{ type } {x}'],
];

for (const [template, text] of templates) {
  test(`"${template}" is "${text}" of an event`, () => assert.equal(parseTemplate(template)(event), text));
}

const invalid: readonly (readonly [template: string, why: RegExp])[] = [
  ['{{ type', /not closed/],
  ['{{ {{ type }}', /not closed/],
  ['type }}', /closes nothing/],
  ['{{ type }} }}', /closes nothing/],
  ['{{ }}', /there is no \{\{ {2}\}\}/],
  ['{{ typ }}', /there is no \{\{ typ \}\}: it is default, service, .*, operation, or attribute\./],
  ['{{ attribute. }}', /there is no/],
  ['{{ constructor }}', /there is no/],
  ['{{ type | upcase }}', /there is no/],
];

for (const [template, why] of invalid) {
  test(`"${template}" is refused, and it is said why`, () => {
    assert.throws(
      () => parseTemplate(template),
      (error: Error) => {
        assert.ok(error instanceof TemplateInvalid);
        assert.match(error.message, why);
        return true;
      },
    );
  });
}
