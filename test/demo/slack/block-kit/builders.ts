/** Block Kit in few words, for tables of it. Texts are given by their length. */
export const text = (length: number) => 'x'.repeat(length);
export const plain = (length: number) => ({ type: 'plain_text', text: text(length) });
export const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: text(length) });
export const url = (length: number) => 'https://x.example/'.padEnd(length, 'x');

export const divider = { type: 'divider' };
export const header = (length: number) => ({ type: 'header', text: plain(length) });
export const section = (more: object) => ({ type: 'section', ...more });
export const fields = (...objects: readonly unknown[]) => section({ fields: objects });
export const context = (...elements: readonly unknown[]) => ({ type: 'context', elements });
export const actions = (...elements: readonly unknown[]) => ({ type: 'actions', elements });
export const button = (more: object) => ({ type: 'button', text: plain(1), ...more });
export const image = (more: object) => ({ type: 'image', image_url: url(20), alt_text: 'a', ...more });

/** Actions of one button, with a question before it acts. */
export const asking = (more: object) =>
  actions(
    button({ confirm: { title: plain(1), text: plain(1), confirm: plain(1), deny: plain(1), ...more } }),
  );

export const rich = (...elements: readonly unknown[]) => ({ type: 'rich_text', elements });
export const leaf = (length: number) => ({ type: 'text', text: text(length) });
export const richSection = (...elements: readonly unknown[]) => ({ type: 'rich_text_section', elements });
export const preformatted = (...elements: readonly unknown[]) => ({
  type: 'rich_text_preformatted',
  elements,
});
export const richList = (more: object) => ({
  type: 'rich_text_list',
  style: 'bullet',
  elements: [richSection(leaf(1))],
  ...more,
});

export function times<T>(count: number, item: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

/** What Slack says of a place below `/blocks`. */
export const says = (what: string, at: string) => `${what} [json-pointer:/blocks${at}]`;
