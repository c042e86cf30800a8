import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { linksSchema } from '../../src/notify/config.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults } from '../../src/alerting/issue-rules.ts';
import { LinkInvalid, type LinkSubject, Links, parseLink } from '../../src/notify/links.ts';
import { issue } from '../support/builders.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';

function subject(given: Parameters<typeof issue>[0] = {}, last?: LinkSubject['last']): LinkSubject {
  return { incident: nextIncident(undefined, 'created', issue(given), 0, issueRuleDefaults)!, last };
}

suite('links', () => {
  const good: [template: string, given: LinkSubject, url: string | undefined][] = [
    [
      'https://tempo.example/trace/{{ trace_id }}',
      subject({}, { traceId, supportCode: '' }),
      `https://tempo.example/trace/${traceId}`,
    ],
    ['https://tempo.example/trace/{{trace_id}}', subject(), undefined],
    ['http://wiki.example/runbooks', subject(), 'http://wiki.example/runbooks'],
    ['https://wiki.example', subject(), 'https://wiki.example/'],
    [
      'https://wiki.example/run books/{{ service }}?q="x"',
      subject(),
      'https://wiki.example/run%20books/checkout?q=%22x%22',
    ],
    [
      'https://grafana.example/explore?service={{ service }}&q={{ operation }}',
      subject({ service: 'a&b=c#d', operation: 'GET /x?y {{ z }}' }),
      'https://grafana.example/explore?service=a%26b%3Dc%23d&q=GET%20%2Fx%3Fy%20%7B%7B%20z%20%7D%7D',
    ],
    [
      'https://x.example/{{ service }}',
      subject({ service: '../../evil' }),
      'https://x.example/..%2F..%2Fevil',
    ],
    [
      'https://x.example/{{ type }}',
      subject({ type: 'half \ud800 a character' }),
      'https://x.example/half%20%EF%BF%BD%20a%20character',
    ],
  ];
  for (const [template, given, url] of good)
    test(`${template} becomes ${url ?? 'nothing, if it is not known'}`, () => {
      assert.equal(parseLink(template)(given), url);
    });

  const bad: [template: string, message: RegExp][] = [
    ['javascript:alert(1)', /not a URL/],
    ['tempo.example/{{ trace_id }}', /not a URL/],
    ['https://{{ service }}/x', /not a URL/],
    ['https://a.{{ service }}/x', /not a URL/],
    ['{{ service }}', /not a URL/],
    ['https://x.example/{{ trace }}', /there is no {{ trace }}: it is trace_id, support_code/],
    ['https://x.example/{{ constructor }}', /there is no/],
    ['https://x.example/{{ trace_id', /not closed/],
    ['https://x.example/trace_id }}', /closes nothing/],
  ];
  for (const [template, message] of bad)
    test(`${template} is no link`, () => {
      assert.throws(
        () => parseLink(template),
        (error) => error instanceof LinkInvalid && message.test(error.message),
      );
      const { error } = linksSchema.safeParse({ logs: template });
      assert.match(error?.issues[0]?.message ?? '', message);
      assert.deepEqual(error?.issues[0]?.path, ['logs']);
    });

  test('come in one order, and only those that are known', () => {
    const links = new Links();
    assert.deepEqual(links.of(subject()), []);
    links.configure({
      console: parseLink('https://x.example/{{ issue_id }}'),
      logs: parseLink('https://logs.example/{{ trace_id }}'),
      runbook: parseLink('https://wiki.example'),
    });
    assert.deepEqual(
      links.of(subject()).map(({ text }) => text),
      ['Runbook', 'Console'],
    );
  });
});
