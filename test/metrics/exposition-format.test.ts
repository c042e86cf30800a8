import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { negotiateFormat } from '../../src/metrics/exposition-format.ts';

suite('the format of an exposition', () => {
  const table: [who: string, accept: string | undefined, format: 'text' | 'openmetrics'][] = [
    ['a client that says nothing', undefined, 'text'],
    ['a client that says nothing in many words', '', 'text'],
    ['curl', '*/*', 'text'],
    [
      'a browser',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
      'text',
    ],
    [
      'Prometheus 2.42',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'Prometheus 3',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'openmetrics',
    ],
    [
      'Prometheus with native histograms',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    ['Prometheus told to use the text format', 'text/plain;version=0.0.4;q=1,*/*;q=0.1', 'text'],
    ['who likes text better', 'application/openmetrics-text;q=0.4, text/plain;q=0.5', 'text'],
    ['who likes both as much', 'text/plain, application/openmetrics-text', 'openmetrics'],
    ['who wants no OpenMetrics', 'application/openmetrics-text;q=0', 'text'],
    ['who wants a later version', 'application/openmetrics-text;version=2.0.0', 'text'],
    ['who wants the draft of OpenMetrics', 'application/openmetrics-text;version=0.0.1', 'text'],
    ['who gives no version', 'application/openmetrics-text', 'openmetrics'],
    ['who writes in capitals', 'Application/OpenMetrics-Text; Version=1.0.0', 'openmetrics'],
    ['who quotes', 'application/openmetrics-text; version="1.0.0"; q=0.9', 'openmetrics'],
    ['who wants what is not there', 'application/json', 'text'],
    ['a quality that is none', 'application/openmetrics-text;q=high', 'text'],
    ['a negative quality', 'application/openmetrics-text;q=-1', 'text'],
    ['a quality over 1', 'application/openmetrics-text;q=1.5', 'text'],
    ['half a parameter', 'application/openmetrics-text;version;=;q=', 'text'],
    ['more elements than anybody sends', `${'a/b,'.repeat(5000)}application/openmetrics-text`, 'text'],
  ];
  for (const [who, accept, format] of table) {
    test(`is ${format} for ${who}`, () => assert.equal(negotiateFormat(accept), format));
  }

  test('is decided for any header', () => {
    const piece = fc.constantFrom(
      ',',
      ';',
      '=',
      'q',
      '"',
      ' ',
      '1.0.0',
      'application/openmetrics-text',
      'version',
      '*',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        assert.match(negotiateFormat(pieces.join('')), /^(text|openmetrics)$/);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
