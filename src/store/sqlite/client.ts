import { Worker } from 'node:worker_threads';
import { InvalidCursor } from '../../issues/issue-store.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import { type Store, storeMethods } from '../store.ts';
import { StoreUnusable } from './database.ts';
import type { Request, Response } from './protocol.ts';

/** A request failed in the store; what it was to do was not done. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
}

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** The store in a SQLite file, worked on by a thread of its own. */
export class SqliteStore implements Component {
  readonly name = 'store';
  /** What the rooms see of it. */
  readonly calls: Store;
  private readonly path: string;
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  constructor(path: string) {
    this.path = path;
    const methods = storeMethods.map((method) => [method, (...args: unknown[]) => this.call(method, args)]);
    // Each method of the list is a method of the interface, and the thread gives each its real types.
    this.calls = Object.fromEntries(methods) as Store;
  }

  /** @throws StoreUnusable */
  async start(): Promise<void> {
    const worker = new Worker(workerUrl(), { workerData: { path: this.path }, name: 'store' });
    this.worker = worker;
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', () => this.fail(new Error('the thread ended')));
    await new Promise<void>((resolve, reject) => {
      worker.once('message', (response: Response) => {
        if ('unusable' in response) reject(new StoreUnusable(response.unusable));
        else resolve();
      });
      worker.once('error', reject);
    });
    worker.on('message', (response: Response) => this.settle(response));
  }

  /** Finishes what was asked before and closes the file. */
  async stop(): Promise<void> {
    const { worker } = this;
    if (worker === undefined) return;
    this.worker = undefined;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ close: true } satisfies Request);
    await ended;
  }

  private call(method: keyof Store, args: unknown[]): Promise<unknown> {
    const { worker } = this;
    if (worker === undefined) return Promise.reject(new StoreFailed('the store is not running'));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      worker.postMessage({ id, method, args } satisfies Request);
    });
  }

  private settle(response: Response): void {
    if (!('id' in response)) return;
    const pending = this.pending.get(response.id);
    this.pending.delete(response.id);
    if ('error' in response) pending?.reject(errorOf(response.error));
    else pending?.resolve(response.result);
  }

  private fail(error: Error): void {
    this.worker = undefined;
    for (const { reject } of this.pending.values())
      reject(new StoreFailed(`the store's thread died: ${error.message}`));
    this.pending.clear();
  }
}

function errorOf({ name, message }: { name: string; message: string }): Error {
  return name === 'InvalidCursor' ? new InvalidCursor(message) : new StoreFailed(message);
}

/** The bundle has the worker beside it; from source it is this file's neighbour. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './store-worker.js', import.meta.url);
}
