import { createHash } from 'node:crypto';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}code{word-break:break-all}';

/** Lets browsers use the style above, and no other. */
export const pageStyle = `sha256-${createHash('sha256').update(style).digest('base64')}`;

export interface PageFacts {
  version: string;
  /** Who is logged in. */
  name: string | undefined;
}

/** The first page: what this is, and where to go. */
export function page({ version, name }: PageFacts): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tocsin</title><style>${style}</style></head>
<body>
<h1>Tocsin</h1>
<p>An OpenTelemetry sidecar that makes failures loud: it groups what fails in your app into issues, and tells people once.</p>
${name === undefined ? wayIn : loggedIn(name)}
${links}
<p><small>Tocsin ${escaped(version)}</small></p>
</body>
</html>
`;
}

const wayIn = `<p>You are not logged in. When Tocsin starts on a terminal, it prints a login link. Elsewhere, open
<code>/login?token=TOKEN</code> here, with the admin token: the content of the file <code>admin-token</code> in the data directory, or what
<code>TOCSIN_ADMIN_TOKEN</code> or <code>admin.tokens</code> say.</p>`;

const links = `<ul>
<li><a href="/api/issues">Issues</a> (<a href="/api/issues?state=new,regressed">new and regressed</a>)</li>
<li><a href="/api/alerts">Alerts</a> and what is told of them: <a href="/api/deliveries">deliveries</a></li>
<li><a href="/api/ledger">What became of everything that was received</a></li>
<li><a href="/api/openapi.json">The API, described</a>; in words in <code>docs/api.md</code></li>
</ul>`;

function loggedIn(name: string): string {
  return `<p>You are logged in as ${escaped(name)}.</p>
<form method="post" action="/logout"><button>Log out</button></form>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
