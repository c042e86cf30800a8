import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { allRoutes, matchingRoutes, type Route, routeTree } from '../../../src/alerting/routing/route.ts';
import { labels, routeSpec, type ShortRoute } from './support.ts';

const seed = 20261129;

/** The example of Alertmanager's documentation, and more. */
const example: ShortRoute = {
  receiver: 'default-receiver',
  group_wait: 30_000,
  group_by: ['cluster', 'alertname'],
  routes: [
    { receiver: 'database-pager', group_wait: 10_000, matchers: ['service=~"mysql|cassandra"'] },
    { receiver: 'frontend-pager', group_by: ['product', 'environment'], matchers: ['team="frontend"'] },
    {
      receiver: 'dev-pager',
      matchers: ['service="inhouse"'],
      continue: true,
      mute_time_intervals: ['night'],
    },
    {
      receiver: 'on-call-pager',
      matchers: ['service="inhouse"'],
      routes: [
        { matchers: ['severity="critical"'], group_by: ['...'] },
        { receiver: 'ticket', matchers: ['severity=~"low|medium"', 'environment!=""'], continue: true },
        { receiver: 'archive', matchers: ['severity="low"'] },
      ],
    },
  ],
};

suite('an alert goes to', () => {
  const tree = routeTree(routeSpec(example));
  const table: [alert: string, receivers: string[]][] = [
    ['', ['default-receiver']],
    ['service=checkout', ['default-receiver']],
    ['service=mysql', ['database-pager']],
    ['service=mysql,team=frontend', ['database-pager']],
    ['service=mysql8', ['default-receiver']],
    ['team=frontend', ['frontend-pager']],
    ['service=inhouse', ['dev-pager', 'on-call-pager']],
    ['service=inhouse,severity=critical', ['dev-pager', 'on-call-pager']],
    ['service=inhouse,severity=low', ['dev-pager', 'archive']],
    ['service=inhouse,severity=low,environment=test', ['dev-pager', 'ticket', 'archive']],
    ['service=inhouse,severity=medium,environment=test', ['dev-pager', 'ticket']],
  ];
  for (const [alert, receivers] of table) {
    test(`${receivers.join(' and ')}: {${alert}}`, () =>
      assert.deepEqual(
        matchingRoutes(tree, labels(alert)).map(({ receiver }) => receiver),
        receivers,
      ));
  }
});

suite('a route', () => {
  const [root, database, frontend, dev, onCall, critical, ticket] = allRoutes(routeTree(routeSpec(example)));

  test('has what it does not say from the one around it', () => {
    assert.partialDeepStrictEqual(database, { groupWait: 10_000, groupBy: ['cluster', 'alertname'] });
    assert.partialDeepStrictEqual(frontend, { groupWait: 30_000, groupBy: ['product', 'environment'] });
    assert.partialDeepStrictEqual(critical, { receiver: 'on-call-pager', groupBy: 'all', groupWait: 30_000 });
  });

  test('has the defaults where nothing says otherwise', () => {
    assert.partialDeepStrictEqual(root, { groupInterval: 60_000 });
    const { groupBy, groupWait, repeatInterval } = routeTree(routeSpec({ receiver: 'x' }));
    assert.deepEqual([groupBy, groupWait, repeatInterval], ['all', 0, undefined]);
  });

  test('has its time intervals for itself', () => {
    assert.deepEqual([dev!.muteTimeIntervals, onCall!.muteTimeIntervals], [['night'], []]);
    const below = routeTree(
      routeSpec({ ...example, routes: [{ active_time_intervals: ['x'], routes: [{}] }] }),
    );
    assert.deepEqual(below.routes[0]!.routes[0]!.activeTimeIntervals, []);
  });

  test('groups by nothing that was said before when it says otherwise, and as before when its list is empty', () => {
    const tree = routeTree(
      routeSpec({ group_by: ['...'], routes: [{ group_by: [], routes: [{ group_by: ['a'] }] }] }),
    );
    assert.deepEqual(
      allRoutes(tree).map(({ groupBy }) => groupBy),
      ['all', 'all', ['a']],
    );
  });

  test('knows where it stands', () => {
    assert.deepEqual([root!.path, onCall!.path, ticket!.path], [[], [3], [3, 1]]);
  });
});

/** What a generated matcher is, in words that JavaScript has for it. */
interface ModelMatcher {
  name: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}
interface ModelRoute {
  receiver: string | undefined;
  matchers: readonly ModelMatcher[];
  continue: boolean;
  group_wait: number | undefined;
  routes: readonly ModelRoute[];
}

const word = fc.constantFrom('', 'x', 'y', 'xy');
const modelMatcher = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  operator: fc.constantFrom('=', '!=', '=~', '!~'),
  value: fc.constantFrom('x', 'y', '', 'x|y', 'x.?', '.*', '.+'),
}) as fc.Arbitrary<ModelMatcher>;
const { tree: modelTree } = fc.letrec<{ tree: ModelRoute }>((tie) => ({
  tree: fc.record({
    receiver: fc.option(fc.constantFrom('r1', 'r2', 'r3', 'r4'), { nil: undefined }),
    matchers: fc.array(modelMatcher, { maxLength: 2 }),
    continue: fc.boolean(),
    group_wait: fc.option(fc.nat(9), { nil: undefined }),
    routes: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant([]),
      fc.array(tie('tree'), { maxLength: 4 }),
    ),
  }),
}));

/**
 * Alertmanager's documentation, said of each route for itself: an alert ends in it if it matches all the way down, none of the routes
 * below matches, and on the way no route that stands before another has taken it without `continue`.
 */
function expected(root: ModelRoute, alert: Record<string, string>): string[] {
  const holds = ({ name, operator, value }: ModelMatcher): boolean => {
    const is = operator.endsWith('~')
      ? new RegExp(`^(?:${value})$`).test(alert[name]!)
      : alert[name] === value;
    return is === !operator.startsWith('!');
  };
  const matches = (route: ModelRoute): boolean => route.matchers.every(holds);
  const ends: string[] = [];
  const visit = (line: readonly ModelRoute[]): void => {
    const route = line.at(-1)!;
    const isReached = line.every((each, i) => {
      const before = i === 0 ? [] : line[i - 1]!.routes.slice(0, line[i - 1]!.routes.indexOf(each));
      return matches(each) && !before.some((other) => !other.continue && matches(other));
    });
    if (isReached && !route.routes.some(matches)) {
      const said = <T>(what: (each: ModelRoute) => T | undefined): T | undefined =>
        line.map(what).findLast((value) => value !== undefined);
      ends.push(`${said((each) => each.receiver)} after ${said((each) => each.group_wait)}`);
    }
    for (const below of route.routes) visit([...line, below]);
  };
  visit([root]);
  return ends;
}

test('every tree routes every alert as the documentation of Alertmanager says', () => {
  const short = ({ matchers, routes, receiver, group_wait, ...rest }: ModelRoute): ShortRoute => ({
    ...rest,
    receiver,
    group_wait,
    matchers: matchers.map(({ name, operator, value }) => `${name}${operator}"${value}"`),
    routes: routes.map(short),
  });
  const said = ({ receiver, groupWait }: Route): string => `${receiver} after ${groupWait}`;
  let several = 0;
  fc.assert(
    fc.property(modelTree, fc.record({ a: word, b: word, c: word }), (given, alert) => {
      const root = { ...given, receiver: 'root', group_wait: 0, matchers: [], continue: false };
      const found = matchingRoutes(routeTree(routeSpec(short(root))), alert).map(said);
      if (found.length > 1) several++;
      assert.deepEqual(found, expected(root, alert));
    }),
    { numRuns: 2000, seed },
  );
  assert.ok(several > 50, `only ${several} went several ways`);
});
