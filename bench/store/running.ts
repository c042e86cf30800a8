import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../machine/free-port.ts';
import { RunningSubject } from '../subjects/running-subject.ts';
import { imageAllocation, imageNodeOptions } from '../subjects/tocsin.ts';
import { ApiClient } from './client.ts';

const token = 'the-token-of-the-benchmark';

/** Tocsin on a store that is there, as a program of its own. @param directory has the store, as `tocsin.db` */
export async function startOn(
  program: string,
  directory: string,
): Promise<{ subject: RunningSubject; api: ApiClient }> {
  const [otlp = 0, metrics = 0, admin = 0] = await freePorts(3);
  const config = join(directory, 'bench.yaml');
  writeFileSync(
    config,
    [
      'version: 1',
      `intake: { http: { listen: "127.0.0.1:${otlp}" }, grpc: { listen: "127.0.0.1:0" } }`,
      `metrics: { listen: "127.0.0.1:${metrics}" }`,
      `admin: { listen: "127.0.0.1:${admin}" }`,
    ].join('\n'),
  );
  const subject = await RunningSubject.start(process.execPath, {
    args: [...imageNodeOptions(), program, 'run', '--config', config],
    environment: { ...imageAllocation(), TOCSIN_DATA_DIR: directory, TOCSIN_ADMIN_TOKEN: token },
    otlpUrl: `http://127.0.0.1:${otlp}`,
    readyUrl: `http://127.0.0.1:${metrics}/readyz`,
  });
  return { subject, api: new ApiClient(`http://127.0.0.1:${admin}`, token) };
}
