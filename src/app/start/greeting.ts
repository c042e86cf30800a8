import type { Secret } from '../../config/secret.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Address } from '../../runtime/http-server.ts';
import type { Addresses, Forwarding } from '../composition/compose.ts';
import type { OtlpAddress } from '../composition/otlp-listeners.ts';
import type { AdminAccess } from './admin-access.ts';

export interface GreetingFacts {
  version: string;
  addresses: Addresses;
  access: Pick<AdminAccess, 'inShell' | 'made'>;
  receivers: readonly string[];
  /** Nothing is sent to them. */
  isDryRun?: boolean;
  forwarding: Forwarding;
}

/**
 * What a person who just started Tocsin needs to know: where everything is, and what is missing and how to have it.
 * @param terminal where a person reads it, and nobody else: a log is kept and passed on
 */
export function greet(log: Log, facts: GreetingFacts, terminal?: (text: string) => void): void {
  const { version, addresses, access, receivers, isDryRun = false, forwarding } = facts;
  const { otlpHttp, otlpGrpc, metrics, admin, buttons } = addresses;
  log.info(`Tocsin ${version} is listening`);
  log.info(`send OTLP to ${urlOf(otlpHttp)} (in the app: OTEL_EXPORTER_OTLP_ENDPOINT=${urlOf(otlpHttp)})`);
  if (otlpGrpc !== undefined) log.info(`send OTLP over gRPC to ${urlOf(otlpGrpc)}`);
  log.info(`metrics for Prometheus: ${urlOf(metrics)}/metrics (health: ${urlOf(metrics)}/health)`);
  log.info(`issues: curl -H "Authorization: Bearer ${access.inShell}" ${urlOf(admin)}/api/issues`);
  if (terminal !== undefined && access.made !== undefined) terminal(`${loginLink(admin, access.made)}\n`);
  if (receivers.length > 0) {
    const told = isDryRun ? 'failures would be told, but for the dry run, to' : 'failures are told to';
    log.info(`${told}: ${receivers.join(', ')}`);
  } else {
    log.warn(
      'NOBODY IS TOLD of failures yet: set SLACK_BOT_TOKEN and SLACK_CHANNEL, or SLACK_WEBHOOK_URL, or alerts.receivers in a file',
    );
  }
  if (buttons !== undefined)
    log.info(`buttons: requests of Slack are taken at ${urlOf(buttons)}/slack/actions, if they are signed`);
  greetForwarding(log, forwarding);
}

function greetForwarding(log: Log, { targets, toOurselves }: Forwarding): void {
  if (targets.length > 0)
    log.info(
      `what is kept is forwarded: ${targets.map(({ signal, url }) => `${signal} to ${url}`).join(', ')}`,
    );
  if (toOurselves.length > 0)
    log.warn(`NOT FORWARDED, since their endpoint is Tocsin itself: ${toOurselves.join(', ')}`);
  if (targets.length + toOurselves.length > 0) return;
  log.info(
    'not configured: forwarding of what is kept to a back end: set forward.endpoint in a file, or OTEL_EXPORTER_OTLP_ENDPOINT',
  );
}

function loginLink(admin: Address, token: Secret): string {
  return `log in with a browser: ${urlOf(admin)}/login?token=${encodeURIComponent(token.reveal())}`;
}

/** A listener on all addresses is reached, from here, on the loopback one. */
export function urlOf({ host, port, isTls = false }: OtlpAddress): string {
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http${isTls ? 's' : ''}://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
