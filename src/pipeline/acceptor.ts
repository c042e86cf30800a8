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
   * @param onWhole waited for once the body has turned out to be whole, before anything is made of it
   * @throws MalformedOtlp, StoreUnavailable, or whatever `onWhole` throws
   */
  accept(body: Uint8Array, onWhole?: () => Promise<void>): Promise<Accepted>;
}
