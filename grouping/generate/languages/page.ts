import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Inputs } from '../inputs.ts';
import { execute } from '../process.ts';

export type Browser = 'chromium' | 'firefox-esr';

export interface Site {
  script: string;
  /** Of the script, as the page names it. */
  path: string;
  inputs: Inputs;
}

export interface Report {
  origin: string;
  version: string;
  /** What the page sent. */
  lines: string;
}

/** Opens a page with the script in it and waits for what it reports. @param profile a directory for the browser */
export async function reportOf(browser: Browser, site: Site, profile: string): Promise<Report> {
  const { promise: lines, resolve } = Promise.withResolvers<string>();
  const server = createServer(serving(site, resolve)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mkdirSync(profile, { recursive: true });
  const child = spawn(browser, [...optionsOf(browser, profile), origin], { stdio: 'ignore', detached: true });
  try {
    const version = (await execute([browser, '--version'], profile)).trim();
    const reported = await Promise.race([lines, once(child, 'exit').then(() => '')]);
    return { origin, version: shortened(version), lines: reported };
  } finally {
    // A browser is many processes: they are ended as the group that they are.
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    server.closeAllConnections();
    server.close();
  }
}

function optionsOf(browser: Browser, profile: string): string[] {
  return browser === 'chromium'
    ? ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`]
    : ['--headless', '--no-remote', '--profile', profile];
}

function shortened(version: string): string {
  const [, name = '', number = ''] = /(Chromium|Firefox) (\d+)/.exec(version) ?? [];
  return `${name.toLowerCase()} ${number}`;
}

function serving({ script, path, inputs }: Site, reported: (lines: string) => void): RequestListener {
  const values = JSON.stringify(inputs);
  const page = `<!doctype html><script>window.inputs = ${values}</script><script src="${path}"></script>`;
  return (request, response) => {
    const { url = '/' } = request;
    if (url.startsWith('/slow/')) return;
    if (url === '/report') void text(request).then(reported);
    if (url.startsWith('/503/')) response.writeHead(503).end('try again later');
    else if (url === path) response.setHeader('content-type', 'text/javascript').end(script);
    else response.setHeader('content-type', 'text/html; charset=utf-8').end(url === '/' ? page : '');
  };
}
