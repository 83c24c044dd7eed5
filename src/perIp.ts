/** How much comes from each network address. */

/** The connections of one server, or what they cost it, by where they come from. */
export class PerIp {
  readonly #counts = new Map<string, number>();

  /** How much there is from this address. */
  of(ip: string): number {
    return this.#counts.get(ip) ?? 0;
  }

  /** One has come, or so much. */
  add(ip: string, amount = 1): void {
    const sum = this.of(ip) + amount;
    if (sum > 0) this.#counts.set(ip, sum);
    else this.#counts.delete(ip);
  }

  /** One has gone, or so much. */
  remove(ip: string, amount = 1): void {
    this.add(ip, -amount);
  }
}
