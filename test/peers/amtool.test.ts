import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { stringify } from 'yaml';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-amtool-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

const receivers = ['r1', 'r2', 'r3', 'r4'];
type Routing = Readonly<Record<string, unknown>>;

function run(command: string, args: readonly string[]): { status: number | null; stdout: string } {
  const { status, stdout, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  // A tool that is missing is a failure like any other.
  assert.equal(error, undefined, String(error));
  return { status, stdout };
}

/** The same routing, as a file of either program. */
function write(routing: Routing): { alertmanager: string; tocsin: string } {
  const put = (name: string, content: object): string => {
    const path = join(directory, name);
    writeFileSync(path, stringify(content));
    return path;
  };
  const slack = { webhook_url: 'http://127.0.0.1:1/' };
  return {
    alertmanager: put('alertmanager.yml', { ...routing, receivers: receivers.map((name) => ({ name })) }),
    tocsin: put('tocsin.yaml', {
      alerts: { ...routing, receivers: receivers.map((name) => ({ name, slack })) },
    }),
  };
}

const value = fc.constantFrom('x', 'y', 'xy', '.*', 'x|y', 'x.?', '');
const matcher = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('=', '!=', '=~', '!~'), value)
  .chain(([name, operator, text]) =>
    // In quotes or not, and with blanks or not: all mean the same.
    fc.constantFrom(
      `${name}${operator}"${text}"`,
      ...(text === '' ? [] : [`${name}${operator}${text}`, `${name} ${operator} ${text}`]),
    ),
  );
const labels = (of: fc.Arbitrary<string>) =>
  fc.dictionary(fc.constantFrom('a', 'b', 'c'), of, { maxKeys: 2, noNullPrototype: true });
const matching = fc.oneof(
  fc.record({ matchers: fc.array(matcher, { maxLength: 2 }) }),
  fc.array(matcher, { minLength: 1, maxLength: 3 }).map((list) => ({ matchers: [`{${list.join(',')}}`] })),
  fc.record({
    match: labels(fc.constantFrom('x', 'y')),
    match_re: labels(value.filter((text) => text !== '')),
  }),
);
const rest = fc.record(
  {
    receiver: fc.constantFrom(...receivers),
    continue: fc.boolean(),
    group_by: fc.constantFrom(['...'], ['a', 'b'], []),
    group_wait: fc.constantFrom('0s', '1m30s', '1d'),
    repeat_interval: fc.constantFrom('1h', '1w'),
  },
  { requiredKeys: [] },
);
const { route } = fc.letrec<{ route: object }>((tie) => ({
  route: fc
    .tuple(
      matching,
      rest,
      fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('route'), { maxLength: 4 })),
    )
    .map(([on, said, routes]) => ({ ...on, ...said, routes })),
}));

test('every alert goes where amtool says, in every tree', () => {
  const trees = fc.sample(fc.array(route, { minLength: 1, maxLength: 5 }), { seed: 20261129, numRuns: 40 });
  const alerts = ['', 'a=x', 'a=y', 'b=x', 'a=x,b=y', 'a=xy,b=x,c=y', 'c=xy'];
  let several = 0;
  for (const routes of trees) {
    const files = write({ route: { receiver: 'r1', routes } });
    const args = alerts.flatMap((alert) => ['--route', alert]);
    const { stdout } = run(process.execPath, [main, 'check', ...args, files.tocsin]);
    const ours = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('  '));
    const theirs = alerts.map((alert) => {
      const given = alert === '' ? [] : alert.split(',');
      const asked = ['config', 'routes', 'test', `--config.file=${files.alertmanager}`, ...given];
      return run('amtool', asked).stdout.trimEnd();
    });
    several += theirs.filter((line) => line.includes(',')).length;
    assert.deepEqual(ours, theirs, stringify(routes));
  }
  assert.ok(several > 10, `only ${several} alerts went several ways`);
});

suite('what amtool takes, check takes, and nothing else', () => {
  const within = (interval: object): Routing => ({
    route: { receiver: 'r1', routes: [{ matchers: ['a=x'], mute_time_intervals: ['t'] }] },
    time_intervals: [{ name: 't', time_intervals: [interval] }],
  });
  const root = (more: object): Routing => ({ route: { receiver: 'r1', ...more } });
  const times = (start_time: string, end_time: string): Routing =>
    within({ times: [{ start_time, end_time }] });
  const table: [what: string, routing: Routing, isTaken: boolean][] = [
    ['a route', root({}), true],
    ['no receiver', { route: { routes: [] } }, false],
    ['another receiver', root({ receiver: 'r5' }), false],
    ['another receiver below', root({ routes: [{ receiver: 'r5' }] }), false],
    ['matchers on the first route', root({ matchers: ['a=b'] }), false],
    ['match on the first route', root({ match: { a: 'b' } }), false],
    ['continue on the first route', root({ continue: true }), false],
    ['times on the first route', { ...within({}), ...root({ active_time_intervals: ['t'] }) }, false],
    ['another time interval', root({ routes: [{ mute_time_intervals: ['t'] }] }), false],
    ['a wrong expression', root({ routes: [{ matchers: ['a=~"("'] }] }), false],
    ['a wrong older expression', root({ routes: [{ match_re: { a: '(' } }] }), false],
    ['all labels and one', root({ group_by: ['...', 'a'] }), false],
    ['one label twice', root({ group_by: ['a', 'a'] }), false],
    ['no interval between groups', root({ group_interval: '0s' }), false],
    ['no wait', root({ group_wait: '0s' }), true],
    [
      'two time intervals of one name',
      { ...root({}), time_intervals: [{ name: 't' }, { name: 't' }] },
      false,
    ],
    ['times of a day', times('09:00', '24:00'), true],
    ['a night', times('22:00', '06:00'), false],
    ['no time', times('09:00', '09:00'), false],
    ['one digit', times('9:00', '10:00'), false],
    ['after midnight', times('09:00', '24:01'), false],
    ['days of the week', within({ weekdays: ['monday:Friday', 'sunday'] }), true],
    ['over the end of the week', within({ weekdays: ['friday:monday'] }), false],
    ['short names of days', within({ weekdays: ['mon'] }), false],
    ['days of the month', within({ days_of_month: ['1:5', '-3:-1', '5:-1', '31'] }), true],
    ['day nought', within({ days_of_month: ['0'] }), false],
    ['day 32', within({ days_of_month: ['32'] }), false],
    ['from the end to the beginning', within({ days_of_month: ['-1:5'] }), false],
    ['an end that comes before', within({ days_of_month: ['30:-10'] }), false],
    ['months', within({ months: ['1:3', 'may:August', 'december'] }), true],
    ['over the end of the year', within({ months: ['november:february'] }), false],
    ['years', within({ years: ['2026:2028', '2030'] }), true],
    ['years back', within({ years: ['2028:2026'] }), false],
    ['a place', within({ location: 'Europe/Berlin' }), true],
    ['this machine', within({ location: 'Local' }), true],
    ['no place', within({ location: 'Mars/Olympus' }), false],
    [
      'inhibition',
      {
        ...root({}),
        inhibit_rules: [{ source_match: { a: 'x' }, target_match_re: { a: 'y|z' }, equal: ['b'] }],
      },
      true,
    ],
    ['a wrong inhibition', { ...root({}), inhibit_rules: [{ source_matchers: ['a'] }] }, false],
    ['an unknown key', root({ recievers: [] }), false],
  ];
  for (const [what, routing, isTaken] of table) {
    test(what, () => {
      const files = write(routing);
      const theirs = run('amtool', ['check-config', files.alertmanager]).status === 0;
      const ours = run(process.execPath, [main, 'check', files.tocsin]);
      assert.deepEqual({ theirs, ours: ours.status === 0 }, { theirs: isTaken, ours: isTaken }, ours.stdout);
    });
  }
});
