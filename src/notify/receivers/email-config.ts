import * as z from 'zod';
import { evenIfPartsAreWrong } from '../../config/partial.ts';
import { secret } from '../../config/scalars.ts';
import { checkTls, tlsFiles } from '../../config/tls.ts';

const address = () =>
  z
    .string()
    .max(254)
    .regex(
      /^[^\s@<>()[\]\\,;:"]+@[A-Za-z0-9.-]+$/,
      'not a mail address: write one without a name, such as alerts@example.com',
    );

export const emailSchema = z
  .strictObject({
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:-]+$/, 'not a host: write the name of the mail server, such as smtp.example.com')
      .describe('name of the mail server'),
    port: z.int().min(1).max(65_535).default(587).describe('587 for starttls, most often 465 for tls'),
    encryption: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe('`starttls`: it begins without and must go over to it; `tls`: from the first byte; `none`'),
    username: z.string().min(1).optional().describe('who logs in; together with `password`'),
    password: secret().optional().describe('of the login; many providers give one that is for programs'),
    from: address().describe('address of the sender, which the server must pass on mail for'),
    to: z.array(address()).min(1).max(50).describe('addresses of who is told'),
    tls: tlsFiles('server').describe('for a server with a certificate of its own, or one that asks for one'),
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    error: 'username and password are used together: write both, or none',
    ...evenIfPartsAreWrong,
  })
  .refine(({ encryption, password }) => encryption !== 'none' || password === undefined, {
    error: 'a password is not sent where everybody on the way can read it: write encryption: starttls or tls',
    ...evenIfPartsAreWrong,
  })
  .superRefine(({ tls }, context) => checkTls(tls, context, ['tls']));

export type EmailConfig = z.infer<typeof emailSchema>;
