import type { AttributeValue } from '../otlp/attributes.ts';

/** What says who is called; an old name stands behind the new one. */
const names = {
  peer: ['service.peer.name', 'peer.service'],
  address: ['server.address', 'net.peer.name'],
  port: ['server.port', 'net.peer.port'],
  /** The other end of a connection, where there was one: an attempt that was refused has none of it. */
  socketAddress: ['net.sock.peer.name'],
  socketPort: ['net.sock.peer.port'],
  system: ['db.system.name', 'db.system', 'messaging.system'],
  namespace: ['db.namespace', 'db.name', 'messaging.destination.name', 'messaging.destination'],
} as const;

/** Attributes of a span that its dependency is known by. */
export const dependencyAttributes: readonly string[] = Object.values(names).flat();
/** Those among them that an attempt may lack which got no connection. */
export const portAttributes: readonly string[] = names.port;
export const socketAttributes: readonly string[] = [...names.socketAddress, ...names.socketPort];
/** Those that name somebody by themselves. */
export const namingAttributes: readonly string[] = [...names.peer, ...names.address];
export const formerUrlAttribute = 'http.url';
/** Where it has none of those, as of older instrumentations: the host in one of these. */
export const urlAttributes: readonly string[] = ['url.full', formerUrlAttribute];

/** In UTF-16 units. What is longer is no name that somebody gave, and none is cut: a secret in it would not be known for one any more. */
const longest = 128;

/**
 * Whom a call went to, as a label may say it: `payments`, `payments:8080`, `db:5432 postgresql/shop`; empty if the span does not say.
 * What stands for one of many (an address, the host name of a pod) is folded: it would be another with every rollout.
 */
export function dependencyOf(attributes: ReadonlyMap<string, AttributeValue>): string {
  const text = (of: readonly string[]): string => {
    for (const name of of) {
      const value = attributes.get(name);
      if (value !== undefined && value !== '') return String(value);
    }
    return '';
  };
  const peer = text(names.peer);
  if (peer !== '') return fitting(foldedPeer(peer));
  const { address, port } = addressOf(text);
  const host = address === '' ? '' : `${foldedHost(address)}${port === '' ? '' : `:${port}`}`;
  const what = [text(names.system), foldedNamespace(text(names.namespace))]
    .filter((part) => part !== '')
    .join('/');
  const both = [host, what].filter((part) => part !== '').join(' ');
  return fitting(both) || fitting(host) || fitting(what);
}

/** A port alone says nothing. */
function addressOf(text: (of: readonly string[]) => string): { address: string; port: string } {
  const address = text(names.address);
  if (address !== '')
    return { address, port: text(names.port) || portAt(address, text([formerUrlAttribute])) };
  const socketAddress = text(names.socketAddress);
  if (socketAddress !== '') return { address: socketAddress, port: text(names.socketPort) };
  return authorityOf(text(urlAttributes));
}

/** Older instrumentations know the port once there is a connection: before that it is in the url, or follows from its scheme. */
function portAt(host: string, url: string): string {
  const { scheme, address, port } = authorityOf(url);
  if (address.toLowerCase() !== host.toLowerCase()) return '';
  return port || (usualPort.get(scheme.toLowerCase()) ?? '');
}

const usualPort: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
]);

/** Scheme, host and port of a url; empty if it has none. */
export function authorityOf(url: string): { scheme: string; address: string; port: string } {
  const [, scheme = '', address = '', port = ''] = authority.exec(url) ?? [];
  return { scheme, address: address.replace(/^\[(.*)\]$/, '$1'), port };
}

/** Without the name and password that may stand before the host (RFC 3986, section 3.2). */
const authority = /^([a-z][a-z\d+.-]*):\/\/(?:[^/?#]*@)?(\[[^\]/?#]*\]|[^:/?#]*)(?::(\d+))?/i;

function fitting(name: string): string {
  return name.length <= longest ? name : '';
}

const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** What Kubernetes calls a pod by its address: `10-0-3-4.shop.pod.cluster.local`. */
const podAddress = /^\d{1,3}(?:-\d{1,3}){3}\..*\bpod\b/;
/** What a cloud calls a machine by its address: `ip-10-0-3-4.ec2.internal`. */
const nodeAddress = /^ip(?:-\d{1,3}){4}(?:\.|$)/;
/** The endings that a ReplicaSet and its pods are given: letters that make no words. */
const ofReplicaSet = /-[0-9a-f]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const ofStatefulSet = /-\d{1,4}$/;

/** As somebody named it, unless that is an address or a pod, with or without a port. */
function foldedPeer(peer: string): string {
  const [, name = '', port = ''] = /^(.*?)(:\d+)?$/.exec(peer) ?? [];
  return ipv4.test(name) ? `ip${port}` : `${name.replace(ofReplicaSet, '')}${port}`;
}

const uuid = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/gi;
/** What RabbitMQ and NATS call a queue that one process waits for answers at: another for each. */
const ofOneProcess = /^(amq\.gen-|amq\.rabbitmq\.reply-to\.|_INBOX\.).*/;

function foldedNamespace(name: string): string {
  return name.replace(ofOneProcess, '$1*').replaceAll(uuid, '*');
}

function foldedHost(address: string): string {
  const host = address.toLowerCase().replace(/\.$/, '');
  if (ipv4.test(host) || host.includes(':') || podAddress.test(host) || nodeAddress.test(host)) return 'ip';
  const [first = '', ...rest] = host.split('.');
  // Only below a service's name is a number one of several: `redis-1.redis`, and not `db-1.example.com`.
  const isOfSet =
    rest.length > 0 && first.replace(ofStatefulSet, '') !== first && isHeadless(first, rest[0]!);
  const name = isOfSet ? first.replace(ofStatefulSet, '') : first.replace(ofReplicaSet, '');
  return [name, ...rest].join('.');
}

function isHeadless(pod: string, service: string): boolean {
  return service.startsWith(pod.replace(ofStatefulSet, ''));
}
