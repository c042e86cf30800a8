import { eventually } from '../../support/eventually.ts';
import { type Account, accountsIn, closes } from '../../support/ledger-accounts.ts';
import type { OtlpBackEnd } from '../../support/otlp-back-end.ts';
import { traceRequestBytes } from '../../support/otlp-builders.ts';
import { decodeTraceRequest } from '../../support/otlp-reference.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { TocsinProcess } from './tocsin.ts';

/** The traces in what a back end was sent, with the number of their spans. @param took what it took of that */
export function arrivedAt(
  { received }: Pick<OtlpBackEnd, 'received'>,
  took: (body: Buffer) => boolean = () => true,
): Map<number, number> {
  const spans = new Map<number, number>();
  for (const { body } of received) {
    if (!took(body)) continue;
    for (const { scopeSpans = [] } of decodeTraceRequest(body).resourceSpans ?? []) {
      for (const { traceId } of scopeSpans.flatMap((scope) => scope.spans ?? [])) {
        const trace = Buffer.from(traceId!).readUInt32BE(12);
        spans.set(trace, (spans.get(trace) ?? 0) + 1);
      }
    }
  }
  return spans;
}

/** Senders that do as SDKs do: the same again until it is answered 200. */
export class Senders {
  /** Traces that were answered 200. */
  readonly taken: number[] = [];
  private readonly tocsin: TocsinProcess;
  private readonly spansPerRequest: number;
  private readonly running: Promise<void>[];
  private next = 0;
  private isOver = false;

  constructor(tocsin: TocsinProcess, spansPerRequest: number, count = 3) {
    this.tocsin = tocsin;
    this.spansPerRequest = spansPerRequest;
    this.running = Array.from({ length: count }, () => this.send());
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.running);
  }

  private async send(): Promise<void> {
    while (!this.isOver) {
      const trace = ++this.next;
      const specs = Array.from({ length: this.spansPerRequest }, (_, i) => ({
        id: i + 1,
        trace,
        name: 'work',
      }));
      const body = new Uint8Array(traceRequestBytes(specs));
      while (!(await this.tocsin.takes(body))) await delay(10);
      this.taken.push(trace);
      await delay(2);
    }
  }
}

/** Spans of this process by what became of them, with what is pending. */
export async function spanLedger(tocsin: TocsinProcess): Promise<Account> {
  // One exposition: what is counted in between is in none of it.
  return accountsIn(await tocsin.metrics()).spans;
}

export async function ledgerToClose(tocsin: TocsinProcess): Promise<Account> {
  return eventually('the ledger to close', async () => {
    const ledger = await spanLedger(tocsin);
    return closes(ledger) && ledger.pending === 0 ? ledger : undefined;
  });
}
