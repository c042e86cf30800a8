import { constants, createGzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { contentTypes, type ExpositionFormat, negotiateFormat } from '../metrics/exposition-format.ts';
import { acceptsGzip } from '../runtime/preferences.ts';
import { sendPieces } from './pieces.ts';

/** In pieces of whole lines. */
export type Exposition = (format: ExpositionFormat) => AsyncIterable<string>;

/** Scrapes that are answered at the same time; each has some pieces in memory. */
const mostScrapes = 32;

/** Answers a scrape in the format and encoding that the client likes best, piece by piece as it takes them. */
export function metricsRoute(metrics: Exposition) {
  let scrapes = 0;
  const answer = answerScrape(metrics);
  return async (request: Request, response: Response): Promise<void> => {
    if (scrapes === mostScrapes) {
      // Not an error of ours, of which each would be logged.
      response.status(503).set('Retry-After', '1').type('text/plain');
      response.send(`${mostScrapes} scrapes are under way: try again later\n`);
      return;
    }
    scrapes++;
    try {
      await answer(request, response);
    } finally {
      scrapes--;
    }
  };
}

function answerScrape(metrics: Exposition) {
  return async (request: Request, response: Response): Promise<void> => {
    const format = negotiateFormat(request.headers.accept);
    const isZipped = acceptsGzip(headerText(request.headers['accept-encoding']));
    response.setHeader('Content-Type', contentTypes[format]);
    response.setHeader('Vary', 'Accept, Accept-Encoding');
    if (isZipped) response.setHeader('Content-Encoding', 'gzip');
    const through = isZipped ? [createGzip({ level: constants.Z_BEST_SPEED })] : [];
    await sendPieces(response, metrics(format), through);
  };
}

function headerText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(',');
}
