import { type LogSpec, logsRequestBytes } from '../../support/log-builders.ts';
import { kind, type SpanSpec, traceRequestBytes } from '../../support/otlp-builders.ts';

const javaStack = (line: number): string =>
  [
    'java.lang.IllegalStateException: cart 4711 is locked',
    `\tat com.acme.shop.CartService.checkout(CartService.java:${line})`,
    `\tat com.acme.shop.CartController.post(CartController.java:${line + 7})`,
    '\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:897)',
    'Caused by: java.sql.SQLException: lock wait timeout',
    `\tat com.acme.shop.CartRepository.lock(CartRepository.java:${line + 20})`,
    '\t... 12 more',
  ].join('\n');

/** Failures of one app that has been deployed several times: the same ones each time, but for lines, ids and when it was. */
export function failures(deployment: number, atMillis: number): { traces: Buffer; logs: Buffer } {
  const nanos = `${BigInt(atMillis) * 1_000_000n}`;
  const ran = { startTimeUnixNano: nanos, endTimeUnixNano: nanos };
  const line = 10 * deployment;
  const request = (id: number, given: Partial<SpanSpec>): SpanSpec => ({
    id,
    trace: 100 * deployment + id,
    name: 'POST /cart',
    kind: kind.server,
    failed: true,
    ...ran,
    ...given,
  });
  const spans = [
    request(1, {
      exceptions: [
        {
          type: 'PaymentError',
          message: `card of customer ${deployment} was refused`,
          stack: `PaymentError: card of customer ${deployment} was refused\n    at Payments.charge (/app/src/payments.js:${line}:5)\n    at checkout (/app/src/checkout.js:${line + 3}:11)`,
        },
      ],
    }),
    request(2, {
      exceptions: [
        {
          type: 'java.lang.IllegalStateException',
          message: 'cart 4711 is locked',
          stack: javaStack(line),
        },
      ],
    }),
    request(3, { name: 'GET /stock', attributes: { 'http.response.status_code': 503 } }),
  ];
  const records: LogSpec[] = [
    {
      severity: 17,
      timeMillis: atMillis,
      body: `could not send mail to user${deployment}@example.com in ${deployment} s`,
    },
  ];
  return { traces: traceRequestBytes(spans), logs: logsRequestBytes(records) };
}
