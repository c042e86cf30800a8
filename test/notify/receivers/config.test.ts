import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lines, loadWhole } from '../../config/support.ts';

/** One receiver, its kind and what stands under that beginning at column 7 of line 4. */
const receiver = (kind: string): string => `alerts:\n  receivers:\n    - name: a\n      ${kind}\n`;

const good: string[] = [
  'webhook: {url: "https://example.com/hook?key=1"}',
  'webhook: {url: "http://localhost:1", secret: "sixteen-letters!", headers: {X-Key: y}, updates: false}',
  'slack: {token: xoxb-1, channel: "#a", app_token: xapp-1}',
  'slack: {token: xoxb-1, channel: "#a", signing_secret: 8f742231b10e8888abcd99yyyzzz85a5}',
  'telegram: {token: "1:x", chat_id: -1001234567890}',
  'telegram: {token: "1:x", chat_id: "-1001234567890", message_thread_id: 7, api_url: "http://localhost:1"}',
  'telegram: {token: "1:x", chat_id: "@alerts"}',
  'alertmanager: {urls: ["http://a:9093", "https://b/prefix"], labels: {cluster: x}, resolve_timeout: 35m, send_resolved: false}',
  'email: {host: mail, from: a@b.c, to: [d@e.f], encryption: none, port: 25}',
  'email: {host: mail, from: a@b.c, to: [d@e.f], username: u, password: p}',
];

const wrong: [written: string, told: string][] = [
  [
    '',
    '3:7: alerts.receivers[0]: nobody is told by it: write one of slack, alertmanager, email, telegram, webhook',
  ],
  [
    'webhook:',
    '3:7: alerts.receivers[0]: nobody is told by it: write one of slack, alertmanager, email, telegram, webhook',
  ],
  [
    'webhook: {url: "https://x"}\n      slack: {webhook_url: "https://x"}',
    '3:7: alerts.receivers[0]: more than one way to tell people: make a receiver of each',
  ],
  [
    'slack: {token: xoxb-1, channel: "#a", app_token: xoxb-1}',
    '4:56: alerts.receivers[0].slack.app_token: not an app-level token, which begins with xapp-: generate one at the app’s “Basic Information”, with the scope connections:write',
  ],
  [
    'slack: {token: xoxb-1, channel: "#a", signing_secret: hunter2}',
    '4:61: alerts.receivers[0].slack.signing_secret: too short to be one: copy the Signing Secret of the app’s “Basic Information”, 32 characters',
  ],
  [
    'slack: {token: xoxb-1, channel: "#a", app_token: xapp-1, signing_secret: 8f742231b10e8888abcd99yyyzzz85a5}',
    '4:7: alerts.receivers[0].slack: Slack sends what is pressed in one way: take app_token away or, unless the app uses Socket Mode, signing_secret',
  ],
  [
    'slack: {webhook_url: "https://x", app_token: xapp-1}',
    '4:7: alerts.receivers[0].slack: messages of a webhook have no buttons, since they cannot be edited: write token and channel instead of webhook_url',
  ],
  ['webhook: {}', '4:7: alerts.receivers[0].webhook.url: missing: write text'],
  [
    'webhook: {url: example.com}',
    '4:22: alerts.receivers[0].webhook.url: not a URL: write one that begins with http:// or https://, best as ${env:NAME} or ${file:PATH}',
  ],
  [
    'webhook: {url: "https://x", secret: hunter2}',
    '4:43: alerts.receivers[0].webhook.secret: too short to be safe: write at least 16 characters, such as openssl rand -hex 32 makes',
  ],
  [
    'webhook: {url: "https://x", headers: {Tocsin-Signature: x}}',
    '4:63: alerts.receivers[0].webhook.headers.Tocsin-Signature: Tocsin sets this header itself: take it away',
  ],
  [
    'webhook: {url: "https://x", tls: {ca: /nowhere/ca.pem}}',
    '4:45: alerts.receivers[0].webhook.tls.ca: the file cannot be read: there is no such file',
  ],
  [
    'webhook: {url: "https://x", tls: {cert: /x}}',
    '4:47: alerts.receivers[0].webhook.tls.cert: key is missing: a certificate and its key are used together',
  ],
  [
    'telegram: {token: "1:x"}',
    '4:7: alerts.receivers[0].telegram.chat_id: not a chat: write its id, such as -1001234567890, or the name of a public one, such as "@alerts"',
  ],
  [
    'telegram: {token: "1:x", chat_id: alerts}',
    '4:41: alerts.receivers[0].telegram.chat_id: not a chat: write its id, such as -1001234567890, or the name of a public one, such as "@alerts"',
  ],
  [
    'telegram: {token: "1:x", chat_id: 1.5}',
    '4:41: alerts.receivers[0].telegram.chat_id: not a chat: write its id, such as -1001234567890, or the name of a public one, such as "@alerts"',
  ],
  [
    'telegram: {token: "1 x", chat_id: 1}',
    '4:25: alerts.receivers[0].telegram.token: not a secret: write one word of ASCII letters, digits and signs, best as ${env:NAME} or ${file:PATH}',
  ],
  ['alertmanager: {urls: []}', '4:22: alerts.receivers[0].alertmanager.urls: too few values: at least 1'],
  [
    'alertmanager: {urls: ["http://a"], labels: {severity: x}}',
    '4:61: alerts.receivers[0].alertmanager.labels.severity: Tocsin sets this label itself: take it away',
  ],
  [
    'alertmanager: {urls: ["http://a"], labels: {a-b: x}}',
    '4:56: alerts.receivers[0].alertmanager.labels.a-b: not the name of a label: write letters, digits and underscores',
  ],
  [
    'alertmanager: {urls: ["http://a"], resolve_timeout: 5m}',
    '4:59: alerts.receivers[0].alertmanager.resolve_timeout: not a useful time: write from 35m to 7d',
  ],
  [
    'email: {host: mail, from: a@b.c, to: ["Dev <d@e.f>"]}',
    '4:45: alerts.receivers[0].email.to[0]: not a mail address: write one without a name, such as alerts@example.com',
  ],
  [
    'email: {host: "mail:25/x", from: a@b.c, to: [d@e.f]}',
    '4:21: alerts.receivers[0].email.host: not a host: write the name of the mail server, such as smtp.example.com',
  ],
  [
    'email: {host: mail, from: a@b.c, to: [d@e.f], username: u}',
    '4:7: alerts.receivers[0].email: username and password are used together: write both, or none',
  ],
  [
    'email: {host: mail, from: a@b.c, to: [d@e.f], username: u, password: p, encryption: none}',
    '4:7: alerts.receivers[0].email: a password is not sent where everybody on the way can read it: write encryption: starttls or tls',
  ],
];

suite('a receiver in the configuration', () => {
  for (const written of good)
    test(`passes: ${written}`, () => assert.deepEqual(lines(loadWhole(receiver(written))), []));
  for (const [written, told] of wrong) {
    test(`does not pass: ${written}`, () => {
      assert.deepEqual(lines(loadWhole(receiver(written))), [`a.yaml:${told}`]);
    });
  }
});
