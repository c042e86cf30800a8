import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { errorOptions, errorsSchema } from '../../src/errors/config.ts';
import type { Failure } from '../../src/errors/failure.ts';
import type { ErrorPolicy } from '../../src/errors/policy.ts';
import { errorEvent, failure } from '../support/builders.ts';
import { errorPolicy } from '../support/policy.ts';

function judgeAll(policy: ErrorPolicy, failures: readonly Failure[]): Failure[] {
  return failures.flatMap((each) => policy.judge(each) ?? []);
}

suite('by the rules of the user', () => {
  test('nothing is different as long as there are none', () => {
    const one = failure();
    assert.equal(errorPolicy().judge(one), one);
  });

  test('the first rule for severity that matches decides', () => {
    const policy = errorPolicy({
      severity: [
        { severity: 'low', where: ['class="timeout"', 'service="batch"'] },
        { severity: 'critical', where: ['class="timeout"'] },
        { severity: 'medium', where: ['type=~".*"', 'http.response.status_code>=500'] },
      ],
    });
    const severities = judgeAll(policy, [
      failure({ class: 'timeout', service: 'batch' }),
      failure({ class: 'timeout' }),
      failure({ attributes: { 'http.response.status_code': 503 } }),
      failure({ attributes: { 'http.response.status_code': 404 } }),
    ]).map(({ severity }) => severity);
    assert.deepEqual(severities, ['low', 'critical', 'medium', 'high']);
  });

  test('what is expected is marked, and stays what it is', () => {
    const policy = errorPolicy({ expected: [{ name: 'missing', where: ['class="not_found"'] }] });
    const [missing, other] = judgeAll(policy, [failure({ class: 'not_found' }), failure()]);
    assert.partialDeepStrictEqual(missing, { expected: true, severity: 'high' });
    assert.equal(other?.expected, false);
  });

  test('attributes are added by all rules that match, and other rules see them', () => {
    const policy = errorPolicy({
      enrich: [
        { set: { user_type: 'admin', tier: 1 }, where: ['url.path=~"/admin/.*"'] },
        { set: { tier: 2 }, where: ['service="checkout"'] },
      ],
      severity: [{ severity: 'critical', where: ['user_type="admin"'] }],
    });
    const [admin, user] = judgeAll(policy, [
      failure({ attributes: { 'url.path': '/admin/x' } }),
      failure({ attributes: { 'url.path': '/x' } }),
    ]);
    assert.partialDeepStrictEqual(admin?.describe(), {
      severity: 'critical',
      attributes: { 'url.path': '/admin/x', user_type: 'admin', tier: 2 },
    });
    assert.deepEqual(user?.describe().attributes, { 'url.path': '/x', tier: 2 });
  });

  test('environments that are ignored have no events', () => {
    const policy = errorPolicy({ environments_ignored: ['development'] });
    const events = judgeAll(policy, [failure({ environment: 'development' }), failure()]);
    assert.deepEqual(
      events.map(({ environment }) => environment),
      ['production'],
    );
  });

  test('other rules hold from one moment to the next', () => {
    const policy = errorPolicy({ severity: [{ severity: 'low', where: ['service="checkout"'] }] });
    policy.configure(errorOptions(errorsSchema.parse({})));
    assert.equal(policy.judge(failure())?.severity, 'high');
  });

  test('an attribute that objects have by themselves is none of the event', () => {
    const policy = errorPolicy({ severity: [{ severity: 'low', where: ['constructor!=""'] }] });
    assert.equal(policy.judge(failure())?.severity, 'high');
  });
});

suite('before it is stored', () => {
  test('an event loses its secrets wherever they stand, and its fingerprint stays', () => {
    const secret = ['Bearer', 'abcdefghijklmnop1234'].join(' ');
    const event = errorEvent({
      message: `refused: ${secret}`,
      stack: `Error: refused: ${secret}\n    at charge (/app/src/charge.js:10:5)`,
      operation: `GET /x?authorization=${secret}`,
      type: `HttpError https://user:hunter2secret@host/`,
      frames: [{ file: 'https://user:hunter2secret@host/x.js', inApp: true }],
      causes: [{ type: 'E', message: secret, frames: [] }],
      attributes: { 'http.request.header.authorization': 'anything', note: secret, 'order.id': 17, ok: true },
    });
    const stored = errorPolicy().redact(event);
    assert.doesNotMatch(JSON.stringify(stored), /abcdefghijklmnop1234|anything/);
    assert.partialDeepStrictEqual(stored, {
      id: event.id,
      fingerprint: event.fingerprint,
    });
    assert.partialDeepStrictEqual(stored.attributes, { 'order.id': 17, ok: true });
    assert.equal(errorPolicy().redact(event).frames === event.frames, false);
    const clean = errorEvent();
    assert.equal(errorPolicy().redact(clean).frames, clean.frames);
  });

  test('what the user names is taken out, and with builtin off nothing else', () => {
    const policy = errorPolicy({
      redact: { builtin: false, patterns: ['CUST-[0-9]{6}'], attributes: ['user.*'] },
    });
    const { message, attributes } = policy.redact(
      errorEvent({
        message: 'CUST-123456 password=x',
        attributes: { 'user.name': 'Ada', 'game.id': 'CUST-654321' },
      }),
    );
    assert.equal(message, '<redacted> password=x');
    assert.deepEqual(attributes, { 'user.name': '<redacted>', 'game.id': '<redacted>' });
  });
});

suite('an event as it may be stored', () => {
  const key = ['gh', 'p_Zq7WkV3xJp9TgB5mYc1RdN8sHf4LuE6oAiQw'].join('');

  test('has no secret in the key of an attribute, a module or the code for support', () => {
    const frames = [{ function: 'f', module: `https://${key}/a.js`, inApp: true }];
    const clean = errorPolicy().redact(
      errorEvent({ attributes: { [key]: 1, order: 2 }, frames, supportCode: key, ownSupportCode: key }),
    );
    assert.doesNotMatch(JSON.stringify(clean), /Zq7WkV/);
    assert.deepEqual(clean.attributes, { '<redacted>': 1, order: 2 });
    assert.match(clean.supportCode, /^TOC-/);
    assert.equal(clean.ownSupportCode, undefined);
  });

  test('has the code that its app gave it', () => {
    const given = { supportCode: 'ABC-1', ownSupportCode: 'ABC-1' };
    assert.partialDeepStrictEqual(errorPolicy().redact(errorEvent(given)), given);
  });
});
