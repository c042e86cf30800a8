import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Harness } from './harness.ts';

type Runtime = Scenario['runtime'];

const folderOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

interface Kind {
  /** The program without which it cannot be recorded here. */
  needs: string;
  harness: Harness;
  /** What the harness depends on is put into its own folder. */
  install: readonly (readonly string[])[];
}

/**
 * Their HTTP is imported by name, which is seen only with the hook for modules of ES. With it axios would be seen twice: by
 * the hook, and by the patch of what it requires.
 */
const needingHook = ['got', 'got-auth', 'node-fetch', 'axios-retry-doubled'];

function nodeCommand(client: string): string[] {
  const hook = needingHook.includes(client)
    ? ['--experimental-loader=@opentelemetry/instrumentation/hook.mjs']
    : [];
  return [process.execPath, ...hook, '--import', './telemetry.ts', 'main.ts'];
}

const javaSources = ['Clients', 'LabApp', 'Notes', 'Plan'];

function javaCommand(): string[] {
  const agent = readdirSync(join(folderOf('java'), 'target/lib')).find((name) => name.includes('javaagent'));
  return ['java', `-javaagent:target/lib/${agent}`, '-cp', 'target/classes:target/lib/*', 'LabApp'];
}

const kinds: Readonly<Record<Runtime, Kind>> = {
  node: {
    needs: 'npm',
    harness: { command: nodeCommand, folder: folderOf('node') },
    install: [['npm', 'ci']],
  },
  python: {
    needs: 'python3',
    harness: { command: () => ['.venv/bin/python', 'main.py'], folder: folderOf('python') },
    install: [
      ['python3', '-m', 'venv', '.venv'],
      ['.venv/bin/pip', 'install', '--quiet', '--requirement', 'requirements.txt'],
    ],
  },
  go: {
    needs: 'go',
    harness: { command: () => ['./lab'], folder: folderOf('go') },
    install: [['go', 'build', '-o', 'lab', '.']],
  },
  java: {
    needs: 'mvn',
    harness: { command: javaCommand, folder: folderOf('java') },
    install: [
      ['mvn', '--quiet', '--batch-mode', 'dependency:copy-dependencies', '-DoutputDirectory=target/lib'],
      [
        'javac',
        '-cp',
        'target/lib/*',
        '-d',
        'target/classes',
        ...javaSources.map((name) => `src/main/java/${name}.java`),
      ],
    ],
  },
};

export function runtimesHere(): Runtime[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return (Object.keys(kinds) as Runtime[]).filter((runtime) =>
    folders.some((folder) => existsSync(join(folder, kinds[runtime].needs))),
  );
}

export function harnessOf(runtime: Runtime): Harness {
  return kinds[runtime].harness;
}

/** @throws if a command fails */
export function install(runtime: Runtime): void {
  const { harness, install: commands } = kinds[runtime];
  for (const [program = '', ...args] of commands) {
    const { status } = spawnSync(program, args, { cwd: harness.folder, stdio: 'inherit' });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed in ${harness.folder}`);
  }
}
