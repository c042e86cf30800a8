import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { errorOptions, errorsSchema } from '../../../src/errors/config.ts';
import type { ErrorEvent } from '../../../src/errors/error-event.ts';
import { failure } from '../../support/builders.ts';
import { errorPolicy } from '../../support/policy.ts';

interface Rule {
  fingerprint: string[];
  where?: string[];
}

const everything = ['service=~".*"'];

/** What an event is named by these rules. */
function named(given: Partial<ErrorEvent>, ...rules: Rule[]): string {
  const fingerprint = rules.map(({ fingerprint: parts, where = everything }, index) => ({
    name: `rule-${index}`,
    fingerprint: parts,
    where,
  }));
  const judged = errorPolicy({ fingerprint }).judge(failure(given));
  assert.equal(judged!.fingerprint, judged!.describe().fingerprint);
  return judged!.fingerprint;
}

const builtIn = '1:payment';

suite('a fingerprint by rule', () => {
  test('makes one issue of what has the same parts, whatever Tocsin would have named it', () => {
    const rule = { fingerprint: ['down', '{{ attribute.peer.service }}'] };
    const one = named({ fingerprint: '2:a', attributes: { 'peer.service': 'payments' } }, rule);
    assert.match(one, /^rule1:[\da-f]{32}$/);
    assert.equal(named({ fingerprint: '2:b', attributes: { 'peer.service': 'payments' } }, rule), one);
    assert.notEqual(named({ attributes: { 'peer.service': 'stock' } }, rule), one);
  });

  test('is the same in every process and version', () => {
    const rule = { fingerprint: ['down', '{{ type }}'] };
    assert.equal(named({ type: 'E' }, rule), 'rule1:452802c2a7d8b11c668db226557663a5');
  });

  test('is that of the first rule that matches, and without one the built-in', () => {
    const timeouts = { fingerprint: ['timeouts'], where: ['class="timeout"'] };
    const rest = { fingerprint: ['rest'], where: ['service="checkout"'] };
    const timeout = named({ class: 'timeout' }, timeouts);
    assert.equal(named({ class: 'timeout' }, timeouts, rest), timeout);
    assert.notEqual(named({ class: 'timeout' }, rest, timeouts), timeout);
    assert.equal(named({ service: 'other' }, timeouts, rest), builtIn);
  });

  test('was another one by a former version of the default, if that is a part of it', () => {
    const former = (parts: string[]): readonly string[] => {
      const given = { ...failure({ fingerprint: '2:a' }), formerFingerprints: () => ['1:a'] };
      const rule = { name: 'x', fingerprint: parts, where: everything };
      return errorPolicy({ fingerprint: [rule] })
        .judge(given)!
        .formerFingerprints();
    };
    const part = ['{{ default }}', 'x'];
    assert.deepEqual(former(part), [named({ fingerprint: '1:a' }, { fingerprint: part })]);
    assert.deepEqual(former(['{{ default }}']), ['1:a']);
    assert.deepEqual(former(['all of it']), []);
  });

  test('splits what is one issue by more than the default, and alone is the default', () => {
    const byTenant = { fingerprint: ['{{ default }}', '{{ attribute.tenant }}'] };
    const ofTenant = (tenant: number): string => named({ attributes: { tenant } }, byTenant);
    assert.notEqual(ofTenant(1), ofTenant(2));
    assert.notEqual(named({ fingerprint: '2:other', attributes: { tenant: 1 } }, byTenant), ofTenant(1));
    assert.equal(named({}, { fingerprint: ['{{ default }}'] }), builtIn);
    assert.notEqual(named({}, { fingerprint: ['x{{ default }}'] }), builtIn);
  });

  test('has the message without its ids', () => {
    const rule = { fingerprint: ['{{ message }}'] };
    const refused = named({ message: 'card 17 was refused' }, rule);
    assert.equal(named({ message: 'card 4711 was refused' }, rule), refused);
    assert.notEqual(named({ message: 'card 17 was lost' }, rule), refused);
  });

  for (const field of 'service environment version severity class component type operation'.split(' ')) {
    test(`differs with the ${field}, where a part says so`, () => {
      const rule = { fingerprint: [`of {{${field}}}`] };
      assert.notEqual(named({ [field]: 'low' }, rule), named({ [field]: 'high' }, rule));
    });
  }

  test('sees what the other rules have made of the event', () => {
    const policy = errorPolicy({
      enrich: [{ set: { team: 'money' }, where: ['service="checkout"'] }],
      severity: [{ severity: 'critical', where: ['team="money"'] }],
      fingerprint: [
        {
          name: 'team',
          fingerprint: ['{{ attribute.team }} {{ severity }}'],
          where: ['severity="critical"'],
        },
      ],
    });
    assert.equal(policy.judge(failure())?.fingerprint, named({}, { fingerprint: ['money critical'] }));
    assert.equal(policy.judge(failure({ service: 'other' }))?.fingerprint, builtIn);
  });

  test('has nothing in the place of an attribute that the event has not, nor of one that all objects have', () => {
    const empty = named({}, { fingerprint: ['[]'] });
    for (const key of ['missing', 'constructor', '__proto__', 'toString'])
      assert.equal(named({}, { fingerprint: [`[{{ attribute.${key} }}]`] }), empty);
  });

  test('does not take braces in a value for a reference, nor let parts run together', () => {
    const rule = { fingerprint: ['{{ attribute.a }}', '{{ attribute.b }}'] };
    const names = [
      named({ attributes: { a: '{{ type }}', b: '' } }, rule),
      named({ attributes: { a: 'PaymentError', b: '' } }, rule),
      named({ attributes: { a: '', b: 'PaymentError' } }, rule),
      named({ attributes: { a: 'Payment', b: 'Error' } }, rule),
    ];
    assert.equal(new Set(names).size, names.length);
  });

  test('is another from the moment on that the rules are', () => {
    const policy = errorPolicy();
    policy.configure(
      errorOptions(
        errorsSchema.parse({ fingerprint: [{ name: 'x', fingerprint: ['x'], where: everything }] }),
      ),
    );
    assert.equal(policy.judge(failure())?.fingerprint, named({}, { fingerprint: ['x'] }));
    policy.configure(errorOptions(errorsSchema.parse({})));
    assert.equal(policy.judge(failure())?.fingerprint, builtIn);
  });

  test('tells nothing of a secret that it is made of', () => {
    const secret = 'abcdefghijklmnop1234';
    assert.equal(
      named({ attributes: { token: secret } }, { fingerprint: [`{{ attribute.token }}`] }).includes(secret),
      false,
    );
  });
});
