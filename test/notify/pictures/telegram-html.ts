import type { TelegramShown } from '../shown.ts';
import { escaped, page } from './html.ts';

type Part = Pick<TelegramShown, 'text' | 'entities'>;

/** A message as a client of Telegram shows it, with the replies to it. */
export function telegramPage(shown: TelegramShown): string {
  const quoted = escaped(shown.text.slice(0, 60));
  const replies = shown.replies.map((reply) =>
    bubble(`<div class="reply"><b>Tocsin</b><br>${quoted}…</div>${marked(reply)}`, reply.isHeard),
  );
  return page(style, [bubble(marked(shown), true), ...replies].join(''), 480);
}

function bubble(content: string, isHeard: boolean): string {
  return `<article><b class="from">Tocsin</b>${content}<time>${isHeard ? '' : '🔕 '}3:41</time></article>`;
}

function marked({ text, entities }: Part): string {
  let html = '';
  let at = 0;
  for (const entity of entities) {
    const { offset, length, type } = entity;
    html += escaped(text.slice(at, offset));
    const inside = escaped(text.slice(offset, offset + length));
    if (entity.type === 'text_link') html += `<a href="${escaped(entity.url)}">${inside}</a>`;
    else html += `<${tags[type]}>${inside}</${tags[type]}>`;
    at = offset + length;
    // A block ends its line by itself.
    if (type === 'pre' && text[at] === '\n') at++;
  }
  return html + escaped(text.slice(at));
}

const tags: Readonly<Record<string, string>> = { bold: 'b', code: 'code', pre: 'pre' };

const style = `
main{padding:14px;background:#d6e4ec}
article{font:14px/1.4 Emoji,"DejaVu Sans",sans-serif;background:#fff;border-radius:12px;padding:8px 12px;margin-bottom:8px;white-space:pre-wrap;overflow-wrap:anywhere;color:#000}
.from{display:block;color:#3390ec}
code,pre{font:12.5px/1.45 Emoji,"DejaVu Sans Mono",monospace;color:#2b5c8a}
pre{margin:3px 0;padding:6px 8px;background:#eef4f9;border-left:3px solid #3390ec;border-radius:4px;white-space:pre-wrap}
.reply{border-left:3px solid #3390ec;background:#eef4f9;border-radius:4px;padding:3px 8px;margin:2px 0 4px;font-size:12.5px}
a{color:#3390ec;text-decoration:none}
time{display:block;text-align:right;font-size:11px;color:#8a9aa5}
`;
