/** Whether everything has started and nothing has begun to stop. */
export class Readiness {
  private ready = false;
  private readonly listeners = new Set<() => void>();

  get isReady(): boolean {
    return this.ready;
  }

  set(ready: boolean): void {
    if (ready === this.ready) return;
    this.ready = ready;
    for (const listener of this.listeners) listener();
  }

  /** @returns what ends it */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
