import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { shownText, SlackProcess } from '../e2e/support/slack.ts';
import { TocsinProcess } from '../e2e/support/tocsin.ts';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { Alertmanager } from './support/alertmanager.ts';
import { shellBlocks } from './support/shell-blocks.ts';

const hour = 3_600_000;
const slack = new SlackProcess();
const home = mkdtempSync(join(tmpdir(), 'tocsin-amtool-home-'));
let tocsin: TocsinProcess;

before(async () => {
  await slack.start();
  tocsin = new TocsinProcess(slack.environment);
  await tocsin.start();
  // Where Debian's amtool looks for what others have in ~/.config/amtool.
  mkdirSync(join(home, '.config', 'prometheus'), { recursive: true });
  symlinkSync('../amtool/config.yml', join(home, '.config', 'prometheus', 'amtool.yml'));
});
after(async () => {
  await tocsin.stop();
  await slack.stop();
  rmSync(home, { recursive: true, force: true });
});

function run(commands: string): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr, error } = spawnSync('sh', ['-e', '-c', commands], {
    encoding: 'utf8',
    env: { ...process.env, HOME: home },
    timeout: 60_000,
  });
  // A tool that is missing is a failure like any other.
  assert.equal(error, undefined, String(error));
  return { status, stdout, stderr };
}

/** @returns what it prints; it must go well, and without a word of complaint */
function amtool(commands: string): string {
  const { status, stdout, stderr } = run(commands);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, commands);
  return stdout;
}

let traces = 0;
async function fail(name: string): Promise<void> {
  const span = { id: 1, trace: ++traces, name, kind: 2, failed: true };
  const body = new Uint8Array(traceRequestBytes([span], { 'service.name': 'shop' }));
  assert.ok(await tocsin.takes(body));
}

const told = async (name: string): Promise<string[]> =>
  (await slack.messages()).map(shownText).filter((text) => text.includes(name));

suite('amtool and the running program, as the documentation says', { timeout: 120_000 }, () => {
  const [setUp, commands] = shellBlocks('docs/alerts.md')
    .filter(({ heading }) => heading === 'Silences')
    .map((block) =>
      block.commands
        .replaceAll('http://127.0.0.1:4320', '$TOCSIN')
        .replaceAll('$PWD/data/admin-token', '$TOKEN_FILE'),
    );

  test('agree', async () => {
    await fail('POST /charge');
    await eventually('it to be told', async () => (await told('POST /charge')).length > 0);
    const environment = `TOKEN_FILE=${join(tocsin.dataDirectory, 'admin-token')} TOCSIN=${tocsin.at.admin}`;
    amtool(`${environment}\n${setUp}`);
    const lines = amtool(commands!).split('\n');
    assert.match(lines.join('\n'), /^NewIssue .* active/m);
    assert.match(lines.join('\n'), /class="timeout".* alice .* the provider is down/);
    assert.match(lines.join('\n'), /default-route {2}receiver: slack/);
    assert.equal(lines.at(-2), 'slack');
  });

  test('add alerts of others', async () => {
    amtool('amtool alert add DiskFull service=db severity=warning --annotation=summary="Full up"');
    await eventually('it to be told', async () => (await told('Full up')).length > 0);
    assert.match(amtool('amtool alert query service=db'), /^DiskFull .* Full up .*active/m);
  });

  test('hold an incident back, and let it be told', async () => {
    const id = amtool('amtool silence add service=shop operation="GET /cart" -a alice -c known -d 1h').trim();
    await fail('GET /cart');
    const { items } = await eventually('it to be held', async () => {
      const page = (await tocsin.api('/api/deliveries?state=held')) as { items: { held_by: string }[] };
      return page.items.length > 0 && page;
    });
    assert.deepEqual(
      items.map(({ held_by }) => held_by),
      [`silenced by ${id}`],
    );
    const [alert] = JSON.parse(amtool('amtool alert query --silenced operation="GET /cart" -o json')) as [
      { status: object },
    ];
    assert.partialDeepStrictEqual(alert.status, { state: 'suppressed', silencedBy: [id] });
    assert.doesNotMatch(amtool('amtool alert query'), /GET \/cart/);
    assert.deepEqual(await told('GET /cart'), []);
    amtool(`amtool silence update ${id} --duration=2h --comment=longer`);
    assert.match(amtool('amtool silence query'), new RegExp(`^${id} .* longer`, 'm'));
    await tocsin.stop();
    await tocsin.start();
    assert.match(amtool('amtool silence query -q'), new RegExp(id));
    assert.deepEqual(await told('GET /cart'), []);
    amtool(`amtool silence expire ${id}`);
    await eventually('it to be told', async () => (await told('GET /cart')).length === 1);
    assert.match(amtool('amtool silence query --expired'), new RegExp(`^${id} `, 'm'));
  });

  test('say what is wrong', () => {
    const table: [command: string, message: RegExp][] = [
      ['amtool silence add "a=~.*" -a alice -c all', /at least one matcher must not match the empty string/],
      [
        'amtool silence add a=b -a alice -c x --start=2020-01-01T00:00:00Z --end=2020-01-02T00:00:00Z',
        /in the past/,
      ],
      ['amtool silence add a=b -a alice --no-require-comment', /comment is empty/],
      ['amtool silence expire 11111111-1111-4111-8111-111111111111', /status 404/],
      [`amtool alert query --alertmanager.url=${tocsin.at.admin} --http.config.file=/dev/null`, /status 401/],
    ];
    for (const [command, message] of table) {
      const { status, stderr } = run(command);
      assert.equal(status, 1, command);
      assert.match(stderr, message);
    }
  });

  test('take silences as a file', () => {
    const given = amtool(
      'amtool silence add a=b -a alice -c known -d 1h >/dev/null; amtool silence query -o json',
    );
    amtool('amtool silence expire $(amtool silence query -q)');
    const file = join(home, 'silences.json');
    amtool(`cat > ${file} <<'END'\n${given}\nEND\namtool silence import --force ${file}`);
    assert.match(amtool('amtool silence query'), /a="b"/);
    amtool('amtool silence expire $(amtool silence query -q)');
    assert.doesNotMatch(amtool('amtool silence query'), /a="b"/);
  });
});

suite('a real Alertmanager and Tocsin', { timeout: 120_000 }, () => {
  let alertmanager: Alertmanager;
  let token = '';
  before(async () => {
    alertmanager = await Alertmanager.start('http://127.0.0.1:1/');
    await eventually('it to be up', () => alertmanager.alerts());
    token = readFileSync(join(tocsin.dataDirectory, 'admin-token'), 'utf8').trim();
  });
  after(() => alertmanager.stop());

  interface Silence {
    id?: string;
    status?: { state: string };
    matchers: object[];
    startsAt: string;
    endsAt: string;
  }
  const both = (): string[] => [alertmanager.url, tocsin.at.admin];
  const ask = async (url: string, path: string, method = 'GET', body?: unknown): Promise<Response> =>
    fetch(`${url}/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const post = async (url: string, silence: unknown): Promise<{ status: number; id: string }> => {
    const response = await ask(url, '/silences', 'POST', silence);
    const answer = (await response.json()) as { silenceID?: string };
    return { status: response.status, id: answer.silenceID ?? '' };
  };
  const get = async (url: string, id: string): Promise<Silence> =>
    (await (await ask(url, `/silence/${id}`)).json()) as Silence;
  const at = (millis: number): string => new Date(Date.now() + millis).toISOString();
  const like = (given: object = {}, value = 'b', kind: object = {}): object => ({
    matchers: [{ name: 'a', value, isRegex: false, ...kind }],
    startsAt: at(0),
    endsAt: at(hour),
    createdBy: 'alice',
    comment: 'known',
    ...given,
  });
  const regex = { isRegex: true };
  const unequal = { isEqual: false };

  test('take the same silences, and refuse the same', async () => {
    const table: [what: string, silence: object, status: number][] = [
      ['equal', like(), 200],
      ['not equal', like({}, 'b', unequal), 200],
      ['everything that has it', like({}, '.+', regex), 200],
      ['everything', like({}, '.*', regex), 400],
      ['everything without it', like({}, ''), 400],
      ['all but a text', like({}, '', unequal), 200],
      ['all but an expression', like({}, '.*', { ...regex, ...unequal }), 200],
      ['no expression', like({}, '(', regex), 400],
      ['too greedy an expression', like({}, 'a{1001}', regex), 400],
      ['looks ahead', like({}, '(?=a)', regex), 400],
      ['past', like({ startsAt: at(-2 * hour), endsAt: at(-hour) }), 400],
      ['backwards', like({ startsAt: at(2 * hour) }), 400],
      ['began before', like({ startsAt: at(-hour) }), 200],
      ['later', like({ startsAt: at(hour), endsAt: at(2 * hour) }), 200],
      ['not there', like({ id: '11111111-1111-4111-8111-111111111111' }), 404],
      ['without a name', like({ matchers: [{ name: '', value: 'b', isRegex: false }] }), 400],
    ];
    for (const [what, silence, status] of table)
      for (const url of both()) assert.equal((await post(url, silence)).status, status, `${what} ${url}`);
  });

  test('change the same silences, make others of the same, and end them', async () => {
    const changes: [what: string, from: object, to: (before: Silence) => object, isSame: boolean][] = [
      ['the end', like(), () => ({ endsAt: at(2 * hour) }), true],
      ['the words', like(), () => ({ comment: 'other', createdBy: 'bob' }), true],
      ['the matchers', like(), () => ({ matchers: [{ name: 'a', value: 'c', isRegex: false }] }), false],
      ['the start', like(), () => ({ startsAt: at(-hour) }), false],
      [
        'the start to come',
        like({ startsAt: at(hour), endsAt: at(3 * hour) }),
        () => ({ startsAt: at(2 * hour) }),
        true,
      ],
      [
        'the start to come, to before',
        like({ startsAt: at(hour), endsAt: at(3 * hour) }),
        () => ({ startsAt: at(-hour) }),
        false,
      ],
      ['nothing', like(), () => ({}), true],
    ];
    for (const [what, from, to, isSame] of changes) {
      for (const url of both()) {
        const { id } = await post(url, from);
        const before = await get(url, id);
        const changed = await post(url, { ...before, ...to(before) });
        assert.deepEqual([changed.status, changed.id === id], [200, isSame], `${what} ${url}`);
        const first = (await get(url, id)).status?.state;
        assert.equal(first === 'expired', !isSame, `${what} ${url}`);
        assert.equal((await ask(url, `/silence/${changed.id}`, 'DELETE')).status, 200);
        assert.equal((await get(url, changed.id)).status?.state, 'expired');
        const again = await post(url, { ...(await get(url, changed.id)), endsAt: at(hour) });
        assert.notEqual(again.id, changed.id);
      }
    }
  });

  test('give answers of the same shape', async () => {
    const [theirs, ours] = (await Promise.all(
      both().map(async (url) => {
        await post(url, like());
        return [
          ((await (await ask(url, '/silences')).json()) as object[])[0],
          await (await ask(url, '/status')).json(),
          ((await (await ask(url, '/receivers')).json()) as object[])[0],
        ];
      }),
    )) as [object[], object[]];
    for (const [i, answer] of theirs.entries()) assert.deepEqual(missing(answer, ours[i]), []);
    await ask(alertmanager.url, '/alerts', 'POST', [
      { labels: { alertname: 'A' }, annotations: { summary: 's' } },
    ]);
    const lists = await Promise.all(
      both().map(async (url) => [
        ((await (await ask(url, '/alerts')).json()) as object[])[0],
        ((await (await ask(url, '/alerts/groups')).json()) as object[])[0],
      ]),
    );
    for (const i of [0, 1]) assert.deepEqual(missing(lists[0]![i], lists[1]![i]), []);
  });
});

/** Paths of what has no value of the same kind in the other; labels differ. */
function missing(theirs: unknown, ours: unknown, path = ''): string[] {
  if (typeof theirs !== typeof ours || Array.isArray(theirs) !== Array.isArray(ours)) return [path];
  if (typeof theirs !== 'object' || theirs === null || /\.(labels|annotations)$/.test(path)) return [];
  if (Array.isArray(theirs)) return missing(theirs[0], (ours as unknown[])[0] ?? theirs[0], `${path}[0]`);
  return Object.entries(theirs).flatMap(([key, value]) =>
    missing(value, (ours as Record<string, unknown>)[key], `${path}.${key}`),
  );
}
