import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { HarnessInput, HarnessNotes } from '../plan.ts';

/** How the app of a language is started. */
export interface Harness {
  command: (client: string) => readonly string[];
  folder: string;
}

/** No scenario lasts as long as this. */
const mostMillis = 90_000;

/**
 * Runs an app to its end, as a user would run it: the SDK is set up by its environment. It is told what to do on its standard
 * input; on its output it says when it begins, and at last what it saw.
 * @throws if it fails or says nothing
 */
export async function runHarness(
  { command, folder }: Harness,
  input: HarnessInput,
  onBegun: () => void,
): Promise<HarnessNotes> {
  const [program = '', ...args] = command(input.client);
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment(input) },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: mostMillis,
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk.toString()}`.slice(-4000);
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(JSON.stringify(input));
  let notes: HarnessNotes | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === '{"begun":true}') onBegun();
    else if (line.startsWith('{')) notes = JSON.parse(line) as HarnessNotes;
  }
  const code = await exited;
  if (code !== 0 || notes === undefined) throw new Error(`the harness ended with ${code}:\n${complaints}`);
  return notes;
}

function environment({ places, batchMillis, conventions, instance }: HarnessInput): Record<string, string> {
  return {
    ...(conventions === 'stable' && { OTEL_SEMCONV_STABILITY_OPT_IN: 'http' }),
    OTEL_SERVICE_NAME: 'shop',
    OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${instance}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: places.otlp,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_BSP_SCHEDULE_DELAY: String(batchMillis),
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    // Facts of the machine and the process have no place in a file that is published.
    OTEL_NODE_RESOURCE_DETECTORS: 'env',
    OTEL_JAVA_ENABLED_RESOURCE_PROVIDERS: 'io.opentelemetry.sdk.autoconfigure.EnvironmentResourceProvider',
    NO_COLOR: '1',
  };
}
