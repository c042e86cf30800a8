import { commonWord, rareComponent, rareWord } from './failures.ts';

/** What is in the store, for questions that need it. */
export interface Known {
  /** Of the issue with the most events. */
  issueId: string;
  shortId: string;
  traceId: string;
  supportCode: string;
  eventId: string;
}

export interface Question {
  name: string;
  path: string;
  /** Asked from a page so many of its items further on. */
  deep?: number;
}

/** What people ask, and what is the hardest to find. */
export function questionsOf({ issueId, shortId, traceId, supportCode, eventId }: Known): readonly Question[] {
  return [...issues, ...searches, ...events, ...statistics].concat([
    { name: 'one issue', path: `/api/issues/${issueId}` },
    { name: 'one issue, by short id', path: `/api/issues/${shortId}` },
    { name: 'its events', path: `/api/issues/${issueId}/events` },
    { name: 'its events, deep', path: `/api/issues/${issueId}/events`, deep: 20_000 },
    { name: 'one event', path: `/api/events/${eventId}` },
    { name: 'events of a trace', path: `/api/events?trace_id=${traceId}` },
    { name: 'a support code', path: `/api/support/${supportCode}` },
  ]);
}

const sorts = ['last_seen', 'first_seen', 'count'];
const list = (name: string, query: string) => ({ name: `issues ${name}`, path: `/api/issues?${query}` });

const issues: readonly Question[] = [
  ...sorts.map((sort) => list(`by ${sort}`, `sort=${sort}`)),
  ...sorts.map((sort) => ({ ...list(`by ${sort}, deep`, `sort=${sort}`), deep: 50_000 })),
  list('of a state', 'state=new'),
  list('of a state that none has', 'state=ignored'),
  list('critical', 'severity=critical'),
  list('of a class, by count', 'class=timeout&sort=count'),
  list('of a service', 'service=cart'),
  list('of a day, by count', 'since=24h&sort=count'),
  list(
    'of all of these',
    'state=new,regressed&severity=critical,high&service=cart&class=timeout&since=7d&sort=count',
  ),
  list('1000 at once', 'limit=1000'),
];

const hostile = '"* OR NEAR(\'%_( AND NOT } text:';
const long = 'cannot charge card 17: was refused at payments-2x:8080 '.repeat(15);

const searches: readonly Question[] = [
  ...sorts.map((sort) => search(`a common word, by ${sort}`, commonWord, `&sort=${sort}`)),
  ...sorts.map((sort) => search(`a rare word, by ${sort}`, rareWord.toLowerCase(), `&sort=${sort}`)),
  ...sorts.map((sort) => search(`in vain, by ${sort}`, 'nobody-ever-said-this', `&sort=${sort}`)),
  search('a word that all have, by count', 'cannot', '&sort=count'),
  search('a common word, deep', 'cannot', '', 50_000),
  search(
    'a rare word of the unresolved critical',
    rareWord,
    '&severity=critical&state=new,ongoing,regressed',
  ),
  search('part of a code', 'connrefu'),
  search('a file', 'merge-parcel.js'),
  search('two letters that none has', 'qq'),
  search('eight single letters, by count', 'a e i o u n t r', '&sort=count'),
  search('hostile text', hostile),
  search('a long message', long.slice(0, 1000)),
];

function search(name: string, text: string, more = '', deep = 0): Question {
  const path = `/api/issues?q=${encodeURIComponent(text)}${more}`;
  return { name: `search ${name}`, path, ...(deep > 0 && { deep }) };
}

const find = (name: string, query: string) => ({ name: `events ${name}`, path: `/api/events?${query}` });

const events: readonly Question[] = [
  find('', ''),
  { ...find('deep', ''), deep: 100_000 },
  find('critical', 'severity=critical'),
  find('high or low', 'severity=high,low'),
  find('of a component', 'component=pg'),
  find('of a rare component', `component=${rareComponent}`),
  find('of a component that none has', 'component=nothing'),
  find('of a service that none has', 'service=nothing'),
  find('critical, of a service and a component', 'severity=critical&service=cart&component=pg'),
  { ...find('of a service, deep', 'service=cart'), deep: 20_000 },
  find('of a job', 'job_name=nightly-card'),
  find('of an order', 'attr.order.id=4711'),
  find('of a day', 'since=24h'),
];

const trend = (name: string, query: string) => ({ name: `trends ${name}`, path: `/api/trends?${query}` });

const statistics: readonly Question[] = [
  { name: 'stats', path: '/api/stats' },
  trend('of a day by service', ''),
  trend('of a day by operation', 'by=operation'),
  trend('of a week by operation', 'by=operation&since=7d'),
  trend('of 92 days by operation', 'by=operation&interval=day&since=92d'),
];
