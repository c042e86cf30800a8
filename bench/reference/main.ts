import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Calls, process as processSpans } from './calls.ts';
import { Forwarder } from './forwarder.ts';
import { OtlpCodec } from './otlp.ts';

/**
 * The sidecar that one would write in a day with the libraries at hand: decodes everything, counts calls, drops health checks,
 * encodes what is left and sends it on. What Tocsin is measured against.
 *
 *     node main.js PORT PROTO_DIRECTORY
 */
const [port, protoDirectory] = process.argv.slice(2);
const endpoint = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
const codec = new OtlpCodec(protoDirectory!);
const calls = new Calls();
const forwarder = endpoint
  ? new Forwarder(endpoint, process.env['OTEL_EXPORTER_OTLP_COMPRESSION'])
  : undefined;

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (forwarder?.hasRoom === false) {
    request.resume();
    response.writeHead(503, { 'retry-after': '1' }).end();
    return;
  }
  const contentType = request.headers['content-type'] ?? '';
  const isJson = contentType.startsWith('application/json');
  const raw = await buffer(request);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  const traces = codec.decode(body, isJson);
  processSpans(traces, calls);
  forwarder?.send(codec.encode(traces, isJson), contentType).catch(complain);
  response.writeHead(200, { 'content-type': contentType }).end(isJson ? '{}' : undefined);
}

function complain(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}

const server = createServer((request, response) => {
  if (request.url === '/readyz') response.end('ok');
  else if (request.url === '/metrics') response.end(calls.expose());
  else
    take(request, response).catch((error: unknown) => {
      complain(error);
      response.writeHead(400).end();
    });
});
server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
