import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePorts } from '../machine/free-port.ts';
import { forwardEnvironment, type Launch, type LaunchOptions, type Subject } from './subject.ts';

/** Tocsin as its image runs it: the bundle, with the image's options of node and everything on that is on by default. Only the ports are its own. */
export class TocsinSubject implements Subject {
  readonly name = 'tocsin';
  private readonly program: string;

  /** @param program the bundle. @throws Error if it is not there */
  constructor(program: string) {
    this.program = resolve(program);
    if (!existsSync(this.program)) throw new Error(`there is no ${program}: npm run build`);
  }

  launch({ directory, forward }: LaunchOptions): Promise<Launch> {
    return launchTocsin(this.program, directory, { environment: forwardEnvironment(forward) });
  }
}

/** What else a benchmark wants of it. */
interface Wanted {
  /** Any free one without it. */
  adminPort?: number;
  /** Further lines of its configuration. */
  lines?: readonly string[];
  environment?: Readonly<Record<string, string>>;
}

/** The bundle, with the options of node and the environment that its image has. @param directory of its data, in `data/`, and configuration */
export async function launchTocsin(program: string, directory: string, wanted: Wanted = {}): Promise<Launch> {
  const { adminPort = 0, lines = [], environment = {} } = wanted;
  const [otlp = 0, grpc = 0, metrics = 0] = await freePorts(3);
  const config = join(directory, 'bench.yaml');
  writeFileSync(
    config,
    [
      'version: 1',
      `intake: { http: { listen: "127.0.0.1:${otlp}" }, grpc: { listen: "127.0.0.1:${grpc}" } }`,
      `metrics: { listen: "127.0.0.1:${metrics}" }`,
      `admin: { listen: "127.0.0.1:${adminPort}" }`,
      // What is cut off at the end of a load has no local root: it is waited for until it is passed on.
      'local_traces: { hold: 1s }',
      ...lines,
    ].join('\n'),
  );
  const metricsUrl = `http://127.0.0.1:${metrics}/metrics`;
  return {
    args: [...imageNodeOptions(), program, 'run', '--config', config],
    environment: { ...imageAllocation(), TOCSIN_DATA_DIR: join(directory, 'data'), ...environment },
    otlpUrl: `http://127.0.0.1:${otlp}`,
    grpcUrl: `http://127.0.0.1:${grpc}`,
    readyUrl: `http://127.0.0.1:${metrics}/readyz`,
    metricsUrl,
    dropped: { url: metricsUrl, counter: 'tocsin_noise_spans_dropped_total' },
  };
}

const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');

/** What the image's environment says of how memory is allocated. */
function imageAllocation(): Record<string, string> {
  return Object.fromEntries(
    [...dockerfile.matchAll(/\b(MALLOC_\w+)=(\w+)/g)].map(([, name, value]) => [name!, value!]),
  );
}

/** What the image's entry point says between node and the program. */
function imageNodeOptions(): string[] {
  const [, entryPoint = ''] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  return (JSON.parse(entryPoint) as string[]).slice(1, -1);
}
