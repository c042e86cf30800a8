/** Sends trace requests to one receiver, on connections that stay open: as many as requests are under way. */
export interface Sender {
  /** @returns the status as HTTP has it, 200 if it was taken, or what went wrong, once the answer is here whole */
  send(body: Uint8Array): Promise<string>;
  close(): void;
}
