import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Secret } from '../../../src/config/secret.ts';
import {
  type SlackSigned,
  SlackSignatures,
  slackSignature,
} from '../../../src/notify/receivers/slack-signature.ts';
import { TestClock } from '../../support/test-clock.ts';

const minuteMillis = 60_000;
const secret = new Secret('8f742231b10e8888abcd99yyyzzz85a5');
const body = Buffer.from('payload=%7B%7D');

function signed(clock: TestClock, given: { secret?: Secret; at?: number; body?: Buffer } = {}): SlackSigned {
  const timestamp = String(Math.floor((given.at ?? clock.now()) / 1000));
  const signature = slackSignature(given.secret ?? secret, timestamp, given.body ?? body);
  return { signature, timestamp, body: given.body ?? body };
}

function started(others: readonly Secret[] = []) {
  const clock = new TestClock();
  const subject = new SlackSignatures([...others, secret], clock);
  clock.advance(10 * minuteMillis);
  return { clock, subject };
}

suite('a signature of Slack', () => {
  test('is the one that Slack’s documentation works out', () => {
    const example =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    assert.equal(
      slackSignature(secret, '1531420618', example),
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
  });

  test('lets a request in, and says by which of several secrets', () => {
    const other = new Secret('another-secret-of-another-app');
    const { clock, subject } = started([other]);
    assert.deepEqual(subject.verify(signed(clock)), { kind: 'right', secret });
    assert.deepEqual(subject.verify(signed(clock, { secret: other })), { kind: 'right', secret: other });
  });

  const wrong: [name: string, change: (right: SlackSigned) => SlackSigned][] = [
    ['there is none', (right) => ({ ...right, signature: undefined })],
    ['there is no time', (right) => ({ ...right, timestamp: undefined })],
    ['the body is another', (right) => ({ ...right, body: Buffer.from('payload=%7B%7D ') })],
    ['there is no body', (right) => ({ ...right, body: new Uint8Array() })],
    ['the time is another', (right) => ({ ...right, timestamp: String(Number(right.timestamp) + 1) })],
    ['the time is no number', (right) => ({ ...right, timestamp: `${right.timestamp} ` })],
    ['it is of another version', (right) => ({ ...right, signature: right.signature?.replace('v0', 'v1') })],
    ['it is cut off', (right) => ({ ...right, signature: right.signature?.slice(0, -1) })],
    ['there is more behind it', (right) => ({ ...right, signature: `${right.signature}0` })],
    ['it is in capitals', (right) => ({ ...right, signature: right.signature?.toUpperCase() })],
    ['one digit is another', (right) => ({ ...right, signature: right.signature?.replace(/.$/, flipped) })],
    [
      'it is by another secret',
      (right) => ({ ...right, signature: slackSignature(new Secret('x'), right.timestamp!, body) }),
    ],
  ];
  for (const [name, change] of wrong)
    test(`is wrong if ${name}`, () => {
      const { clock, subject } = started();
      assert.deepEqual(subject.verify(change(signed(clock))), { kind: 'wrong' });
      assert.equal(subject.verify(signed(clock)).kind, 'right', 'and the right one is right all the same');
    });

  test('is good for five minutes, by either clock', () => {
    const { clock, subject } = started();
    for (const [minutes, kind] of [
      [-5, 'right'],
      [5, 'right'],
      [-6, 'out of time'],
      [6, 'out of time'],
    ] as const) {
      const given = signed(clock, { at: clock.now() + minutes * minuteMillis });
      assert.equal(subject.verify(given).kind, kind, String(minutes));
    }
  });

  test('is not good if it was made before Tocsin began, which may have taken it before', () => {
    const clock = new TestClock();
    const before = signed(clock, { at: clock.now() - 1_000 });
    const subject = new SlackSignatures([secret], clock);
    assert.deepEqual(subject.verify(before), { kind: 'out of time', seconds: 1 });
    assert.equal(subject.verify(signed(clock)).kind, 'right');
  });

  test('is good once', () => {
    const { clock, subject } = started();
    const first = signed(clock);
    // Made as early as it can be, it is in time for twice as long.
    const early = signed(clock, { at: clock.now() + 5 * minuteMillis });
    for (const given of [first, early]) assert.equal(subject.verify(given).kind, 'right');
    clock.advance(5 * minuteMillis);
    for (const given of [first, early]) assert.deepEqual(subject.verify(given), { kind: 'repeated' });
    clock.advance(5 * minuteMillis);
    assert.equal(subject.verify(first).kind, 'out of time');
    assert.equal(subject.verify(early).kind, 'repeated');
    clock.advance(1_000);
    assert.equal(subject.verify(early).kind, 'out of time');
  });

  test('is remembered only if it was right, and in a bounded number', () => {
    const { clock, subject } = started();
    for (let i = 0; i < 10_050; i++)
      assert.equal(subject.verify(signed(clock, { body: Buffer.from(String(i)) })).kind, 'right');
    assert.equal(subject.verify(signed(clock, { body: Buffer.from('10049') })).kind, 'repeated');
    assert.ok(subject.remembered <= 10_000);
  });
});

function flipped(digit: string): string {
  return digit === '0' ? '1' : '0';
}
