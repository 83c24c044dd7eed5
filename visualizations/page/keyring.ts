/**
 * Between the picture and the payer: the picture asks for the key of a part when it needs it, and only then the payer pays for that part.
 *
 * A key stays here, so that the picture may ask again (after an error, or when it is watched once more) and nothing is paid twice.
 */
export class Keyring {
  readonly #keys = new Map<number, Uint8Array>();
  /** How many wait for the key of a part. */
  readonly #asked = new Map<number, number>();
  readonly #checks = new Set<() => void>();

  /** The key of a part, once it was given. Whoever leaves by the signal does not want it any more. */
  async keyFor(n: number, signal?: AbortSignal): Promise<Uint8Array> {
    this.#ask(n, 1);
    try {
      return await this.#until(() => this.#keys.get(n), signal);
    } finally {
      this.#ask(n, -1);
    }
  }

  /** Resolves as soon as somebody waits for the key of this part. */
  async wanted(n: number): Promise<void> {
    await this.#until(() => this.#asked.get(n));
  }

  give(n: number, key: Uint8Array): void {
    this.#keys.set(n, key);
    this.#check();
  }

  #ask(n: number, more: 1 | -1): void {
    const asked = (this.#asked.get(n) ?? 0) + more;
    if (asked === 0) this.#asked.delete(n);
    else this.#asked.set(n, asked);
    this.#check();
  }

  #check(): void {
    for (const check of this.#checks) check();
  }

  #until<Value>(look: () => Value | undefined, signal?: AbortSignal): Promise<Value> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#checks.delete(check);
        reject(signal?.reason);
      };
      const check = () => {
        const value = look();
        if (value === undefined) return;
        this.#checks.delete(check);
        signal?.removeEventListener('abort', leave);
        resolve(value);
      };
      if (signal?.aborted === true) return reject(signal.reason);
      signal?.addEventListener('abort', leave, { once: true });
      this.#checks.add(check);
      check();
    });
  }
}
