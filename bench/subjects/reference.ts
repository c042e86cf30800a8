import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { freePorts } from '../machine/free-port.ts';
import { forwardEnvironment, type Launch, type LaunchOptions, type Subject } from './subject.ts';

const program = fileURLToPath(new URL('../reference/main.ts', import.meta.url));
const protoDirectory = fileURLToPath(new URL('../../test/support/proto', import.meta.url));

/** The sidecar of `bench/reference/`. Bundled as Tocsin is, since stripping types takes time and memory at every start. */
export class ReferenceSubject implements Subject {
  readonly name = 'reference';
  private readonly bundle: string;

  private constructor(bundle: string) {
    this.bundle = bundle;
  }

  /** @param directory for the bundle */
  static async bundled(directory: string): Promise<ReferenceSubject> {
    const bundle = join(directory, 'reference.mjs');
    await build({
      entryPoints: [program],
      outfile: bundle,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      // Packages written as CommonJS call require for what Node has built in.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
    return new ReferenceSubject(bundle);
  }

  async launch({ forward }: LaunchOptions): Promise<Launch> {
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    return {
      args: [this.bundle, String(port), protoDirectory],
      environment: forwardEnvironment(forward),
      otlpUrl: url,
      readyUrl: `${url}/readyz`,
      metricsUrl: `${url}/metrics`,
    };
  }
}
