import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { SpanExtractor } from '../../src/otlp/extract.ts';
import { sliceTraces } from '../../src/otlp/slice.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { traceRequestObject } from '../support/otlp-arbitraries.ts';
import { decodeTraceRequest, encodeTraceRequest } from '../support/otlp-reference.ts';

suite('spans that are taken out of a request', () => {
  test('are there with the resources and scopes that they stand in, whichever they are and how often', () => {
    fc.assert(
      fc.property(traceRequestObject, fc.array(fc.array(fc.boolean())), (request, choices) => {
        const batch = new TraceScanner().scan(encodeTraceRequest(request));
        const extractor = new SpanExtractor(batch);
        for (const choice of choices) {
          const indices = [...Array(batch.spans.length).keys()].filter((index) => choice[index] === true);
          if (indices.length === 0) continue;
          const extracted = decodeTraceRequest(extractor.extract(indices));
          const sliced = decodeTraceRequest(sliceTraces(batch, (index) => choice[index] === true));
          if (indices.length < batch.spans.length) assert.deepEqual(extracted, sliced);
          else assert.equal(new TraceScanner().scan(extractor.extract(indices)).spans.length, indices.length);
        }
      }),
      { seed: 20_261_130, numRuns: 300 },
    );
  });
});
