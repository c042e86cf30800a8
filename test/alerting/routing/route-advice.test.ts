import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rulesSchema } from '../../../src/alerting/rules-config.ts';
import { knownLabels } from '../../../src/alerting/labels.ts';
import { matchingRoutes, type Route, routeTree } from '../../../src/alerting/routing/route.ts';
import { LabelBook } from '../../../src/alerting/routing/label-book.ts';
import { routeAdvice } from '../../../src/alerting/routing/route-advice.ts';
import type { RouteConfig } from '../../../src/alerting/routing/route-config.ts';
import { parseMatchers } from '../../../src/match/parse-list.ts';
import { routeSpec, type ShortRoute } from './support.ts';

const matcher = fc.oneof(
  fc.constantFrom(
    'severity=high',
    'severity!=low',
    'severity=~"high|critical"',
    'severity!~"h.*"',
    'swallowed=true',
  ),
  fc.constantFrom(
    'type=x',
    'type=y',
    'type!=x',
    'type=~"x|y"',
    'type=~".*"',
    'type=""',
    'component=x',
    'component!=x',
  ),
);
const matchers = fc.array(matcher, { maxLength: 2 });
const { tree } = fc.letrec<{ tree: ShortRoute }>((tie) => ({
  tree: fc.record({
    matchers,
    continue: fc.boolean(),
    routes: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 4 })),
  }),
}));

/** As they are read, each with where it stands. */
function placed(spec: ReturnType<typeof routeSpec>): RouteConfig {
  return {
    ...spec,
    matchers: spec.matchers.map((each, i) => ({ ...each, path: ['matchers', i] })),
    routes: spec.routes.map(placed),
  };
}

const alerts = knownLabels.severity.flatMap((severity) =>
  ['true', 'false'].flatMap((swallowed) =>
    ['', 'x', 'y', 'z'].flatMap((type) =>
      ['', 'x'].map((component) => ({ severity, swallowed, type, component })),
    ),
  ),
);

test('no alert ever ends where it is said that none does', () => {
  let said = 0;
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 5 }), (routes) => {
      const root = placed(routeSpec({ receiver: 'x', routes }));
      const ends = new Set(
        alerts
          .flatMap((labels) => matchingRoutes(routeTree(root), labels))
          .map(({ path }: Route) => path.join('.')),
      );
      for (const { path, message } of routeAdvice(root, [], new LabelBook())) {
        const at = path.filter((step) => typeof step === 'number').join('.');
        said++;
        for (const end of ends) assert.ok(end !== at && !end.startsWith(`${at}.`), `${at}: ${message}`);
      }
    }),
    { numRuns: 1000, seed: 20261129 },
  );
  assert.ok(said > 200, `only ${said}`);
});

test('a rule of the user’s own may give a label another value than Tocsin does', () => {
  const rules = rulesSchema.parse([
    { name: 'Mine', over: 'calls', when: ['calls>1'], labels: { class: 'gold' } },
  ]);
  const [gold, silver] = ['class="gold"', 'class="silver"'].map(parseMatchers);
  const book = new LabelBook(rules);
  assert.deepEqual(
    [gold!, silver!].map((given) => book.impossibleLabel(given)),
    [undefined, 'class'],
  );
});
