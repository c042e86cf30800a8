import * as z from 'zod';
import { noSuch } from '../config/suggest.ts';
import { evenIfPartsAreWrong } from '../config/partial.ts';
import { listenAddress } from '../config/scalars.ts';
import type { Budget } from './budget.ts';
import { LinkInvalid, type LinkTemplate, type LinkTemplates, linkValues, parseLink } from './links.ts';
import { alertmanagerSchema } from './receivers/alertmanager-config.ts';
import { emailSchema } from './receivers/email-config.ts';
import { slackSchema } from './receivers/slack-config.ts';
import { telegramSchema } from './receivers/telegram-config.ts';
import { webhookSchema } from './receivers/webhook-config.ts';

/** What a receiver can be; it is one of these. */
const kinds = {
  slack: slackSchema.optional().describe('`token` and `channel`, or `webhook_url`'),
  alertmanager: alertmanagerSchema
    .optional()
    .describe('Prometheus Alertmanagers, which tell people by routes of their own'),
  email: emailSchema.optional().describe('mail by SMTP'),
  telegram: telegramSchema.optional().describe('a chat of Telegram, by a bot'),
  webhook: webhookSchema.optional().describe('a program of your own, told by JSON'),
};
const kindNames = Object.keys(kinds);

export const receiverSchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[a-zA-Z0-9_.-]{1,64}$/,
        'not a name: write up to 64 letters, digits, dots, dashes and underscores',
      )
      .describe('up to 64 letters, digits, dots, dashes and underscores; each receiver has another'),
    fallback: z
      .string()
      .default('')
      .describe('name of the receiver that is told what this one refuses for good; empty: nobody is'),
    ...kinds,
  })
  .refine((receiver) => kindsOf(receiver).length > 0, {
    error: `nobody is told by it: write one of ${kindNames.join(', ')}`,
    ...evenIfPartsAreWrong,
  })
  .refine((receiver) => kindsOf(receiver).length < 2, {
    error: 'more than one way to tell people: make a receiver of each',
    ...evenIfPartsAreWrong,
  });

function kindsOf(receiver: object): string[] {
  return Object.entries(receiver).flatMap(([key, value]) =>
    kindNames.includes(key) && value !== undefined ? [key] : [],
  );
}

export const dryRunSchema = z
  .boolean()
  .default(false)
  .describe(
    'decide and note everything, and send nothing; `GET /api/alerts/report` says what would have been sent',
  );

export const budgetSchema = z.strictObject({
  per_channel_per_hour: z
    .int()
    .min(1)
    .max(3600)
    .default(60)
    .describe('messages, in the long run; edits and what is said in a thread are none'),
  burst: z.int().min(1).max(1000).default(10).describe('messages at once, after a time of quiet'),
});

/** One address for all receivers; it is opened if one of them hears of buttons by requests. */
export const buttonsSchema = z.strictObject({
  listen: listenAddress()
    .default({ host: '0.0.0.0', port: 4321 })
    .describe(
      'where requests of chats come in, at `/slack/actions`; opened only if a receiver has a `signing_secret`, and takes nothing that is not signed by it',
    ),
});

export function budgetOf({ per_channel_per_hour: perHour, burst }: z.infer<typeof budgetSchema>): Budget {
  return { perHour, burst };
}

const linkTemplate = () =>
  z
    .string()
    .max(1000)
    .transform((text, context): LinkTemplate | undefined => {
      if (text === '') return undefined;
      try {
        return parseLink(text);
      } catch (error) {
        if (!(error instanceof LinkInvalid)) throw error;
        context.issues.push({ code: 'custom', message: error.message, input: undefined });
        return z.NEVER;
      }
    })
    .prefault('');

const made = `a URL with what the incident has for {{ ${linkValues.join(' }}, {{ ')} }}; without one of them there is no link`;

export const linksSchema = z.strictObject({
  trace: linkTemplate().describe(`to the trace of the last event: ${made}`),
  logs: linkTemplate().describe('to the logs, in the same way'),
  runbook: linkTemplate().describe('to what is to be done'),
  console: linkTemplate().describe('to the issue in a console'),
});

export function linksOf(links: z.infer<typeof linksSchema>): LinkTemplates {
  return Object.fromEntries(Object.entries(links).filter(([, template]) => template !== undefined));
}

export type ReceiverConfig = z.infer<typeof receiverSchema>;

export const receiversSchema = z
  .array(receiverSchema)
  .default([])
  .describe('who is told of failures; several files or variables do not add to this list, the last one is it')
  .superRefine(
    (receivers: readonly (Partial<ReceiverConfig> | undefined)[], context) => {
      const names = receivers.map((receiver) => receiver?.name);
      for (const [i, name] of names.entries()) {
        if (typeof name !== 'string' || names.indexOf(name) === i) continue;
        context.addIssue({ code: 'custom', path: [i, 'name'], message: 'another receiver has this name' });
      }
      for (const [i, message] of wrongFallbacks(receivers))
        context.addIssue({ code: 'custom', path: [i, 'fallback'], message });
    },
    { when: ({ value }) => Array.isArray(value) },
  );

type Named = Partial<Pick<ReceiverConfig, 'name' | 'fallback'>> | undefined;

/** Fallbacks that lead nowhere, by the index of the receiver; of those that lead round, one in each circle. */
function wrongFallbacks(receivers: readonly Named[]): [index: number, message: string][] {
  const names = receivers.map((receiver) => receiver?.name).filter((name) => typeof name === 'string');
  const fallbackOf = (name: unknown): string => {
    const fallback = receivers.find((receiver) => receiver?.name === name)?.fallback;
    return typeof fallback === 'string' ? fallback : '';
  };
  const told = new Set<string>();
  return receivers.flatMap((receiver, i): [number, string][] => {
    const { name, fallback } = receiver ?? {};
    if (typeof name !== 'string' || typeof fallback !== 'string' || fallback === '') return [];
    if (fallback === name) return [[i, 'this is the receiver itself: name another one']];
    const others = names.filter((other) => other !== name);
    if (!others.includes(fallback)) return [[i, noSuch('receiver', fallback, others, 'there is no other')]];
    const way = [name];
    for (let next = fallback; next !== '' && !way.includes(next); next = fallbackOf(next)) way.push(next);
    if (fallbackOf(way.at(-1)) !== name || way.some((each) => told.has(each))) return [];
    for (const each of way) told.add(each);
    return [[i, `leads round in a circle, so that nobody is left to tell: ${[...way, name].join(', ')}`]];
  });
}

/** By the name of the receiver that they stand in for. */
export function fallbacksOf(receivers: readonly ReceiverConfig[]): Readonly<Record<string, string>> {
  // A receiver may be called `constructor`.
  const fallbacks = Object.create(null) as Record<string, string>;
  for (const { name, fallback } of receivers) if (fallback !== '') fallbacks[name] = fallback;
  return fallbacks;
}
