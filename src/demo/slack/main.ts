import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { renderMessage } from './render.ts';
import { SlackStandIn, type SlackStandInOptions } from './server.ts';

const usage = `usage: node src/demo/slack/main.ts [--port N] [--token TOKEN]… [--channel NAME]…
         [--app-token TOKEN] [--request-url URL --signing-secret SECRET]
         [--webhook-path /services/…] [--no-rate-limits] [--print]
A webhook posts to the first channel.
`;

function readOptions(): SlackStandInOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      token: { type: 'string', multiple: true, default: ['xoxb-stand-in'] },
      channel: { type: 'string', multiple: true, default: ['alerts'] },
      'app-token': { type: 'string', multiple: true, default: [] },
      'request-url': { type: 'string' },
      'signing-secret': { type: 'string', default: '' },
      'webhook-path': { type: 'string', default: '/services/T0000000000/B0000000000/stand-in' },
      'no-rate-limits': { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535;
  if (!isPort) throw new Error(`--port ${values.port} is not a port`);
  const path = values['webhook-path'];
  if (!path.startsWith('/services/'))
    throw new Error(`--webhook-path ${path} does not begin with /services/`);
  return {
    port,
    tokens: values.token,
    appTokens: values['app-token'],
    ...(values['request-url'] !== undefined && {
      requestsOfPresses: { url: values['request-url'], signingSecret: values['signing-secret'] },
    }),
    channels: values.channel.map((name) => ({ name })),
    webhook: { path, channel: values.channel[0] ?? '' },
    ...(values['no-rate-limits'] && { rateLimits: 'off' }),
    ...(values.print && { onChange: (message) => process.stdout.write(renderMessage(message)) }),
  };
}

async function run(options: SlackStandInOptions): Promise<void> {
  const slack = new SlackStandIn(options);
  const { url } = await slack.start();
  process.stdout.write(`${url}\n`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await slack.stop();
}

function fail(error: unknown, exitCode: number): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCode;
}

let options: SlackStandInOptions | undefined;
try {
  options = readOptions();
} catch (error) {
  fail(error, 2);
  process.stderr.write(usage);
}
if (options !== undefined) await run(options).catch((error: unknown) => fail(error, 1));
