/** What became of a request that was taken. */
export interface Accepted {
  /** Spans, log records or data points that were in it. */
  items: number;
  /** Those of them that are refused alone. */
  rejected: number;
  /** Settled once nothing of the request is in memory alone any more; undefined if that is so already. */
  pending?: Promise<void> | undefined;
}

/** Takes the requests of one signal. */
export interface Acceptor {
  /**
   * @param body an Export*ServiceRequest in protobuf; not kept
   * @throws MalformedOtlp, StoreUnavailable
   */
  accept(body: Uint8Array): Promise<Accepted>;
}
