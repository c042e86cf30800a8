import type { ParsedMail } from '../../support/mail-parts.ts';
import { escaped, page } from './html.ts';

/** A mail as a program shows it, by its own markup. */
export function emailPage({ headers, html }: ParsedMail): string {
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(html) ?? [];
  const [, body = ''] = /<body>([^]*)<\/body>/.exec(html) ?? [];
  const head = `<header><h2>${escaped(headers.get('subject') ?? '')}</h2><b>Tocsin</b> &lt;tocsin@example.com&gt;<br>to dev@example.com</header>`;
  return page(`${style}${own}`, `${head}<section>${body}</section>`, 640);
}

const own = `
main{padding:16px 20px;font-family:Emoji,"DejaVu Sans",sans-serif;font-size:13px;line-height:1.4}
header{border-bottom:1px solid #ddd;padding-bottom:10px;color:#555}
h2{margin:0 0 8px;font-size:18px;color:#000;font-weight:normal}
`;
