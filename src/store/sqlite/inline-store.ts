import type { Component } from '../../runtime/lifecycle.ts';
import { defaultRetention, type Retention } from '../retention.ts';
import { type Store, storeMethods } from '../store.ts';
import { type Engine, openEngine } from './engine.ts';

/** The store without a thread of its own, in memory unless a path is given: for runs in which nothing else happens. */
export class InlineStore implements Component {
  readonly name = 'store';
  readonly calls: Store;
  private readonly path: string;
  private readonly retention: Retention;
  private engine: Engine | undefined;

  constructor(path = ':memory:', retention = defaultRetention) {
    this.path = path;
    this.retention = retention;
    const methods = storeMethods.map((method) => [method, (...args: unknown[]) => this.call(method, args)]);
    // Each method of the list is a method of the interface, and the engine gives each its real types.
    this.calls = Object.fromEntries(methods) as Store;
  }

  /** @throws StoreUnusable */
  start(): Promise<void> {
    this.engine = openEngine(this.path, this.retention);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.engine?.close();
    this.engine = undefined;
    return Promise.resolve();
  }

  private call(method: keyof Store, args: unknown[]): Promise<unknown> {
    return new Promise((resolve) => {
      if (this.engine === undefined) throw new Error('the store is not open');
      const call = this.engine.store[method] as (...args: unknown[]) => unknown;
      resolve(call(...args));
    });
  }
}
