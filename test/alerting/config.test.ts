import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lines, loadWhole } from '../config/support.ts';

const receivers = ['slack', 'pager']
  .map((name) => `{name: ${name}, slack: {webhook_url: "http://x/${name}"}}`)
  .join(', ');

/** What `check` says of `alerts`, whose receivers are slack and pager. */
function told(alerts: string): string[] {
  return lines(loadWhole(`alerts:\n  receivers: [${receivers}]\n${alerts.replace(/^/gm, '  ')}\n`)).map(
    (line) => line.replace(/^[^:]*:/, ''),
  );
}

const night =
  'time_intervals: [{name: night, time_intervals: [{times: [{start_time: "22:00", end_time: "24:00"}]}]}]';

suite('a mistake in alerts is told with its place', () => {
  const table: [text: string, message: RegExp][] = [
    ['route: {}', /^3:3: alerts\.route: the first route needs a receiver/],
    [
      'route: {receiver: slak}',
      /^3:21: alerts\.route\.receiver: no receiver has this name: did you mean slack\?$/,
    ],
    [
      'rules: [{name: Watchdog, receiver: slak}]',
      /^3:38: alerts\.rules\[0\]\.receiver: no receiver has this name: did you mean slack\?$/,
    ],
    ['route: {receiver: xyz}', /: no receiver has this name: there are slack, pager$/],
    [
      'route: {receiver: slack, routes: [{receiver: x}]}',
      /^3:48: alerts\.route\.routes\[0\]\.receiver: no receiver/,
    ],
    [
      'route: {receiver: slack, matchers: [severity=high]}',
      /^3:39: alerts\.route\.matchers\[0\]: the first route takes every/,
    ],
    [
      'route: {receiver: slack, match: {severity: high}}',
      /alerts\.route\.match\.severity: the first route takes every/,
    ],
    [
      'route: {receiver: slack, match_re: {severity: high}}',
      /alerts\.route\.match_re\.severity: the first route/,
    ],
    ['route: {receiver: slack, continue: true}', /alerts\.route\.continue: there is no route beside/],
    [
      `route: {receiver: slack, mute_time_intervals: [night]}\n${night}`,
      /alerts\.route\.mute_time_intervals: the first/,
    ],
    [
      `route: {receiver: slack, active_time_intervals: [night]}\n${night}`,
      /alerts\.route\.active_time_intervals: the f/,
    ],
    [
      `route: {receiver: slack, routes: [{matchers: [severity=high], mute_time_intervals: [nigt]}]}\n${night}`,
      /^3:87: alerts\.route\.routes\[0\]\.mute_time_intervals\[0\]: no time interval has this name: did you mean night\?$/,
    ],
    [
      'route: {receiver: slack, routes: [{matchers: [severity=high], active_time_intervals: [x]}]}',
      /no time interval has this name: alerts\.time_intervals has none$/,
    ],
    ['route: {receiver: slack, group_by: [..., a]}', /group_by\[0\]: '\.\.\.' stands for all labels/],
    [
      'route: {receiver: slack, group_by: [service, service]}',
      /group_by\[1\]: this label stands there already/,
    ],
    ['route: {receiver: slack, group_interval: 0s}', /group_interval: it cannot be zero/],
    [
      'route: {receiver: slack, repeat_interval: 5}',
      /repeat_interval: not text, but a number|repeat_interval: not a duration/,
    ],
    [
      'route: {receiver: slack, routes: [{matchers: [a=~"("]}]}',
      /routes\[0\]\.matchers\[0\]: not a matcher: not a regular expr/,
    ],
    [
      'route: {receiver: slack, routes: [{match_re: {type: "("}}]}',
      /routes\[0\]\.match_re\.type: not a regular expression/,
    ],
    [
      'route: {receiver: slack, routes: [{match: {type: [a]}}]}',
      /routes\[0\]\.match\.type: not a value to match/,
    ],
    [
      'route: {receiver: slack, routes: [{mathcers: []}]}',
      /routes\[0\]\.mathcers: unknown key: did you mean matchers\?/,
    ],
    ['inhibit_rules: [{source_matchers: [a==b]}]', /inhibit_rules\[0\]\.source_matchers\[0\]: not a matcher/],
    [
      'inhibit_rules: [{target_match_re: {type: "["}}]',
      /inhibit_rules\[0\]\.target_match_re\.type: not a regular/,
    ],
    [
      'time_intervals: [{name: a}, {name: a}]',
      /time_intervals\[1\]\.name: another time interval has this name/,
    ],
  ];
  for (const [text, message] of table) {
    test(text, () => {
      const [first, ...others] = told(text);
      assert.match(first ?? '(nothing)', message);
      assert.deepEqual(others, []);
    });
  }

  test('and where nobody is configured, that is said', () => {
    assert.match(
      lines(loadWhole('alerts: {route: {receiver: slack}}')).join(),
      /none is configured, neither in alerts/,
    );
  });

  const intervals: [text: string, message: RegExp][] = [
    ['times: [{start_time: "9:00", end_time: "10:00"}]', /times\[0\]\.start_time: not a time of the day/],
    ['times: [{start_time: "09:00", end_time: "24:01"}]', /times\[0\]\.end_time: not a time of the day/],
    [
      'times: [{start_time: "22:00", end_time: "06:00"}]',
      /times\[0\]: the end must come after the beginning/,
    ],
    [
      'times: [{start_time: "22:00", end_time: "22:00"}]',
      /times\[0\]: the end must come after the beginning/,
    ],
    ['times: [{start_time: "22:00"}]', /times\[0\]\.end_time: missing/],
    ['times: []', /times: too few values: at least 1|times: an empty list/],
    ['weekdays: [mon]', /weekdays\[0\]: not a day of the week/],
    ['weekdays: [saturday:sunday]', /weekdays\[0\]: the end comes before the beginning/],
    ['weekdays: [monday:tuesday:friday]', /weekdays\[0\]: not a day of the week/],
    ['days_of_month: [0]', /days_of_month\[0\]: not a day of the month/],
    ['days_of_month: [1, 32]', /days_of_month\[1\]: not a day of the month/],
    ['days_of_month: ["-1:1"]', /days_of_month\[0\]: the end comes before/],
    ['days_of_month: ["28:-2"]', /days_of_month\[0\]: the end comes before/],
    ['months: [13]', /months\[0\]: not a month/],
    ['months: ["december:january"]', /months\[0\]: the end comes before/],
    ['years: [soon]', /years\[0\]: not a year/],
    ['years: [1.5]', /years\[0\]: not a year/],
    ['location: Mars/Olympus', /location: not a place of the IANA time zone database/],
    ['hours: []', /hours: unknown key/],
  ];
  for (const [text, message] of intervals) {
    test(text, () => {
      const [first, ...others] = told(`time_intervals: [{name: x, time_intervals: [{${text}}]}]`);
      assert.match(first ?? '(nothing)', message);
      assert.deepEqual(others, []);
    });
  }
});

suite('it is warned of', () => {
  const route = (...routes: string[]): string =>
    `route:\n  receiver: slack\n  routes:\n${routes.map((each) => `    - {receiver: pager, ${each}}`).join('\n')}`;
  const table: [what: string, text: string, messages: RegExp[]][] = [
    [
      'groups by a label that no alert has',
      'route: {receiver: slack, group_by: [service, cluster], routes: [{receiver: pager, group_by: ["..."]}]}',
      [/^3:\d+: alerts\.route\.group_by\[1\]: warning: no alert has a label cluster/],
    ],
    [
      'a receiver that is told of nothing',
      'route: {receiver: slack}',
      [/^2:\d+: alerts\.receivers\[1\]\.name: warning: no route/],
    ],
    [
      'a label that no alert has',
      route('matchers: [team=x]'),
      [/^6:38: .*matchers\[0\]: warning: no alert has a label team/],
    ],
    ['also in an older form', route('match: {pod: x}'), [/match\.pod: warning: no alert has a label pod/]],
    [
      'also in a list',
      route("matchers: ['{severity=high, team=x}']"),
      [/matchers\[0\]: warning: no alert has a label team/],
    ],
    [
      'a value that no alert has',
      route('match: {severity: warning}'),
      [/severity is one of low, medium, high, critical$/],
    ],
    [
      'by an expression as well',
      route('match_re: {severity: warn.*}'),
      [/no alert matches it, but for what others post: severity is one of/],
    ],
    [
      'what contradicts itself',
      route('matchers: [type=a, type=b]'),
      [/routes\[0\]: warning: no alert can match it: .* type contradict/],
    ],
    [
      'what contradicts the routes around it',
      route('matchers: [severity=high], routes: [{matchers: [severity!=high]}]'),
      [/routes\[0\]\.routes\[0\]: warning: no alert can match it: .* severity contradict/],
    ],
    [
      'a route behind one that takes the same',
      route('matchers: [service=a]', 'matchers: [service="a"]'),
      [
        /^7:9: alerts\.route\.routes\[1\]: warning: never reached: alerts\.route\.routes\[0\] takes every alert/,
      ],
    ],
    [
      'or more',
      route('matchers: [service=~"a.*"]', 'matchers: [service=ab, type=x]'),
      [/routes\[1\]: warning: never reached/],
    ],
    [
      'or everything',
      route('continue: false', 'matchers: [service=a]', 'matchers: [type=a]'),
      [/routes\[1\]/, /routes\[2\]/],
    ],
    [
      'or all there is',
      route('matchers: [severity=~".*"]', 'matchers: [service=a]'),
      [/routes\[1\]: warning: never/],
    ],
    [
      'or all that there is within the routes around it',
      route('matchers: [severity!=low], routes: [{matchers: [severity=~"medium|high|critical"]}, {}]'),
      [/routes\[0\]\.routes\[1\]: warning: never reached/],
    ],
    [
      'inhibitions of nothing',
      'inhibit_rules: [{source_match: {severity: page}, equal: [cluster]}, {target_matchers: [type=a, type=b]}]',
      [
        /source_match\.severity: warning: no alert/,
        /equal\[0\]: warning: no alert has a label cluster/,
        /\[1\]: warning: no alert can/,
      ],
    ],
    [
      'times that overlap',
      'time_intervals: [{name: x, time_intervals: [{weekdays: [monday:friday, friday], days_of_month: ["1:3", "3:4", -1, "-2:-1"]}]}]',
      [
        /weekdays\[1\]: warning: overlaps with weekdays\[0\]/,
        /month\[1\]: .* days_of_month\[0\]/,
        /month\[3\]: .* days_of_month\[2\]/,
      ],
    ],
    [
      'days that there are not',
      'time_intervals: [{name: x, time_intervals: [{days_of_month: [30], months: [february]}]}]',
      [/days_of_month: warning: no such day is in these months/],
    ],
    [
      'also because of the year',
      'time_intervals: [{name: x, time_intervals: [{days_of_month: [29], months: [2], years: ["2097:2103"]}]}]',
      [/days_of_month: warning: no such day/],
    ],
  ];
  for (const [what, text, messages] of table) {
    test(what, () => {
      const found = told(text);
      for (const [i, message] of messages.entries()) assert.match(found[i] ?? '(nothing)', message);
      assert.equal(found.length, messages.length, found.join('\n'));
    });
  }
});

suite('it is not warned of', () => {
  const table: [what: string, text: string][] = [
    [
      'a route behind one that goes on',
      'routes: [{receiver: pager, continue: true}, {matchers: [service=a]}]',
    ],
    [
      'one behind a narrower one',
      'routes: [{receiver: pager, matchers: [service=a, type=b]}, {matchers: [service=a]}]',
    ],
    [
      'one that only a look at texts could tell',
      'routes: [{receiver: pager, matchers: [type=~".+"]}, {matchers: [type!=""]}]',
    ],
    ['a route for all the rest', 'routes: [{receiver: pager, matchers: [service=a]}, {}]'],
    [
      'an expression that some value matches',
      'routes: [{receiver: pager, match_re: {severity: "high|page"}}]',
    ],
    ['a value of no listed label', 'routes: [{receiver: pager, matchers: [service=a, environment!=b]}]'],
  ];
  for (const [what, text] of table)
    test(what, () => assert.deepEqual(told(`route: {receiver: slack, ${text}}`), []));

  test('leap days', () => {
    const days =
      '{days_of_month: [29], months: [february]}, {days_of_month: ["-31:-29"], months: [2], years: ["2097:2104"]}';
    assert.deepEqual(told(`time_intervals: [{name: x, time_intervals: [${days}]}]`), []);
  });
});

test('what is written for Alertmanager is read as it is', () => {
  const { value } = loadWhole(`alerts:
  receivers: [${receivers}]
  route:
    receiver: slack
    group_by: ['alertname', 'service']
    group_wait: 30s
    group_interval: 5m
    repeat_interval: 1w
    routes:
    - receiver: 'pager'
      match:
        severity: critical
      match_re:
        service: ^(payments|billing)$
      continue: true
      mute_time_intervals: ['offhours']
    - matchers: ['{severity="high", class=~"connection|timeout"}', environment = production]
  inhibit_rules:
  - source_match: {severity: 'critical'}
    target_matchers: [severity=~"high|medium"]
    equal: ['service', 'environment']
  time_intervals:
  - name: offhours
    time_intervals:
    - weekdays: ['Saturday', 'sunday']
      months: ['1:3', 'may:august', 'december']
      days_of_month: ['1:5', '-3:-1']
      years: ['2026:2028', 2030]
      times:
      - {start_time: '17:00', end_time: '24:00'}
      location: 'Australia/Sydney'
`);
  const { route, inhibit_rules: rules, time_intervals: intervals } = value!.alerts;
  const texts = (matchers: readonly { name: string; operator: string; value: string }[]): string[] =>
    matchers.map(({ name, operator, value: of }) => `${name}${operator}${of}`);
  assert.deepEqual(
    route!.routes.map(({ matchers }) => texts(matchers)),
    [
      ['severity=critical', 'service=~^(payments|billing)$'],
      ['severity=high', 'class=~connection|timeout', 'environment=production'],
    ],
  );
  assert.deepEqual(
    [texts(rules[0]!.source), texts(rules[0]!.target), rules[0]!.equal],
    [['severity=critical'], ['severity=~high|medium'], ['service', 'environment']],
  );
  assert.deepEqual(intervals[0]!.time_intervals, [
    {
      weekdays: [
        { first: 6, last: 6 },
        { first: 0, last: 0 },
      ],
      months: [
        { first: 1, last: 3 },
        { first: 5, last: 8 },
        { first: 12, last: 12 },
      ],
      days_of_month: [
        { first: 1, last: 5 },
        { first: -3, last: -1 },
      ],
      years: [
        { first: 2026, last: 2028 },
        { first: 2030, last: 2030 },
      ],
      times: [{ first: 1020, last: 1439 }],
      location: 'Australia/Sydney',
    },
  ]);
});

test('a rule leads to its receiver like a route', () => {
  const route = 'route: {receiver: slack}';
  assert.match(told(route).join(), /receivers\[1\]\.name: .*no route leads to this receiver/);
  assert.deepEqual(told(`${route}\nrules: [{name: Watchdog, receiver: pager}]`), []);
});
