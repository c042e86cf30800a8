import { type AdminToken, shortestToken } from '../../admin/token.ts';
import { storedToken } from '../../admin/token-file.ts';
import type { Environment } from '../../config/environment.ts';
import { Secret } from '../../config/secret.ts';
import type { Configuration } from '../configuration/options.ts';

export interface AdminAccess {
  tokens: readonly AdminToken[];
  /** How a person at a shell writes a token; says none itself. */
  inShell: string;
  /** The token that was made here, to be shown to whoever started it on a terminal. Those given are known to who gave them. */
  made: Secret | undefined;
  warnings: readonly string[];
}

/**
 * Who may use the API: whom the configuration says, else who has TOCSIN_ADMIN_TOKEN, else who can read the data directory.
 * @throws TokenFileUnusable
 */
export function adminAccess(
  configuration: Configuration,
  environment: Environment,
  dataDirectory: string,
): AdminAccess {
  const given = givenAccess(configuration, environment);
  if (given !== undefined) return given;
  const { token, path, warnings } = storedToken(dataDirectory);
  return { tokens: [{ name: 'admin', token }], inShell: `$(cat ${path})`, made: token, warnings };
}

/** Whom somebody named; undefined if nobody did. */
export function givenAccess({ admin }: Configuration, environment: Environment): AdminAccess | undefined {
  if (admin.tokens.length > 0)
    return { tokens: admin.tokens, inShell: 'TOKEN', made: undefined, warnings: [] };
  // A line break that came with the value is not part of it: no header could hold it.
  const given = environment['TOCSIN_ADMIN_TOKEN']?.trim();
  if (!given) return undefined;
  return {
    tokens: [{ name: 'admin', token: new Secret(given) }],
    inShell: '$TOCSIN_ADMIN_TOKEN',
    made: undefined,
    warnings: warningsOf(given),
  };
}

/** Taken all the same: to be locked out by an update is worse than to be told. */
function warningsOf(given: string): string[] {
  const warnings: string[] = [];
  if (given.length < shortestToken)
    warnings.push(
      `TOCSIN_ADMIN_TOKEN is short enough to be guessed: use at least ${shortestToken} characters, such as openssl rand -hex 16 makes`,
    );
  if (!/^[\x21-\x7e]+$/.test(given))
    warnings.push(
      'TOCSIN_ADMIN_TOKEN has characters that no header can hold: use ASCII letters, digits and signs',
    );
  return warnings;
}
