import type { Secret } from '../config/secret.ts';

const longest = 200;
/** Shorter words are in everything: to take them out would say more than it hides. */
const shortestHidden = 4;
const schemes: ReadonlySet<string> = new Set(['basic', 'bearer', 'token', 'apikey', 'api-key']);

/**
 * Makes what another program said fit to be shown: one line of printable text, cut, and without anything of the secrets that
 * it was sent, since some answer with the key that they do not like.
 */
export class Harmless {
  /** Not to be printed with whatever has this. */
  readonly #hidden: readonly string[];

  constructor(secrets: readonly Secret[]) {
    const words = secrets.flatMap((secret) => [secret.reveal(), ...secret.reveal().split(/[\s,;:=]+/)]);
    this.#hidden = [...new Set(words)]
      .filter((word) => word.length >= shortestHidden && !schemes.has(word.toLowerCase()))
      .sort((a, b) => b.length - a.length);
  }

  text(said: string): string {
    let text = said;
    for (const word of this.#hidden) text = text.replaceAll(word, '<secret>');
    // Control characters would act on a terminal, and what turns the direction of writing would hide the rest.
    text = text.replaceAll(/[\p{C}\p{Z}\s\ufffd]+/gu, ' ').trim();
    return text.slice(0, longest).toWellFormed();
  }
}
