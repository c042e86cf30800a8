import type { RequestListener } from 'node:http';

/**
 * Handles requests by what is loaded with the first of them.
 * @param load called until it has succeeded
 * @param onFailed told if that fails, which is a fault of the installation: each request is then answered 500
 */
export function loadedWithFirst(
  load: () => Promise<RequestListener>,
  onFailed: (error: unknown) => void,
): RequestListener {
  let loading: Promise<RequestListener> | undefined;
  return (request, response) => {
    loading ??= load();
    loading.then(
      (handle) => {
        // Who has gone away meanwhile is not heard to go any more.
        if (!response.destroyed) handle(request, response);
      },
      (error: unknown) => {
        // It may have been for want of a file handle: the next request tries again.
        loading = undefined;
        onFailed(error);
        response.writeHead(500).end();
      },
    );
  };
}
