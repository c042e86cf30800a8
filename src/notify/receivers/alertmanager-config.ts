import * as z from 'zod';
import { headerMap, requestHeaders } from '../../config/headers.ts';
import { duration, httpUrl } from '../../config/scalars.ts';
import { checkTls, tlsFiles } from '../../config/tls.ts';
import { ownLabels } from './alertmanager-alert.ts';

/** An incident brings news, or ends, within half an hour; what lapses before would seem to be over. */
const shortestResolveMillis = 35 * 60_000;

const labels = z.record(z.string(), z.string().min(1).max(200)).superRefine((given, context) => {
  for (const name of Object.keys(given)) {
    const message = mistakeOf(name);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
  }
});

function mistakeOf(name: string): string | undefined {
  if (ownLabels.includes(name)) return 'Tocsin sets this label itself: take it away';
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) return undefined;
  return 'not the name of a label: write letters, digits and underscores';
}

export const alertmanagerSchema = z
  .strictObject({
    urls: z
      .array(httpUrl())
      .min(1)
      .max(10)
      .describe('base URL of each Alertmanager of a cluster; all of them are told, so no load balancer'),
    labels: labels
      .default({})
      .describe(
        'labels that each alert has beside alertname, service, environment, severity and issue, such as cluster',
      ),
    resolve_timeout: duration()
      .refine((millis) => millis >= shortestResolveMillis && millis <= 7 * 86_400_000, {
        error: 'not a useful time: write from 35m to 7d',
      })
      .default(3_600_000)
      .describe(
        'when an alert lapses of which nothing more is heard, since Tocsin is gone, say; it is sent again every minute',
      ),
    send_resolved: z
      .boolean()
      .default(true)
      .describe(
        'tell that an incident has ended. false where several Tocsins tell of the same service: the alert lapses when the last of them is silent',
      ),
    headers: headerMap(requestHeaders)
      .default({})
      .describe('headers of each request, such as authorization. Never shown'),
    tls: tlsFiles('server').describe('for a server with a certificate of its own, or one that asks for one'),
  })
  .superRefine(({ tls }, context) => checkTls(tls, context, ['tls']));

export type AlertmanagerConfig = z.infer<typeof alertmanagerSchema>;
