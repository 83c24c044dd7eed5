/**
 * Who signs. A role never sees a secret key: it asks for a signature, and a wallet, a device or a person behind this interface gives it.
 */

/** Signs with one key that stays where it is. */
export interface Signer {
  /** Ed25519 public key, 32 bytes. For reading only. */
  readonly publicKey: Uint8Array;
  /**
   * The Ed25519 signature of `bytes`, 64 bytes. May take as long as a person takes; `signal` is aborted when the request is withdrawn
   * (overtaken by a conflict, say), and an open prompt should close then. A rejection means that the signer refused,
   * or, with the signal's own reason, that it was not asked in time.
   */
  sign(bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}
