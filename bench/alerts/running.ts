import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../machine/free-port.ts';
import { RunningSubject } from '../subjects/running-subject.ts';
import { imageAllocation, imageNodeOptions } from '../subjects/tocsin.ts';

/** The bundle as its image runs it, with a webhook that it tells of failures, more than it usually would. */
export async function startTelling(directory: string, chatUrl: string): Promise<RunningSubject> {
  const [otlp = 0, metrics = 0] = await freePorts(2);
  const config = join(directory, 'bench.yaml');
  writeFileSync(
    config,
    [
      'version: 1',
      `intake: { http: { listen: "127.0.0.1:${otlp}" }, grpc: { listen: "127.0.0.1:0" } }`,
      `metrics: { listen: "127.0.0.1:${metrics}" }`,
      'admin: { listen: "127.0.0.1:0" }',
      'alerts:',
      '  budget: { per_channel_per_hour: 3600, burst: 1000 }',
      `  receivers: [{ name: chat, webhook: { url: "${chatUrl}" } }]`,
    ].join('\n'),
  );
  return RunningSubject.start(process.execPath, {
    args: [...imageNodeOptions(), 'dist/main.js', 'run', '--config', config],
    environment: { ...imageAllocation(), TOCSIN_DATA_DIR: join(directory, 'data') },
    otlpUrl: `http://127.0.0.1:${otlp}`,
    readyUrl: `http://127.0.0.1:${metrics}/readyz`,
  });
}
