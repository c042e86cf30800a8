import type { SlackShown } from '../shown.ts';
import { escaped, page } from './html.ts';

interface Node {
  type: string;
  text?: string | { text: string };
  elements?: readonly Node[];
  style?: { bold?: boolean; code?: boolean };
  url?: string;
  timestamp?: number;
}

/** A message as a client of Slack shows it, with what was said in its thread. Knows the blocks that Tocsin uses, and no others. */
export function slackPage({ text, blocks, replies }: SlackShown): string {
  const body =
    blocks.length === 0 ? `<p>${escaped(unmarked(text))}</p>` : (blocks as Node[]).map(block).join('');
  const thread = replies.map((reply) => {
    const note = reply.isBroadcast ? '<p class="note">replied to a thread, and sent to #alerts</p>' : '';
    return post(`${note}<p>${escaped(unmarked(reply.text))}</p>`, reply.isBroadcast ? 'loud' : 'quiet');
  });
  return page(style, [post(body, ''), ...thread].join(''), 640);
}

function post(body: string, kind: string): string {
  return `<article class="${kind}"><i>🔔</i><div><header><b>Tocsin</b><span class="app">APP</span><time>3:41 AM</time></header>${body}</div></article>`;
}

function block({ type, text, elements = [] }: Node): string {
  switch (type) {
    case 'header':
      return `<h3>${escaped(textOf(text))}</h3>`;
    case 'context':
      return `<p class="context">${elements.map((each) => `<span>${escaped(textOf(each.text))}</span>`).join('')}</p>`;
    case 'rich_text':
      return elements.map(rich).join('');
    case 'actions':
      return `<p>${elements.map((each) => `<button>${escaped(textOf(each.text))}</button>`).join('')}</p>`;
    default:
      throw new Error(`there is no picture of the block ${type} yet`);
  }
}

function rich({ type, elements = [] }: Node): string {
  const content = elements.map(leaf).join('');
  switch (type) {
    case 'rich_text_section':
      return `<p>${content}</p>`;
    case 'rich_text_quote':
      return `<blockquote>${content}</blockquote>`;
    case 'rich_text_preformatted':
      return `<pre>${content}</pre>`;
    default:
      throw new Error(`there is no picture of ${type} yet`);
  }
}

function leaf({ type, text, style, url, timestamp = 0 }: Node): string {
  const said = escaped(textOf(text)).replaceAll('\n', '<br>');
  switch (type) {
    case 'text':
      if (style?.code) return `<code>${said}</code>`;
      return style?.bold ? `<b>${said}</b>` : said;
    case 'link':
      return `<a href="${escaped(url ?? '')}">${said}</a>`;
    case 'date':
      return escaped(dateOf(timestamp));
    default:
      throw new Error(`there is no picture of ${type} yet`);
  }
}

function textOf(text: Node['text']): string {
  return typeof text === 'string' ? text : (text?.text ?? '');
}

/** `{date_short_pretty} {time_secs}`, to somebody in UTC. */
function dateOf(seconds: number): string {
  const options = { month: 'short', day: 'numeric', year: 'numeric', timeZone: 'UTC' } as const;
  const at = new Date(seconds * 1000);
  return `${at.toLocaleDateString('en-US', options)} ${at.toLocaleTimeString('en-US', { timeZone: 'UTC' })}`;
}

function unmarked(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

const style = `
body{font:15px/1.46 Emoji,Lato,sans-serif;color:#1d1c1d}
main{padding:10px 0}
article{display:flex;gap:10px;padding:6px 20px}
article.loud{margin-top:6px;padding-top:10px;border-top:1px solid #eee}
article.quiet{margin-left:44px;padding-top:10px;font-size:14px}
i{flex:none;width:36px;height:36px;border-radius:6px;background:#4a154b;font-style:normal;text-align:center;line-height:36px;font-size:20px}
article.quiet i{width:24px;height:24px;line-height:24px;font-size:13px}
article>div{min-width:0;flex:1}
header{display:flex;align-items:center;gap:6px;line-height:1.2}
.app{font-size:10px;font-weight:700;background:#e8e8e8;color:#616061;padding:1px 3px;border-radius:2px}
time,.note,.context{font-size:12px;color:#616061}
h3{font-size:18px;line-height:1.33;margin:8px 0 4px;font-weight:900}
p{margin:4px 0 8px;overflow-wrap:anywhere;white-space:pre-line}
p.note{margin:3px 0 0}
.context{display:flex;gap:10px;margin:8px 0 0}
blockquote{margin:6px 0 8px;padding-left:14px;border-left:4px solid #ddd;overflow-wrap:anywhere;white-space:pre-wrap}
pre{margin:4px 0;padding:8px;background:#f8f8f8;border:1px solid #e0e0e0;border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;font:12px/1.5 "DejaVu Sans Mono",monospace}
code{font:12px "DejaVu Sans Mono",monospace;color:#c01343;background:#f8f8f8;border:1px solid #e0e0e0;border-radius:3px;padding:1px 3px}
a{color:#1264a3;text-decoration:none}
b{font-weight:900}
button{font:700 13px Lato;padding:5px 10px;margin-right:8px;background:#fff;border:1px solid #bbb;border-radius:4px}
`;
