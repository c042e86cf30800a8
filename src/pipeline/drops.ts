/** What one request lost to each rule. */
export class Drops {
  readonly byRule = new Map<string, { spans: number; bytes: number }>();

  add(rule: string, bytes: number): void {
    const sum = this.byRule.get(rule);
    if (sum === undefined) {
      this.byRule.set(rule, { spans: 1, bytes });
      return;
    }
    sum.spans++;
    sum.bytes += bytes;
  }
}
