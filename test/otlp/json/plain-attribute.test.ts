import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { requestFromJson } from '../../../src/otlp/json/request.ts';

/** A request with these attributes, and as much behind them as there is in any real one. */
function request(...attributes: string[]): string {
  const padding = `"spans":[],"schemaUrl":"${'x'.repeat(200)}"`;
  return `{"resourceSpans":[{"resource":{"attributes":[${attributes.join()}]},"scopeSpans":[{${padding}}]}]}`;
}

/** What becomes of it: hex, or what is wrong, but for the byte. */
function outcome(json: string | Uint8Array): string {
  try {
    return Buffer.from(requestFromJson('traces', Buffer.from(json))).toString('hex');
  } catch (error) {
    return (error as Error).message.replace(/ \(byte \d+\)$/, '');
  }
}

/** The same for everybody, and read in the long way: with a space that plain ones have not. */
function long(attribute: string): string {
  return attribute.replace('{', '{ ');
}

const attribute = (key: string, value: string): string => `{"key":"${key}","value":${value}}`;

suite('an attribute in compact JSON', () => {
  const lengths = [0, 1, 2, 3, 4, 5, 58, 59, 60, 61, 62, 63, 64, 125, 126, 127, 128, 300];

  test('is written as it is with spaces, however long key and text are', () => {
    for (const key of lengths) {
      for (const text of lengths) {
        const plain = attribute('k'.repeat(key), `{"stringValue":"${'t'.repeat(text)}"}`);
        assert.equal(
          outcome(request(plain, plain)),
          outcome(request(long(plain), long(plain))),
          `${key} ${text}`,
        );
      }
    }
  });

  const numbers = [
    '0',
    '00',
    '01',
    '-0',
    '1',
    '-1',
    '9',
    '10',
    '127',
    '128',
    '16383',
    '16384',
    '2097151',
    '2097152',
    '9999999',
    '99999999',
    '100000000',
    '123456789012',
    '9223372036854775807',
    '9223372036854775808',
    '"7"',
    '"-7"',
    '""',
    '1.0',
    '1e3',
    '1.5',
    '1e',
    '+1',
    ' 1',
    '1 ',
    'null',
    'true',
  ];
  for (const number of numbers) {
    test(`is written or refused as it is with spaces: intValue ${number}`, () => {
      const plain = attribute('port', `{"intValue":${number}}`);
      assert.equal(outcome(request(plain)), outcome(request(long(plain))));
    });
  }

  const odd = [
    attribute('a\\u0062', '{"stringValue":"c"}'),
    attribute('a', '{"stringValue":"\\""}'),
    attribute('a', '{"stringValue":"\\\\"}'),
    attribute('é', '{"stringValue":"🛒"}'),
    attribute('a\u007f', '{"stringValue":"\u007f ~!#[]^{}"}'),
    attribute('a', '{"stringValue":"\t"}'),
    attribute('a', '{"stringValue":"b","intValue":1}'),
    attribute('a', '{"stringValue":1}'),
    attribute('a', '{"stringValues":"b"}'),
    attribute('a', '{"intValue":1,"stringValue":"b"}'),
    attribute('a', '{"boolValue":true}'),
    attribute('a', '{"doubleValue":1.5}'),
    attribute('a', '{}'),
    attribute('a', 'null'),
    '{"key":"a"}',
    '{"key":"a","value":{"stringValue":"b"},"new":1}',
    '{"value":{"stringValue":"b"},"key":"a"}',
    '{"key":"a","value":{"stringValue":"b"}',
    '{"key":"a","value":{"stringValue":"b"}]',
    '{}',
  ];
  for (const each of odd) {
    test(`is written or refused as it is with spaces: ${JSON.stringify(each)}`, () => {
      assert.equal(outcome(request(each)), outcome(request(long(each))));
    });
  }

  test('that ends too soon is refused, wherever that is', () => {
    const whole = Buffer.from(
      request(attribute('http.route', '{"stringValue":"/a"}'), attribute('port', '{"intValue":80}')),
    );
    for (let length = 0; length < whole.length; length++)
      assert.doesNotMatch(outcome(whole.subarray(0, length)), /^([\da-f]{2})*$/, String(length));
  });

  test('with any byte changed is written or refused as it is with spaces', () => {
    const plain = attribute('http.route', '{"stringValue":"/cart/:id"}');
    const whole = attribute('server.port', '{"intValue":8080}');
    fc.assert(
      fc.property(fc.constantFrom(plain, whole), fc.nat(), fc.nat(255), (given, at, byte) => {
        // The brace stays, so that there is a place for the space.
        const changed = Buffer.from(given);
        changed[1 + (at % (changed.length - 1))] = byte;
        const spaced = Buffer.concat([Buffer.from('{ '), changed.subarray(1)]);
        const [before, after] = request('@').split('@');
        const around = (inner: Buffer): Buffer =>
          Buffer.concat([Buffer.from(before!), inner, Buffer.from(after!)]);
        assert.equal(outcome(around(changed)), outcome(around(spaced)));
      }),
      { numRuns: 5_000, seed: 20261130 },
    );
  });
});
