import { Metadata, Server, ServerCredentials, type ServiceDefinition, status } from '@grpc/grpc-js';
import type { Step } from '../plan.ts';

/** What a gRPC client retries by its own service configuration leaves one span: the count is known only here. */
export interface LoggedRpc {
  call: string;
  order: number;
  at: number;
}

const asIs = (bytes: Buffer): Buffer => bytes;

/** Any method that takes and gives bytes, so that no .proto is needed. */
export const service: ServiceDefinition = {
  get: {
    path: '/lab.Lab/Get',
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
};

/** The gRPC side of the server that fails: an answer of 503 is UNAVAILABLE. */
export class FailingGrpc {
  readonly log: LoggedRpc[] = [];
  private readonly scripts = new Map<string, readonly Step[]>();
  private readonly orders = new Map<string, number>();
  private readonly server = new Server();

  script(call: string, steps: readonly Step[]): void {
    this.scripts.set(call, steps);
  }

  /** @returns its address, without a scheme */
  async start(): Promise<string> {
    this.server.addService(service, {
      get: (
        { metadata }: { metadata: Metadata },
        answer: (error: object | null, reply?: Buffer) => void,
      ): void => {
        const call = String(metadata.get('x-call-id')[0] ?? 'unknown');
        const order = (this.orders.get(call) ?? 0) + 1;
        this.orders.set(call, order);
        this.log.push({ call, order, at: Date.now() });
        const script = this.scripts.get(call) ?? [];
        const step = script[Math.min(order, script.length) - 1];
        const ok = step === undefined || (step.do === 'answer' && step.status < 400);
        if (ok) answer(null, Buffer.alloc(0));
        else answer({ code: status.UNAVAILABLE, details: 'unavailable', metadata: new Metadata() });
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync('localhost:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return `localhost:${port}`;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
