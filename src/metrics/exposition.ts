import { nextTurn } from '../runtime/next-turn.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import { toOpenMetrics } from './openmetrics-text.ts';
import type { MetricRegistry } from './registry.ts';

/** Characters that are made at a time, before others have their turn: well under a millisecond of work. */
const pieceLength = 64 * 1024;

/**
 * Everything that is to be exposed, in pieces of about 64 KiB: neither is the whole text in memory at once, nor the thread held
 * up while it is made.
 * @param others metrics that are not in the registry, in the text format
 */
export async function* exposition(
  registry: MetricRegistry,
  others: string,
  format: ExpositionFormat,
): AsyncGenerator<string> {
  let piece = '';
  for (const lines of registry.expose(format)) {
    piece += lines;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
    await nextTurn();
  }
  yield piece + (format === 'text' ? others : `${toOpenMetrics(others)}# EOF\n`);
}
