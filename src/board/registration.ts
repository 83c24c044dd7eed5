/**
 * Whose addresses are whose: verifies proofs, enters addresses and takes them away again, and says who may speak for one.
 *
 * What it must never do: let anybody speak for an address that leads to somebody else, or take one from its prover for somebody who has proven nothing.
 */
import type { Fault } from '../../machines/board/messages.ts';
import type { RefusedAddress, ServerEmitted, ServerEvent } from '../../machines/board/server.ts';
import { fromHex } from '../bytes.ts';
import type { Absences } from './absences.ts';
import type { Directory } from './directory.ts';
import type { VerifyAddress } from './proof.ts';

/** A client, as it is answered. */
export interface Asker {
  readonly id: string;
  /** @returns whether its machine listens */
  tell(event: ServerEvent): boolean;
}

/** What a client's machine asks of its board. */
export type Asked<Type extends ServerEmitted['type']> = Extract<ServerEmitted, { readonly type: Type }>;

export interface RegistrationOptions<Client extends Asker> {
  readonly directory: Directory<Client>;
  readonly absences: Absences;
  readonly verify: VerifyAddress;
  /** Every address must be proven. */
  readonly mustProve: boolean;
  /** The board's name in proofs. */
  readonly name: () => string;
  readonly report: (error: unknown) => void;
}

/** The registered addresses of one board. */
export class Registration<Client extends Asker> {
  readonly #options: RegistrationOptions<Client>;

  constructor(options: RegistrationOptions<Client>) {
    this.#options = options;
  }

  /** Verifies and enters addresses, then answers. */
  register(client: Client, { id, nonce, addresses, proofs }: Asked<'requestRegistration'>): void {
    const verdicts = addresses.map((address, at) => this.#verdict(address, nonce, proofs[at]));
    const answer = (known: readonly (boolean | undefined)[]) => {
      const entered: string[] = [];
      const refused: RefusedAddress[] = [];
      for (const [at, address] of addresses.entries()) {
        const error = this.#enter(client, address, known[at]);
        if (error === undefined) entered.push(address);
        else refused.push({ address, error });
      }
      const takes = client.tell({ type: 'registered', id, addresses: entered, refused });
      if (!takes) this.release(client, entered);
    };
    if (verdicts.some((verdict) => verdict instanceof Promise))
      Promise.all(verdicts).then(answer).catch(this.#options.report);
    else answer(verdicts.map((verdict) => (verdict instanceof Promise ? false : verdict)));
  }

  /** These addresses lead to this client no more. */
  release(client: Client, addresses: readonly string[]): void {
    const { directory, absences } = this.#options;
    for (const address of directory.release(client, addresses)) absences.begin(address);
  }

  /** Why a client may not speak for an address: another has registered it, or nobody has and somebody must. */
  foreign(client: Client, address: string): Fault | undefined {
    const holder = this.#options.directory.find({ byAddress: address });
    if (holder === client) return undefined;
    if (holder !== undefined) return 'foreignAddress';
    return this.#options.mustProve ? 'proofNeeded' : undefined;
  }

  /** `true` proven, `false` badly proven, `undefined` not proven. */
  #verdict(address: string, nonce: string, proof: string | undefined): boolean | undefined | Promise<boolean> {
    if (proof === undefined) return undefined;
    const { verify, name, report } = this.#options;
    try {
      const verdict = verify({ name: name(), nonce, address }, fromHex(proof));
      if (typeof verdict === 'boolean') return verdict;
      return verdict.catch((error: unknown) => {
        report(error);
        return false;
      });
    } catch (error) {
      report(error);
      return false;
    }
  }

  #enter(client: Client, address: string, proven: boolean | undefined): Fault | undefined {
    const { directory, absences, mustProve } = this.#options;
    if (proven === false) return 'badProof';
    if (proven === undefined && mustProve) return 'proofNeeded';
    const entry = directory.register(address, client, proven === true);
    if (entry.taken) return 'addressTaken';
    entry.displaced?.tell({ type: 'displaced', address });
    absences.end(address);
    return undefined;
  }
}
