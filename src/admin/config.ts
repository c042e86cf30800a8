import * as z from 'zod';
import { listenAddress, secret } from '../config/scalars.ts';
import type { Secret } from '../config/secret.ts';
import { shortestToken } from './token.ts';

const tokenSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-zA-Z0-9_.@-]{1,64}$/,
      'not a name: write up to 64 letters, digits, dots, dashes, underscores and @',
    )
    .describe('Who has it: shown as who did it, such as resolved_by'),
  token: secret()
    .refine((token) => token.reveal().length >= shortestToken, {
      error: `too short: at least ${shortestToken} characters, such as openssl rand -hex 16 makes`,
    })
    .describe('The token, best as ${env:NAME} or ${file:PATH}'),
});

type Given = Partial<{ name: unknown; token: unknown }> | undefined;

/** Each names one person or tool, or it could not be said who did something. */
const tokensSchema = z
  .array(tokenSchema)
  .default([])
  .superRefine(
    (tokens: readonly Given[], context) => {
      const tell = (i: number, key: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [i, key], message });
      const names = tokens.map((given) => given?.name);
      const secrets = tokens.map((given) => (given?.token as Partial<Secret> | undefined)?.reveal?.());
      for (const i of tokens.keys()) {
        if (typeof names[i] === 'string' && names.indexOf(names[i]) < i)
          tell(i, 'name', 'another token has this name');
        if (secrets[i] !== undefined && secrets.indexOf(secrets[i]) < i)
          tell(i, 'token', `the same token as that of ${String(names[secrets.indexOf(secrets[i])])}`);
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  )
  .describe('Who may use the API; empty = TOCSIN_ADMIN_TOKEN, else one that is made at the first start');

const hostName = z
  .string()
  .regex(
    /^([\w-]+\.)*[\w-]+$|^\[[\da-fA-F:.]+\]$/,
    'not a host: write a name or an address without a port, such as tocsin.example.com',
  )
  .transform((name) => name.toLowerCase());

export const adminSchema = z.strictObject({
  listen: listenAddress()
    .default({ host: '127.0.0.1', port: 4320 })
    .describe('where the API for people listens; it always needs a token'),
  tokens: tokensSchema,
  hosts: z
    .array(hostName)
    .default([])
    .describe('names by which the API may be reached, beside localhost and the address it listens on'),
});
