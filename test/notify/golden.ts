import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Kind, kinds } from './kinds.ts';
import { type EmailShown, type ReceiverName, receiverNames, shownBy } from './shown.ts';

const directory = fileURLToPath(new URL('golden/', import.meta.url));

export interface Golden {
  /** Such as `slack/resolved.json`, in `test/notify/golden`. */
  file: string;
  path: string;
  /** What it is to hold. */
  text: () => Promise<string>;
}

/** One for each receiver and kind of message. */
export const goldens: readonly Golden[] = receiverNames.flatMap((receiver) =>
  kinds.map((kind): Golden => {
    const file = `${receiver}/${kind.name}.${receiver === 'email' ? 'txt' : 'json'}`;
    return { file, path: `${directory}${file}`, text: () => textOf(receiver, kind) };
  }),
);

/** Those that there are, as `Golden.file`. */
export function goldenFiles(): string[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8', withFileTypes: true });
  return files
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => `${parentPath.split('/').at(-1)}/${name}`);
}

export function goldenText({ path }: Golden): string {
  return readFileSync(path, 'utf8');
}

async function textOf(receiver: ReceiverName, kind: Kind): Promise<string> {
  if (receiver === 'email') return mailText(await shownBy(receiver, kind));
  return `${JSON.stringify(await shownBy(receiver, kind), null, 2)}\n`;
}

function mailText(mail: EmailShown): string {
  if (mail === undefined) return 'No mail.\n';
  const { headers, text, html } = mail;
  const shown = ['subject', 'message-id', 'in-reply-to', 'references'].flatMap((name) => {
    const value = headers.get(name);
    return value === undefined ? [] : `${name}: ${value}`;
  });
  return [shown.join('\n'), text.trimEnd(), html.trimEnd()]
    .join('\n\n---\n\n')
    .replaceAll('\r\n', '\n')
    .concat('\n');
}
