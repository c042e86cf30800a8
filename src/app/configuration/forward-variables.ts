import type { Environment } from '../../config/environment.ts';
import type { EnvironmentValue } from '../../config/environment-layer.ts';
import type { Problem } from '../../config/problem.ts';
import { parseHeaderList } from './header-list.ts';

/**
 * The variables that OpenTelemetry has for exporters (opentelemetry.io/docs/specs/otel/protocol/exporter), as the configuration
 * of forwarding. They may be there for the app and not for Tocsin, so what is wrong with one stops nobody who has set no
 * endpoint.
 */
export function forwardVariables(environment: Environment): {
  values: EnvironmentValue[];
  problems: Problem[];
} {
  const reading = new Reading(environment);
  reading.endpoints();
  reading.headers();
  reading.compression();
  reading.timeout();
  reading.set('CERTIFICATE', ['forward', 'tls', 'ca']);
  reading.set('CLIENT_CERTIFICATE', ['forward', 'tls', 'cert']);
  reading.set('CLIENT_KEY', ['forward', 'tls', 'key']);
  reading.unsupported();
  const { values, problems } = reading;
  return { values, problems };
}

const prefix = 'OTEL_EXPORTER_OTLP_';
const perSignal = ['TRACES', 'LOGS', 'METRICS'] as const;
const onlyForAll = ['HEADERS', 'COMPRESSION', 'PROTOCOL', 'TIMEOUT', 'CERTIFICATE', 'CLIENT_KEY'] as const;
const spoken = 'http/protobuf';

class Reading {
  readonly values: EnvironmentValue[] = [];
  readonly problems: Problem[] = [];
  private readonly environment: Environment;

  constructor(environment: Environment) {
    this.environment = environment;
  }

  set(name: string, path: EnvironmentValue['path'], yieldsTo?: EnvironmentValue['path']): void {
    const value = this.get(name);
    if (value === '') return;
    this.put({ variable: prefix + name, path, value, ...(yieldsTo === undefined ? {} : { yieldsTo }) });
  }

  endpoints(): void {
    const base = ['forward', 'endpoint'];
    this.protocol();
    if (this.isUsable('ENDPOINT')) this.set('ENDPOINT', base);
    for (const signal of perSignal) {
      const name = `${signal}_ENDPOINT`;
      // What a file says of all signals is newer than what a variable says of one.
      if (this.isUsable(name)) this.set(name, ['forward', 'endpoints', signal.toLowerCase()], base);
    }
  }

  headers(): void {
    const path = ['forward', 'headers'];
    const { headers, mistakes } = parseHeaderList(this.get('HEADERS'));
    for (const message of mistakes) this.tell('HEADERS', message);
    for (const [name, value] of headers)
      this.put({ variable: `${prefix}HEADERS`, path: [...path, name], value, yieldsTo: path });
  }

  compression(): void {
    const value = this.get('COMPRESSION').toLowerCase();
    if (value === '') return;
    if (!['gzip', 'zstd', 'none'].includes(value)) this.tell('COMPRESSION', 'not one of: gzip, zstd, none');
    else this.put({ variable: `${prefix}COMPRESSION`, path: ['forward', 'compression'], value });
  }

  timeout(): void {
    const value = this.get('TIMEOUT');
    if (value === '') return;
    const millis = /^\d{1,9}$/.test(value) ? Number(value) : 0;
    if (millis < 100 || millis > 300_000)
      this.tell('TIMEOUT', 'not a useful number of milliseconds: write 100 to 300000');
    else this.put({ variable: `${prefix}TIMEOUT`, path: ['forward', 'timeout'], value: `${millis}ms` });
  }

  /** What would be used if it stood for one signal alone, but does nothing here. */
  unsupported(): void {
    if (!this.forwards) return;
    for (const signal of perSignal) {
      for (const name of [...onlyForAll, 'CLIENT_CERTIFICATE']) {
        if (this.get(`${signal}_${name}`) === '') continue;
        this.warn(`${signal}_${name}`, `not supported by this version (ignored): set ${prefix}${name}`);
      }
    }
  }

  private protocol(): void {
    const protocol = this.get('PROTOCOL');
    if (protocol === '' || protocol === spoken || !this.forwards) return;
    this.warn(
      'PROTOCOL',
      `forwarding goes by ${spoken}, which most back ends take on port 4318; nothing else is supported by this version`,
    );
  }

  /** Of a port for gRPC no answer could be understood. */
  private isUsable(endpoint: string): boolean {
    if (!/:4317(\/|$)/.test(this.get(endpoint))) return true;
    const advice = `forwarding goes by ${spoken}: write the URL for OTLP over HTTP, most often with port 4318`;
    if (this.get('PROTOCOL') === 'grpc') {
      this.warn(endpoint, `NOT FORWARDED: port 4317 is OTLP over gRPC, as ${prefix}PROTOCOL says; ${advice}`);
      return false;
    }
    this.warn(endpoint, `port 4317 is most often OTLP over gRPC, and ${advice}`);
    return true;
  }

  private get forwards(): boolean {
    return ['ENDPOINT', ...perSignal.map((signal) => `${signal}_ENDPOINT`)].some(
      (name) => this.get(name) !== '',
    );
  }

  private get(name: string): string {
    return this.environment[prefix + name]?.trim() ?? '';
  }

  private put(value: EnvironmentValue): void {
    this.values.push(value);
  }

  private tell(name: string, message: string): void {
    if (this.forwards) this.problem('error', name, message);
    else this.warn(name, `${message} (ignored)`);
  }

  private warn(name: string, message: string): void {
    this.problem('warning', name, message);
  }

  private problem(severity: Problem['severity'], name: string, message: string): void {
    this.problems.push({ severity, place: { variable: prefix + name }, path: '', message });
  }
}
