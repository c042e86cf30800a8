import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { OtlpBackEnd, type Received } from '../../support/otlp-back-end.ts';
import type { StandIn } from './conformance.ts';

const time = z.iso.datetime();
const text = z.string().max(4096);
const severity = z.enum(['low', 'medium', 'high', 'critical']);

/** As docs/webhook.md describes it. */
export const payloadSchema = z.strictObject({
  version: z.literal('1'),
  event: z.enum(['opened', 'updated', 'ended', 'digest', 'test']),
  receiver: z.string(),
  summary: text,
  news: z.array(z.strictObject({ text, loud: z.boolean() })),
  links: z.array(z.strictObject({ text: z.string(), url: z.url({ protocol: /^https?$/ }) })),
  digest: z
    .strictObject({
      count: z.int().min(1),
      since: time,
      worst: z.array(
        z.strictObject({
          id: z.string(),
          alertname: z.string(),
          severity,
          service: text,
          environment: text,
          short_id: text,
          title: text,
        }),
      ),
    })
    .optional(),
  fallback_of: z.strictObject({ receiver: z.string(), reason: text }).optional(),
  incident: z
    .strictObject({
      id: z.string().regex(/^[0-9a-f]{32}$/),
      alertname: z.string(),
      state: z.enum(['firing', 'ended']),
      severity,
      revision: z.int().min(1),
      labels: z.record(z.string(), text),
      starts_at: time,
      ends_at: time.nullable(),
      end_reason: z.enum(['resolved', 'ignored', 'quiet']).nullable(),
      trace_id: text.nullable(),
      support_code: text.nullable(),
      issue: z
        .strictObject({
          id: z.string(),
          short_id: text,
          type: text,
          message: text,
          service: text,
          environment: text,
          operation: text,
          component: text,
          severity,
          class: z.string(),
          state: z.string(),
          swallowed: z.boolean(),
          likely_cause: text.nullable(),
          count: z.int(),
          users: z.int(),
          pods: z.int(),
          trend: z.array(z.int()),
          first_seen: time,
          last_seen: time,
          first_version: text.nullable(),
          first_version_at: time.nullable(),
          last_version: text.nullable(),
          acknowledged_by: text.nullable(),
          acknowledged_at: time.nullable(),
          resolved_by: text.nullable(),
          resolved_at: time.nullable(),
          frames: z.array(
            z.strictObject({ function: text.nullable(), file: text.nullable(), line: z.int().nullable() }),
          ),
        })
        .nullable(),
      condition: z.strictObject({ title: text, detail: text, facts: z.record(z.string(), text) }).nullable(),
    })
    .nullable(),
});

export type Payload = z.infer<typeof payloadSchema>;

const mostBytes = 64 * 1024;

/** A program that takes nothing but what the documentation promises, signed. */
export class WebhookStandIn {
  readonly server = new OtlpBackEnd();
  private readonly incidents = new Set<string>();
  private readonly secret: string;

  constructor(secret: string) {
    this.secret = secret;
    this.server.otherwise = (received) => {
      try {
        this.take(received);
        return { status: 204 };
      } catch (error) {
        return { status: 422, body: String(error).slice(0, 2000) };
      }
    };
  }

  async start(): Promise<StandIn> {
    const url = await this.server.start();
    return {
      url,
      calls: () => this.server.received.length,
      count: () => this.incidents.size,
      active: () => this.active(),
      stop: () => this.server.stop(),
    };
  }

  get last(): Payload {
    return JSON.parse(this.server.received.at(-1)!.body.toString()) as Payload;
  }

  private take({ method, headers, body }: Received): void {
    assert.equal(method, 'POST');
    assert.equal(headers['content-type'], 'application/json');
    assert.ok(body.length < mostBytes, `${body.length} bytes`);
    const [, seconds, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['tocsin-signature'])) ?? [];
    assert.equal(digest, createHmac('sha256', this.secret).update(`${seconds}.`).update(body).digest('hex'));
    const payload = payloadSchema.parse(JSON.parse(body.toString()));
    if (payload.incident === null) return;
    assert.match(String(headers['idempotency-key']), /^[0-9a-f]{32}-\d+-\d+(-\d+)?$/);
    this.incidents.add(payload.incident.id);
  }

  /** JSON is read by programs: what could act is what a terminal would be driven by when it is printed. */
  private active(): string[] {
    const texts: string[] = [];
    JSON.parse(this.server.received.at(-1)!.body.toString(), (_key, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    return texts.filter(
      (text) => /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text) || !text.isWellFormed(),
    );
  }
}
