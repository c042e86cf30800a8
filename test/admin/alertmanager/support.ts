import assert from 'node:assert/strict';
import type * as z from 'zod';
import { alertmanagerRoutes } from '../../../src/admin/contract.ts';
import type { Asked, TestApi } from '../support.ts';

type Name = keyof typeof alertmanagerRoutes;

/** Asks as Alertmanager's clients do; an answer that goes well must be what its schema says, and nothing else. */
export class Client {
  private readonly api: TestApi;

  constructor(api: TestApi) {
    this.api = api;
  }

  async get<N extends Name>(
    name: N,
    path: string,
  ): Promise<z.output<(typeof alertmanagerRoutes)[N]['answer']>> {
    const { status, body, headers } = await this.api.ask(`/api/v2${path}`);
    assert.deepEqual([status, headers['content-type']], [200, 'application/json; charset=utf-8'], body);
    const answer: unknown = JSON.parse(body);
    const parsed = alertmanagerRoutes[name].answer.parse(answer);
    assert.deepEqual(parsed, answer);
    return parsed as z.output<(typeof alertmanagerRoutes)[N]['answer']>;
  }

  /** @returns the status, and what stands in the body, which is JSON if there is one */
  async ask(path: string, asked: Asked = {}): Promise<[status: number, body: unknown]> {
    const { status, body } = await this.api.ask(`/api/v2${path}`, asked);
    return [status, body === '' ? undefined : JSON.parse(body)];
  }

  post(silence: unknown): Promise<[status: number, body: unknown]> {
    const headers = { 'content-type': 'application/json' };
    return this.ask('/silences', { method: 'POST', headers, body: JSON.stringify(silence) });
  }

  /** @returns its id */
  async silence(silence: unknown): Promise<string> {
    const [status, body] = await this.post(silence);
    assert.equal(status, 200, JSON.stringify(body));
    return alertmanagerRoutes.postSilences.answer.parse(body).silenceID;
  }

  delete(id: string): Promise<[status: number, body: unknown]> {
    return this.ask(`/silence/${id}`, { method: 'DELETE' });
  }
}

export const hour = 3_600_000;

/** As amtool posts it: from a time on for an hour, unless said. @param matchers `a=b` */
export function silenceJson(from: number, matchers: readonly string[], given: object = {}) {
  return {
    matchers: matchers.map((text) => {
      const [, name, operator = '', value] = /^(\w*)([!=~]+)(.*)$/s.exec(text)!;
      return { name, value, isRegex: operator.includes('~'), isEqual: !operator.startsWith('!') };
    }),
    startsAt: new Date(from).toISOString(),
    endsAt: new Date(from + hour).toISOString(),
    createdBy: 'alice',
    comment: 'known',
    ...given,
  };
}
