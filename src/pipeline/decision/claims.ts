/** What speaks for a local trace. */
export const claim = {
  /** Something in it failed, or was passed on already: no rule drops it. */
  notNoise: 1,
  /** It is forwarded whatever the sampling ratio is. */
  always: 2,
} as const;
export type Claim = (typeof claim)[keyof typeof claim];

/** By topmost span. */
export class Claims {
  private readonly claims = new Map<number, number>();

  add(top: number, ...more: readonly Claim[]): void {
    this.claims.set(
      top,
      more.reduce<number>((claims, one) => claims | one, this.claims.get(top) ?? 0),
    );
  }

  has(top: number, one: Claim): boolean {
    return ((this.claims.get(top) ?? 0) & one) !== 0;
  }
}
