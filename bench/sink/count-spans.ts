import { spansIn } from '../payload/protobuf-fields.ts';

/** How many spans are in a request, without decoding them. */
export function countSpans(body: Buffer, isJson: boolean): number {
  return isJson ? countText(body, '"spanId":') : countProtobuf(body);
}

function countProtobuf(body: Buffer): number {
  let count = 0;
  for (const _ of spansIn(body)) count++;
  return count;
}

function countText(body: Buffer, text: string): number {
  let count = 0;
  for (let at = body.indexOf(text); at !== -1; at = body.indexOf(text, at + text.length)) count++;
  return count;
}
