import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setUpFailures as setUp, stopAll } from '../../support/failure-pipeline.ts';
import { kind } from '../../support/otlp-builders.ts';

afterEach(stopAll);

for (const code of [14, 'UNAVAILABLE', 'unavailable']) {
  test(`a request that was answered ${code} is what gRPC means by it`, async () => {
    const { send, settled, issues } = await setUp();
    const key = typeof code === 'number' ? 'rpc.grpc.status_code' : 'rpc.response.status_code';
    await send({
      id: 1,
      name: 'shop.Cart/Add',
      kind: kind.server,
      failed: true,
      attributes: { [key]: code },
    });
    await settled();
    const found = (await issues()).map((issue) => [issue.type, issue.class, issue.severity]);
    assert.deepEqual(found, [['gRPC 14', 'connection', 'high']]);
  });
}
