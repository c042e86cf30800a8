import { causeOfCode, type Unreached } from '../../runtime/unreached.ts';
import type { Outcome } from '../receiver.ts';

/** What the library says of a mail that was not taken, as far as it is looked at. */
export interface EmailError {
  /** Its own code, such as EAUTH. */
  code?: unknown;
  /** That of the system or of TLS, where its own stands for it. */
  originalCode?: unknown;
  /** What the server answered: 4xx = for now, 5xx = for good (RFC 5321, section 4.2.1). */
  responseCode?: unknown;
  response?: unknown;
}

const causes: Readonly<Record<Unreached, string>> = {
  connection_refused: 'the connection was refused: nothing listens there',
  connection_reset: 'the connection was closed',
  timeout: 'there was no answer in time',
  dns: 'the host name could not be resolved',
  tls: 'TLS could not be agreed on: is its certificate one that is known here, and is encryption right for the port?',
  not_http: 'what answers there does not speak SMTP',
  network: 'the network failed',
};

const own: Readonly<Record<string, Unreached>> = {
  ETIMEDOUT: 'timeout',
  EDNS: 'dns',
  ETLS: 'tls',
  EPROTOCOL: 'not_http',
  ECONNECTION: 'connection_reset',
};

/** RFC 4954, section 6. */
const wantsLogin = 530;

const remedies: Readonly<Record<string, string>> = {
  EAUTH:
    'Check username and password of the receiver; many providers want a password that is made for programs.',
  ENOAUTH: 'The server wants to know who sends: set username and password of the receiver.',
  EENVELOPE: 'Check from and to of the receiver, and whether the server passes mail on for whoever logs in.',
  ETLS: 'The server offers no encryption: use another port, or set encryption.',
};

/** @param said what the server answered, fit to be shown */
export function emailOutcome(error: EmailError, said: string): Exclude<Outcome, { kind: 'delivered' }> {
  const code = typeof error.code === 'string' ? error.code : '';
  const status = typeof error.responseCode === 'number' ? error.responseCode : undefined;
  if (status === undefined) {
    const remedy = code === 'ENOAUTH' ? remedies[code] : undefined;
    if (remedy !== undefined) return { kind: 'refused', reason: 'the mail server wants a login', remedy };
    return {
      kind: 'failed',
      reason: `the mail server could not be reached: ${causes[causeOfMail(error, code)]}`,
    };
  }
  const reason = `the mail server answered ${said === '' ? status : said}`;
  // 503 is about the order of commands, and not about this mail.
  if (status < 500 || status === 503) return { kind: 'failed', reason };
  const remedy = remedies[status === wantsLogin ? 'ENOAUTH' : code];
  if (remedy !== undefined) return { kind: 'refused', reason, remedy };
  // What is said before there is a mail is not about it.
  return code === 'EMESSAGE' ? { kind: 'rejected', reason } : { kind: 'failed', reason };
}

/** The system's own code says more than the library's, where there is one. */
function causeOfMail({ originalCode }: EmailError, code: string): Unreached {
  const cause = causeOfCode(typeof originalCode === 'string' ? originalCode : code);
  return cause === 'network' ? (own[code] ?? cause) : cause;
}
