import type { LoadOrder } from './protocol.ts';
import { GrpcSender } from './grpc-sender.ts';
import { HttpSender } from './http-sender.ts';

/** Sends trace requests to one receiver, on connections that stay open: as many as requests are under way. */
export interface Sender {
  /** @returns the status as HTTP has it, 200 if it was taken, or what went wrong, once the answer is here whole */
  send(body: Uint8Array): Promise<string>;
  close(): void;
}

export function senderFor({ transport, url, encoding, gzip }: LoadOrder): Sender {
  return transport === 'grpc' ? new GrpcSender(url, gzip) : new HttpSender(url, encoding, gzip);
}
