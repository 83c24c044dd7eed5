/** How many connections come from each network address. */

/** The connections of one server, by where they come from. */
export class PerIp {
  readonly #counts = new Map<string, number>();

  /** How many there are from this address. */
  of(ip: string): number {
    return this.#counts.get(ip) ?? 0;
  }

  /** One has come. */
  add(ip: string): void {
    this.#counts.set(ip, this.of(ip) + 1);
  }

  /** One has gone. */
  remove(ip: string): void {
    const left = this.of(ip) - 1;
    if (left > 0) this.#counts.set(ip, left);
    else this.#counts.delete(ip);
  }
}
