import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, suite, test } from 'node:test';
import { EmailReceiver } from '../../src/notify/receivers/email.ts';
import { emailText } from '../../src/notify/receivers/email-text.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { contents, never } from '../notify/receivers/support.ts';
import { SmtpServer } from '../support/smtp-server.ts';

const program = `
import email, email.policy, json, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
part = lambda kind: mail.get_body((kind,)).get_content()
print(json.dumps({"subject": mail["subject"], "text": part("plain"), "html": part("html"),
    "defects": [str(each) for part in mail.walk() for each in part.defects]}))
`;

suite('a mail', () => {
  const server = new SmtpServer();
  let receiver: EmailReceiver;
  before(async () => {
    const files = { ca: '', cert: '', key: '' };
    const open = { encryption: 'none' as const, username: undefined, password: undefined, tls: files };
    const address = { host: '127.0.0.1', port: await server.start() };
    const options = { name: 'email', from: 'a@example.com', to: ['b@example.com'], timeoutMillis: 30_000 };
    receiver = new EmailReceiver({ ...options, server: { ...address, ...open } }, systemClock);
  });
  after(() => server.stop());

  for (const [name, message] of contents) {
    test(`is read by Python as it was written: ${name}`, async () => {
      await receiver.notify(message, undefined, never);
      const { stdout, stderr, error } = spawnSync('python3', ['-c', program], {
        encoding: 'utf8',
        input: server.mails.at(-1)!.raw,
      });
      assert.equal(error, undefined);
      assert.equal(stderr, '');
      const { subject, text, html, defects } = JSON.parse(stdout) as Record<string, string>;
      assert.deepEqual(defects, []);
      const lines = (given: string): string => given.replaceAll('\r\n', '\n').trim();
      const wanted = emailText(message);
      assert.deepEqual(
        [subject, lines(text!), lines(html!)],
        [wanted.subject, lines(wanted.text), lines(wanted.html)],
      );
    });
  }
});
