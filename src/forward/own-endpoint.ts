import { isIPv4, isIPv6 } from 'node:net';
import type { Address } from '../runtime/http-server.ts';

/** What the machine, or the pod, is called and reached by. */
export interface Machine {
  hostName: string;
  /** Of its network interfaces. */
  addresses: readonly string[];
}

/** Names that mean this machine wherever they are asked for (RFC 6761, section 6.3; Debian's and Red Hat's /etc/hosts). */
const localNames = /^(localhost|(.+\.)?localhost|localhost\.localdomain|(ip6-)?(localhost|loopback)[46]?)$/;

/**
 * Whether a URL leads to one of these listeners: what is sent there would come in again. No name is resolved, so one in DNS that
 * stands for this machine is not found out. All loopback addresses are taken for one, since what listens on one of them is
 * ours, or nothing does.
 * @param listeners where they really listen
 */
export function listenerBehind<T extends Address>(
  url: URL,
  listeners: readonly T[],
  machine: Machine,
): T | undefined {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const host = normal(url.hostname);
  return listeners.find(
    (listener) => listener.port === port && reaches(host, normal(listener.host), machine),
  );
}

function reaches(host: string, listener: string, { hostName, addresses }: Machine): boolean {
  if (isLoopback(host)) return isLoopback(listener) || isEvery(listener);
  if (host === listener) return true;
  const own = addresses.map(normal).filter((address) => !isLoopback(address));
  if (host === normal(hostName)) return isEvery(listener) || own.includes(listener);
  return isEvery(listener) && own.includes(host);
}

/** Who connects to all addresses reaches the loopback one. */
function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.') || host === '0.0.0.0';
  return host === '::1' || host === '::' || localNames.test(host);
}

function isEvery(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** One spelling of each host: no brackets, zone or final dot, and IPv4 within IPv6 as IPv4. */
function normal(host: string): string {
  const plain = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
    .replace(/\.$/, '');
  if (!isIPv6(plain)) return plain;
  const short = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? [];
  if (high === undefined || low === undefined) return short;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
