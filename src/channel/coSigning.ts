/** Whether both have signed what a node shows. What we have signed ourselves in this process needs no proof. */
import { otherParty } from '../../machines/channel/messages.ts';
import type { PartyInput } from '../../machines/channel/party/types.ts';
import { fromHex, toHex } from '../bytes.ts';
import { Recent } from './recent.ts';
import type { Seen } from './seen.ts';
import { signedBy } from './signing.ts';
import { readTransaction } from './transactionText.ts';

/** The signatures of one channel. */
export class CoSigning {
  readonly #input: Pick<PartyInput, 'role' | 'keys' | 'era'>;
  /** Legacy chains have none. */
  readonly #networkId: string | undefined;
  /** Our own signatures in hexadecimal, by the hash of what was signed. */
  readonly #own = new Recent<string>(16);

  /** @param networkId of the chain, for modern encodings */
  constructor(input: Pick<PartyInput, 'role' | 'keys' | 'era'>, networkId = 'ae_devnet') {
    this.#input = input;
    this.#networkId = input.era === 'legacy' ? undefined : networkId;
  }

  /** We have signed. @param id the hash of what was signed, hexadecimal */
  keep(id: string, signature: Uint8Array): void {
    this.#own.keep(id, toHex(signature));
  }

  async isCoSigned(seen: Seen): Promise<boolean> {
    if (seen.kind === 'unreadable' || seen.signatures.length < 2) return false;
    const { transaction } = readTransaction(seen.tx);
    if (transaction.type !== 'signed') return false;
    const { role, keys } = this.#input;
    const own = this.#own.get(seen.id);
    const isOurs = own !== undefined && seen.signatures.includes(own);
    const signatures = transaction.signatures.filter((_, at) => !isOurs || seen.signatures[at] !== own);
    for (const key of isOurs ? [keys[otherParty(role)]] : [keys.initiator, keys.responder]) {
      if ((await signedBy({ ...transaction, signatures }, fromHex(key), this.#networkId)) === undefined) return false;
    }
    return true;
  }
}
