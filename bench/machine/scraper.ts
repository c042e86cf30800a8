import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

/** As Prometheus does by default in most places, but sooner. */
const everyMillis = 5_000;
/** Without exemplars, which only OpenMetrics has: not all subjects have them. */
const headers = { accept: 'text/plain;version=0.0.4', 'accept-encoding': 'gzip' };

/** Asks for metrics as a Prometheus would. @throws Error if they are not there */
export function scrape(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = get(url, { agent: false, headers }, (response) => {
      const isCompressed = response.headers['content-encoding'] === 'gzip';
      const body = isCompressed ? response.pipe(createGunzip()) : response;
      response.once('error', (error) => body.destroy(error));
      text(body).then((answer) => {
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(`${url} answered ${response.statusCode}`));
      }, reject);
    });
    asking.once('error', reject);
  });
}

/**
 * Asks again and again while something runs: as often in each measurement that takes as long.
 * @throws Error if it was not always answered
 */
export async function whileScraping<T>(url: string, run: () => Promise<T>): Promise<T> {
  const scrapes: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  const begin = (): void => void scrapes.push(scrape(url).catch((error: unknown) => failures.push(error)));
  let repeating: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    begin();
    repeating = setInterval(begin, everyMillis);
  }, everyMillis / 2);
  const result = await run().finally(() => {
    clearTimeout(first);
    clearInterval(repeating);
  });
  await Promise.all(scrapes);
  if (failures.length > 0) throw failures[0];
  return result;
}
