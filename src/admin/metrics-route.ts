import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { Request, Response } from 'express';
import {
  acceptsGzip,
  contentTypes,
  type ExpositionFormat,
  negotiateFormat,
} from '../metrics/exposition-format.ts';

/** In pieces of whole lines. */
export type Exposition = (format: ExpositionFormat) => AsyncIterable<string>;

/** Answers a scrape in the format and encoding that the client likes best, piece by piece as it takes them. */
export function metricsRoute(metrics: Exposition) {
  return async (request: Request, response: Response): Promise<void> => {
    const format = negotiateFormat(request.headers.accept);
    const isZipped = acceptsGzip(headerText(request.headers['accept-encoding']));
    response.setHeader('Content-Type', contentTypes[format]);
    response.setHeader('Vary', 'Accept, Accept-Encoding');
    if (isZipped) response.setHeader('Content-Encoding', 'gzip');
    // One piece ahead at most: each is some 64 KiB.
    const source = Readable.from(metrics(format), { highWaterMark: 1 });
    try {
      if (isZipped) await pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), response);
      else await pipeline(source, response);
    } catch (error) {
      // A scraper that hangs up in the middle is not ours to complain of.
      if (!isHangUp(error)) throw error;
    }
  };
}

function headerText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(',');
}

function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
