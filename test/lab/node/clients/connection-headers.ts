/** `fetch` has no setting for its connections, but keeps none that it asks to be closed. */
export function connectionHeaders(keepAlive: boolean): Record<string, string> {
  return keepAlive ? {} : { connection: 'close' };
}
