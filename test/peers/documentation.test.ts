import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TocsinProcess } from '../e2e/support/tocsin.ts';
import { eventually } from '../support/eventually.ts';
import { shellBlocks } from './support/shell-blocks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const clients = join(root, 'test/peers/clients');
const work = mkdtempSync(join(tmpdir(), 'tocsin-clients-'));
after(() => rmSync(work, { recursive: true, force: true }));

const copyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const javaAgent = 'io.opentelemetry.javaagent:opentelemetry-javaagent:2.33.1';

const tocsin = new TocsinProcess({});
before(() => tocsin.start());
after(() => tocsin.stop());

/** Fails with all that was said if the command does; a tool that is missing is a failure like any other. */
function run(command: string, directory: string, path = ''): string {
  const { status, stdout, stderr, error } = spawnSync('sh', ['-e', '-c', command], {
    cwd: directory,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${path}${delimiter}${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
    },
    timeout: 240_000,
  });
  assert.equal(status, 0, `${command}\n${error?.message ?? ''}${stdout}${stderr}`);
  return stdout;
}

/** What the page says, against the Tocsin of this test. */
function here(commands: string): string {
  return commands
    .replaceAll('http://127.0.0.1:4318', tocsin.at.otlp)
    .replaceAll('http://127.0.0.1:4319', tocsin.at.metrics)
    .replaceAll('http://127.0.0.1:4320', tocsin.at.admin)
    .replaceAll('data/admin-token', join(tocsin.dataDirectory, 'admin-token'));
}

interface Client {
  heading: string;
  /** Makes a directory with the app in it ready. @returns what is to be found before the rest of PATH */
  prepare: (directory: string) => string;
  /** Whether the app itself ends with an error. */
  fails?: boolean;
  issue: { type: string; operation: string };
}

const charge = 'POST /charge';

const table: readonly Client[] = [
  {
    heading: 'Node.js',
    prepare: (directory) => {
      cpSync(join(clients, 'node'), directory, { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
      return '';
    },
    issue: { type: 'RangeError', operation: charge },
  },
  {
    heading: 'Python',
    prepare: (directory) => {
      cpSync(join(clients, 'python'), directory, { recursive: true });
      run('python3 -m venv venv && venv/bin/pip install --quiet --requirement requirements.txt', directory);
      return join(directory, 'venv/bin');
    },
    fails: true,
    issue: { type: 'ValueError', operation: charge },
  },
  {
    heading: 'Go',
    prepare: (directory) => {
      cpSync(join(clients, 'go'), directory, { recursive: true });
      run('GOFLAGS=-modcacherw go build -o /dev/null .', directory);
      return '';
    },
    issue: { type: '*errors.errorString', operation: charge },
  },
  {
    heading: 'Java',
    prepare: (directory) => {
      cpSync(join(clients, 'java'), directory, { recursive: true });
      run(
        `mvn -q -B ${copyPlugin}:copy -Dartifact=${javaAgent} -DoutputDirectory=. -Dmdep.stripVersion=true`,
        directory,
      );
      run('javac App.java && jar --create --file app.jar --main-class App *.class', directory);
      return '';
    },
    issue: { type: 'java.lang.IllegalStateException', operation: charge },
  },
];

suite('an app that is set up as docs/getting-started.md says', { timeout: 600_000 }, () => {
  const blocks = shellBlocks('docs/getting-started.md');

  for (const { heading, prepare, fails = false, issue } of table) {
    test(`in ${heading} has its failure among the issues and its call in the metrics`, {
      timeout: 300_000,
    }, async () => {
      const commands = blocks.find((block) => block.heading === heading)!.commands;
      const directory = join(work, heading);
      mkdirSync(directory);
      const path = prepare(directory);
      const service = `checkout-${heading.toLowerCase()}`;
      const said = here(commands).replace('OTEL_SERVICE_NAME=checkout', `OTEL_SERVICE_NAME=${service}`);
      assert.ok(said.includes(tocsin.at.otlp) && said.includes(service), said);
      run(fails ? `${said.trimEnd()} || true` : said, directory, path);
      const list = async <T>(path: string): Promise<T[]> =>
        ((await tocsin.api(path)) as { items: T[] }).items;
      const { id, title } = await eventually(`an issue of ${service}`, async () => {
        const issues = await list<{ id: string; type: string; title: string }>(
          `/api/issues?service=${service}`,
        );
        return issues.find(({ type }) => type === issue.type);
      });
      assert.equal(title, `${issue.type}: card was refused`);
      const [event] = await list<{ stack: string; operation: string }>(`/api/issues/${id}/events`);
      assert.equal(event!.operation, issue.operation);
      assert.match(event!.stack, /charge|App/);
      const exposition = await (await fetch(`${tocsin.at.metrics}/metrics`)).text();
      const failed = `service_name="${service}",span_name="${issue.operation}",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_ERROR"} 1`;
      assert.ok(exposition.includes(failed), exposition);
    });
  }
});

suite('the commands of', () => {
  const languages = new Set(table.map(({ heading }) => heading));
  for (const page of ['docs/getting-started.md', 'docs/troubleshooting.md']) {
    for (const { heading, commands } of shellBlocks(page)) {
      if (languages.has(heading)) continue;
      test(`${page}, ${heading}, answer something`, () => {
        const answer = run(here(commands).replaceAll('curl -s', 'curl -sf'), work);
        assert.ok(answer.trim().length > 0);
      });
    }
  }

  test('docs/operations.md replay what was recorded', () => {
    const recording = join(work, 'recording.ndjson');
    writeFileSync(recording, '');
    const commands = shellBlocks('docs/operations.md').map((block) => block.commands);
    const replay = commands.find((each) => each.includes('tocsin replay recording.ndjson'))!;
    const [line = ''] = replay.split('#');
    run(line.replace('tocsin', `'${process.execPath}' '${join(root, 'dist/main.js')}'`), work);
  });
});
