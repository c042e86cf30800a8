import { answerQuestions } from '../machine/helper.ts';
import { RequestStream } from '../payload/request-stream.ts';
import type { LoadOrder, LoadResult } from './protocol.ts';
import { runLoad } from './run-load.ts';
import { failingShareOf, isPaced, usualSpansPerRequest } from './schedule.ts';

/** In the traffic's own time; about what is taken when it is sent as fast as can be. */
const saturatedSpansPerSecond = 200_000;

const streams = new Map<string, RequestStream>();
let rounds = 0;

function streamFor(order: LoadOrder): RequestStream {
  const { encoding, load, failingShare = failingShareOf(load) } = order;
  const { spansPerRequest = usualSpansPerRequest(load) } = order;
  const key = `${encoding} ${load} ${spansPerRequest} ${failingShare}`;
  const known = streams.get(key);
  if (known !== undefined) return known;
  const spansPerSecond = isPaced(load) ? load : saturatedSpansPerSecond;
  const preparation = { encoding, spansPerRequest, spansPerSecond, failingShare };
  const stream = RequestStream.prepare(preparation, () => ++rounds);
  streams.set(key, stream);
  return stream;
}

answerQuestions((order: LoadOrder): Promise<LoadResult> => runLoad(order, streamFor(order)));
