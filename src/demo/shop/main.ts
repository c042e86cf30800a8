import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { readEnvironment } from '../../config/environment.ts';
import { type Shop, startShop } from './processes.ts';

function explain({ storefront, payments }: Shop, otlpEndpoint: string): string {
  return `storefront ${storefront.url} and payments ${payments.url} send their spans to ${otlpEndpoint}

Buy something:
  curl '${storefront.url}/checkout?order=A-1001'

Break payments, and buy again:
  curl -X PUT ${payments.url}/faults -H 'content-type: application/json' -d '{"throw": true}'
Other faults, of both services: {"unavailable": true} {"slowMillis": 800} {"healthFails": true}
For three requests only: {"throw": true, "for": 3}

Mend it:
  curl -X DELETE ${payments.url}/faults
`;
}

const { values } = parseArgs({ options: { otlp: { type: 'string', default: 'http://127.0.0.1:4318' } } });
const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
const shop = await startShop({
  otlpEndpoint: values.otlp,
  baseEnvironment: readEnvironment(),
  ports: { storefront: 8080, payments: 8081 },
});
process.stdout.write(explain(shop, values.otlp));
await told;
await shop.stop();
