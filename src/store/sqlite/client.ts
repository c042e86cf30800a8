import { Worker } from 'node:worker_threads';
import { ActionRefused } from '../../issues/issue-action.ts';
import { InvalidCursor } from '../../issues/issue-store.ts';
import { keepNextHeapYoung } from '../../runtime/heap.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import { defaultRetention, type Retention } from '../retention.ts';
import { type Store, storeMethods } from '../store.ts';
import { StoreUnusable } from './database.ts';
import { packCounted, packEvents } from './packed-events.ts';
import type { Replacement, Request, Response, StoreSetUp } from './protocol.ts';

/** A request failed in the store; what it was to do was not done. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
}

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * The store in a SQLite file, worked on by a thread of its own. Should the thread die (it may run out of memory), what was asked
 * of it fails and the next call begins a new one: nothing that was answered is lost, since it was committed.
 */
export class SqliteStore implements Component {
  readonly name = 'store';
  /** What the rooms see of it. */
  readonly calls: Store;
  private readonly setUp: Omit<StoreSetUp, 'isStart'>;
  private wasOpen = false;
  private isRunning = false;
  /** The thread, as soon as it has opened the file; undefined while there is none. */
  private thread: Promise<Worker> | undefined;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private readonly replacements: Replacement[] = [];
  private readonly tellReplaced: ((replacement: Replacement) => void)[] = [];

  constructor(path: string, retention: Retention = defaultRetention) {
    this.setUp = { path, retention };
    const methods = storeMethods.map((method) => [method, (...args: unknown[]) => this.call(method, args)]);
    // Each method of the list is a method of the interface, and the thread gives each its real types.
    this.calls = Object.fromEntries(methods) as Store;
  }

  /** @throws StoreUnusable */
  async start(): Promise<void> {
    this.isRunning = true;
    this.wasOpen = false;
    await this.ensureThread();
  }

  /** Finishes what was asked before and closes the file. */
  async stop(): Promise<void> {
    this.isRunning = false;
    const worker = await this.thread?.catch(() => undefined);
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ close: true } satisfies Request);
    await ended;
  }

  /** Tells of each time that the file could not be used any longer; the first who asks also of those before. */
  onReplaced(tell: (replacement: Replacement) => void): void {
    this.tellReplaced.push(tell);
    for (const replacement of this.replacements.splice(0)) tell(replacement);
  }

  private async call(method: keyof Store, args: unknown[]): Promise<unknown> {
    if (!this.isRunning) throw new StoreFailed('the store is not running');
    const worker = await this.ensureThread();
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      worker.postMessage(requestOf(id, method, args));
    });
  }

  private ensureThread(): Promise<Worker> {
    this.thread ??= this.openThread();
    return this.thread;
  }

  private openThread(): Promise<Worker> {
    keepNextHeapYoung();
    const workerData: StoreSetUp = { ...this.setUp, isStart: !this.wasOpen };
    const worker = new Worker(workerUrl(), { workerData, name: 'store' });
    return new Promise((resolve, reject) => {
      worker.on('message', (response: Response) => {
        if ('opened' in response) {
          this.wasOpen = true;
          resolve(worker);
        } else if ('replaced' in response) this.replaced(response.replaced);
        else if ('unusable' in response) reject(new StoreUnusable(response.unusable));
        else this.settle(response);
      });
      let isLost = false;
      // An error is followed by the exit, and by then there may be a new thread.
      const lose = (error: Error): void => {
        if (isLost) return;
        isLost = true;
        reject(error);
        this.loseThread(error);
      };
      worker.once('error', lose);
      worker.once('exit', () => lose(new Error('it ended')));
    });
  }

  private replaced(replacement: Replacement): void {
    if (this.tellReplaced.length === 0) this.replacements.push(replacement);
    for (const tell of this.tellReplaced) tell(replacement);
  }

  private settle(response: Extract<Response, { id: number }>): void {
    const pending = this.pending.get(response.id);
    this.pending.delete(response.id);
    if ('error' in response) pending?.reject(errorOf(response.error));
    else pending?.resolve('recorded' in response ? JSON.parse(response.recorded) : response.result);
  }

  /** There is one thread at a time: whatever waits, waits for the one that is lost. */
  private loseThread(error: Error): void {
    this.thread = undefined;
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of waiting) reject(new StoreFailed(`the store's thread died: ${error.message}`));
  }
}

function requestOf(id: number, method: keyof Store, args: unknown[]): Request {
  if (method !== 'record') return { id, method, args };
  const [events, at, counted = [], amendments = []] = args as Parameters<Store['record']>;
  return {
    id,
    record: packEvents(events),
    at,
    counted: packCounted(counted),
    amendments: JSON.stringify(amendments),
  };
}

function errorOf({ name, message }: { name: string; message: string }): Error {
  if (name === 'InvalidCursor') return new InvalidCursor(message);
  return name === 'ActionRefused' ? new ActionRefused(message) : new StoreFailed(message);
}

/** The bundle has the worker beside it; from source it is this file's neighbour. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './store-worker.js', import.meta.url);
}
