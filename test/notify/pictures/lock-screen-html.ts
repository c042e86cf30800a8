import { escaped, page } from './html.ts';

/** What somebody sees who is woken: an app, who says it, and the beginning of what is said. */
export interface Notification {
  app: string;
  from: string;
  text: string;
}

export function lockScreenPage(notifications: readonly Notification[]): string {
  const each = notifications.map(
    ({ app, from, text }) =>
      `<article><header>${escaped(app)}<time>now</time></header><b>${escaped(from)}</b><p>${escaped(text)}</p></article>`,
  );
  return page(style, `<h1>3:41</h1>${each.join('')}`, 420);
}

const style = `
main{padding:20px 14px;background:#26303d;font:14px/1.35 Emoji,Lato,sans-serif;color:#111}
h1{margin:0 0 16px;color:#fff;font-weight:300;font-size:52px;text-align:center}
article{background:#e9edf1;border-radius:16px;padding:10px 14px;margin-bottom:8px}
header{display:flex;justify-content:space-between;font-size:12px;color:#555;margin-bottom:2px}
p{margin:0;white-space:pre-line;display:-webkit-box;-webkit-line-clamp:4;-webkit-box-orient:vertical;overflow:hidden;overflow-wrap:anywhere}
`;
