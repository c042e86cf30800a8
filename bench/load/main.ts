import { answerQuestions } from '../machine/helper.ts';
import { RequestStream } from '../payload/request-stream.ts';
import type { LoadOrder, LoadResult } from './protocol.ts';
import { runLoad } from './run-load.ts';
import { failingShareOf, isPaced, spansPerRequest } from './schedule.ts';

/** In the traffic's own time; about what is taken when it is sent as fast as can be. */
const saturatedSpansPerSecond = 200_000;

const streams = new Map<string, RequestStream>();
let rounds = 0;

function streamFor({ encoding, load, failingShare = failingShareOf(load) }: LoadOrder): RequestStream {
  const key = `${encoding} ${load} ${failingShare}`;
  const known = streams.get(key);
  if (known !== undefined) return known;
  const spansPerSecond = isPaced(load) ? load : saturatedSpansPerSecond;
  const preparation = { encoding, spansPerRequest: spansPerRequest(load), spansPerSecond, failingShare };
  const stream = RequestStream.prepare(preparation, () => ++rounds);
  streams.set(key, stream);
  return stream;
}

answerQuestions((order: LoadOrder): Promise<LoadResult> => runLoad(order, streamFor(order)));
