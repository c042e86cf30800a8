interface Origin {
  /** Parts of it that are not settled, and one for whoever opened it. */
  left: number;
  readonly settled: Promise<void>;
  readonly resolve: () => void;
}

/** Requests, some spans of which are held: nothing of one may be forgotten until all of them are settled. */
export class Origins {
  private readonly origins: (Origin | undefined)[] = [];
  private readonly free: number[] = [];

  /** @returns its number, until it is settled once more than parts of it were held: whoever opens it settles it as well */
  open(): number {
    const number = this.free.pop() ?? this.origins.length;
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    this.origins[number] = { left: 1, settled, resolve };
    return number;
  }

  /** A part of it is held. */
  hold(number: number): void {
    this.origins[number]!.left++;
  }

  /** When all of its parts are settled. */
  settled(number: number): Promise<void> {
    return this.origins[number]!.settled;
  }

  /** A part of it is settled, or no more parts will be held. */
  settle(number: number): void {
    const origin = this.origins[number]!;
    if (--origin.left > 0) return;
    this.origins[number] = undefined;
    this.free.push(number);
    origin.resolve();
  }
}
