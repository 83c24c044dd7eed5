/**
 * Proves a client's addresses: has each one's signer sign the board's name and the nonce of the connection. A proof that is not wanted any more is
 * withdrawn, also from the person who is asked for it.
 */
import { toHex } from '../bytes.ts';
import type { Signer } from '../signer.ts';
import { addressOf, statementOf } from './proof.ts';

/** Signs for an address that is not the signer's own key. */
export interface AddressSigner {
  readonly address: string;
  readonly signer: Signer;
}

/** What came of a request for proofs. */
export type Proven =
  | { readonly type: 'signed'; readonly id: string; readonly proofs: readonly string[] }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string };

const isAddressSigner = (signer: Signer | AddressSigner): signer is AddressSigner => 'signer' in signer;

/** The signers of one client. */
export class Prover {
  readonly #signers: readonly AddressSigner[];
  #signing: AbortController | undefined;

  constructor(signers: readonly (Signer | AddressSigner)[]) {
    this.#signers = signers.map((signer) =>
      isAddressSigner(signer) ? signer : { address: addressOf(signer), signer },
    );
  }

  /** The addresses that can be proven. */
  get addresses(): string[] {
    return this.#signers.map(({ address }) => address);
  }

  /** Asks all signers. @returns what came of it; `undefined` when it was withdrawn */
  async prove(request: {
    readonly id: string;
    readonly name: string;
    readonly nonce: string;
  }): Promise<Proven | undefined> {
    const { id, name, nonce } = request;
    const signing = new AbortController();
    this.#signing = signing;
    try {
      const proofs = await Promise.all(
        this.#signers.map(async ({ address, signer }) =>
          toHex(await signer.sign(statementOf({ name, nonce, address }), signing.signal)),
        ),
      );
      if (proofs.some((proof) => proof.length !== 128)) throw new Error('A signature has 64 bytes.');
      return { type: 'signed', id, proofs };
    } catch (error) {
      if (signing.signal.aborted) return undefined;
      return { type: 'refused', id, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Nobody wants the proofs any more. */
  withdraw(): void {
    this.#signing?.abort();
  }
}
