/** Nonces that are kept for transactions which are being signed, and are not posted yet. */

interface Kept {
  readonly account: string;
  readonly purpose: string;
  readonly nonce: bigint;
}

/** What is kept, by account and by purpose. */
export class KeptNonces {
  readonly #byAccount = new Map<string, Map<string, bigint>>();

  /** The nonce that an account has for a purpose. */
  get(account: string, purpose: string): bigint | undefined {
    return this.#byAccount.get(account)?.get(purpose);
  }

  add({ account, purpose, nonce }: Kept): void {
    const kept = this.#byAccount.get(account) ?? new Map<string, bigint>();
    this.#byAccount.set(account, kept.set(purpose, nonce));
  }

  delete({ account, purpose }: Pick<Kept, 'account' | 'purpose'>): void {
    const kept = this.#byAccount.get(account);
    kept?.delete(purpose);
    if (kept?.size === 0) this.#byAccount.delete(account);
  }

  /** All nonces of an account that are kept. */
  of(account: string): ReadonlySet<bigint> {
    return new Set(this.#byAccount.get(account)?.values() ?? []);
  }

  /** For which purposes an account keeps a nonce. */
  withNonce(account: string, nonce: bigint): readonly Kept[] {
    return [...(this.#byAccount.get(account) ?? [])]
      .filter(([, kept]) => kept === nonce)
      .map(([purpose]) => ({ account, purpose, nonce }));
  }

  /** Everything that is kept for purposes that begin so. */
  beginning(start: string): readonly Kept[] {
    return [...this.#byAccount].flatMap(([account, kept]) =>
      [...kept]
        .filter(([purpose]) => purpose.startsWith(start))
        .map(([purpose, nonce]) => ({ account, purpose, nonce })),
    );
  }
}

/** How it is called in the store. */
export const keptKey = ({ account, purpose }: Pick<Kept, 'account' | 'purpose'>): string => `${account}/${purpose}`;
