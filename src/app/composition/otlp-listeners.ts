import type { RequestListener } from 'node:http';
import type { CertificateFiles } from '../../config/tls.ts';
import { Http2Server, type StreamHandler } from '../../runtime/http2-server.ts';
import { type Address, HttpServer, type Listener } from '../../runtime/http-server.ts';
import { type Component, together } from '../../runtime/lifecycle.ts';
import { UnixServer } from '../../runtime/unix-server.ts';
import type { Events } from '../../telemetry/events.ts';
import type { Configuration } from '../configuration/options.ts';
import { counted } from './crowding.ts';
import type { DegradedPart } from './degradations.ts';
import { TlsListener, type TlsListenerDependencies } from './tls-listener.ts';

export interface OtlpAddress extends Address {
  isTls?: boolean;
}

export interface OtlpListeners {
  component: Component;
  /** Where OTLP really is taken in, once they have started; `otlpGrpc` if it is taken in there at all. */
  addresses: () => { otlpHttp: OtlpAddress; otlpGrpc?: OtlpAddress };
  /** Those that have an address. */
  listeners: readonly Listener[];
}

export interface OtlpHandlers {
  http: RequestListener;
  grpc: StreamHandler;
}

export interface OtlpListenersDependencies extends TlsListenerDependencies {
  events: Events;
  /** As each is started: it may be that it can be missing. */
  optional: (part: DegradedPart, listener: Component) => Component;
}

/** The listeners for OTLP that are configured: by HTTP, on a Unix socket, by gRPC. */
export function otlpListeners(
  { http, grpc }: Configuration['intake'],
  handlers: OtlpHandlers,
  dependencies: OtlpListenersDependencies,
): OtlpListeners {
  const { events, optional } = dependencies;
  const withTls = (part: DegradedPart, files: CertificateFiles, listener: Listener): Component =>
    isTls(files) ? new TlsListener(part, files, listener, dependencies) : listener;

  const overHttp = new HttpServer('OTLP/HTTP listener', http.listen, handlers.http, {
    ...counted('otlp_http', events),
    isTls: isTls(http.tls),
  });
  const listeners: Listener[] = [overHttp];
  const components = [optional('otlp_listener', withTls('otlp_certificate', http.tls, overHttp))];
  if (http.unix !== '')
    components.push(
      new UnixServer('OTLP/HTTP socket', http.unix, handlers.http, counted('otlp_unix', events)),
    );
  const overGrpc =
    grpc.listen === ''
      ? undefined
      : new Http2Server('OTLP/gRPC listener', grpc.listen, handlers.grpc, {
          ...counted('otlp_grpc', events),
          isTls: isTls(grpc.tls),
        });
  if (overGrpc !== undefined) {
    listeners.push(overGrpc);
    components.push(optional('otlp_grpc_listener', withTls('otlp_grpc_certificate', grpc.tls, overGrpc)));
  }
  return {
    component: together('OTLP listeners', components),
    addresses: () => ({
      otlpHttp: { ...overHttp.address, isTls: isTls(http.tls) },
      ...(overGrpc && { otlpGrpc: { ...overGrpc.address, isTls: isTls(grpc.tls) } }),
    }),
    listeners,
  };
}

function isTls({ cert }: CertificateFiles): boolean {
  return cert !== '';
}
