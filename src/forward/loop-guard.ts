import type { RequestListener } from 'node:http';

/** Sent with everything that is forwarded, so that what comes back is known, whatever name or balancer it came through. */
export const instanceHeader = 'tocsin-instance';

/**
 * A listener that refuses what this Tocsin itself has forwarded: taken in, it would be forwarded again, without an end.
 * @param instance of this process, as nobody else's
 */
export function refusingOwn(instance: string, handler: RequestListener): RequestListener {
  return (request, response) => {
    if (request.headers[instanceHeader] !== instance) {
      handler(request, response);
      return;
    }
    // RFC 5842, section 7.2: Loop Detected. The back end of the forwarder that reads it is no back end.
    request.resume();
    response.writeHead(508, { 'content-length': 0 });
    response.end();
  };
}
