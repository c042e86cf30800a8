/** What speaks for a local trace. */
export const claim = {
  /** Something in it failed, or was passed on already: no rule drops it. */
  notNoise: 1,
  /** It is forwarded whatever the sampling ratio is. */
  always: 2,
} as const;
export type Claim = (typeof claim)[keyof typeof claim];

/** By topmost span of one request. */
export class Claims {
  private claims = new Uint8Array(0);

  /** There are none yet. @param spans of the request */
  open(spans: number): void {
    if (this.claims.length < spans) this.claims = new Uint8Array(spans);
    else this.claims.fill(0, 0, spans);
  }

  add(top: number, one: Claim): void {
    this.claims[top]! |= one;
  }

  has(top: number, one: Claim): boolean {
    return (this.claims[top]! & one) !== 0;
  }
}
