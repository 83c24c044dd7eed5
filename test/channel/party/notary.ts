/** Who writes and signs the transactions of one channel, with the keys of both parties: it knows their formats, and nothing of the machines. */
import { decode, type Era, encode } from '../../../src/channel/encoding.ts';
import { channelId, stateHash } from '../../../src/channel/hashes.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { type Signing, sign, signedBy } from '../../../src/channel/signing.ts';
import type { Unsigned } from '../../../src/channel/transactions.ts';
import { signerFromSeed } from '../../../src/keys/index.ts';
import type { Signer } from '../../../src/signer.ts';

export type Role = 'initiator' | 'responder';
export const other = (role: Role): Role => (role === 'initiator' ? 'responder' : 'initiator');

export const signerOf = (seed: number): Promise<Signer> => signerFromSeed(new Uint8Array(32).fill(seed));
const never = new AbortController().signal;
const network = 'ae_devnet';

/** Two parties, and what they have agreed on outside. */
export interface Pair {
  readonly era: Era;
  readonly signers: Readonly<Record<Role, Signer>>;
  readonly accounts: Readonly<Record<Role, string>>;
}

export async function pairOf(era: Era): Promise<Pair> {
  const signers = { initiator: await signerOf(1), responder: await signerOf(2) };
  const accounts = {
    initiator: encode('ak', era, signers.initiator.publicKey),
    responder: encode('ak', era, signers.responder.publicKey),
  };
  return { era, signers, accounts };
}

/** As in the text. */
export const terms = {
  initiatorAmount: 10n,
  responderAmount: 10n,
  pushAmount: 3n,
  channelReserve: 2n,
  lockPeriod: 10,
  ttl: 1000,
};

export type Shares = readonly [initiator: bigint, responder: bigint];

/** Writes and signs the transactions of one channel. */
export class Notary {
  readonly pair: Pair;
  readonly id: Uint8Array;

  constructor(pair: Pair) {
    this.pair = pair;
    this.id = channelId(this.key('initiator'), 5n, this.key('responder'));
  }

  key(role: Role): Uint8Array {
    return this.pair.signers[role].publicKey;
  }

  get signing(): Signing {
    return this.pair.era === 'legacy' ? { form: 'raw' } : { form: 'networkHash', networkId: network };
  }

  write(transaction: Unsigned): string {
    return encode('tx', this.pair.era, encodeTransaction(transaction));
  }

  hash([initiator, responder]: Shares): Uint8Array {
    const balances = [
      { account: this.key('initiator'), balance: initiator },
      { account: this.key('responder'), balance: responder },
    ];
    return stateHash(balances, this.pair.era === 'legacy' ? '2018' : 'today');
  }

  /** The create transaction, whose first state has these shares. */
  create(
    shares: Shares = [7n, 13n],
    changes: Partial<Extract<Unsigned, { type: 'channelCreate'; era: 'today' }>> = {},
  ): string {
    const common = {
      type: 'channelCreate',
      initiator: this.key('initiator'),
      responder: this.key('responder'),
      initiatorAmount: terms.initiatorAmount,
      responderAmount: terms.responderAmount,
      channelReserve: terms.channelReserve,
      lockPeriod: BigInt(terms.lockPeriod),
      ttl: BigInt(terms.ttl),
      fee: 1n,
      nonce: 5n,
      stateHash: this.hash(shares),
    } as const;
    const { era: _era, initiatorDelegates: _i, responderDelegates: _r, ...changed } = changes;
    return this.write(
      this.pair.era === 'legacy'
        ? { ...common, ...changed, era: '2018' }
        : { ...common, ...changed, era: 'today', initiatorDelegates: [], responderDelegates: [] },
    );
  }

  /** The state of a round, after `from` has paid `amount`. */
  state(round: number, from: Role, amount: bigint, shares: Shares, changes: { channelId?: Uint8Array } = {}): string {
    const common = {
      type: 'channelOffchain',
      channelId: changes.channelId ?? this.id,
      round: BigInt(round),
      stateHash: this.hash(shares),
    } as const;
    return this.write(
      this.pair.era === 'legacy'
        ? {
            ...common,
            era: '2018',
            updates: [{ op: 'transfer', from: this.key(from), to: this.key(other(from)), amount }],
          }
        : { ...common, era: 'today' },
    );
  }

  /** A deposit of this party, or a withdrawal, which leaves the two with these shares. */
  funding(
    kind: 'deposit' | 'withdraw',
    round: number,
    party: Role,
    amount: bigint,
    shares: Shares,
    changes: { channelId?: Uint8Array; fee?: bigint } = {},
  ): string {
    const common = {
      channelId: changes.channelId ?? this.id,
      amount,
      ttl: 0n,
      fee: changes.fee ?? 1n,
      stateHash: this.hash(shares),
      round: BigInt(round),
      nonce: 7n,
    } as const;
    return this.write(
      kind === 'deposit'
        ? { ...common, type: 'channelDeposit', from: this.key(party) }
        : { ...common, type: 'channelWithdraw', to: this.key(party) },
    );
  }

  /** Closes alone, with the last state that the chain has seen. */
  closeSolo(nonce = 8n): string {
    const nothing = new Uint8Array();
    const common = { channelId: this.id, payload: nothing, poi: nothing, ttl: 0n, fee: 1n, nonce } as const;
    return this.write({ ...common, type: 'channelCloseSolo', from: this.key('responder') });
  }

  close([initiatorAmount, responderAmount]: Shares, fee = 1n, changes: { channelId?: Uint8Array } = {}): string {
    const common = {
      type: 'channelCloseMutual',
      channelId: changes.channelId ?? this.id,
      initiatorAmount,
      responderAmount,
      ttl: 0n,
      fee,
      nonce: 6n,
    } as const;
    return this.write(
      this.pair.era === 'legacy'
        ? { ...common, era: '2018' }
        : { ...common, era: 'today', from: this.key('initiator') },
    );
  }

  /** The transaction with one signature more. */
  async signed(tx: string, signer: Signer): Promise<string> {
    const { era, bytes } = decode(tx, 'tx');
    return encode('tx', era, encodeTransaction(await sign(decodeTransaction(bytes), signer, this.signing, never)));
  }

  async cosigned(tx: string): Promise<string> {
    const { initiator, responder } = this.pair.signers;
    return this.signed(await this.signed(tx, initiator), responder);
  }

  /** Who has signed it, and nobody else. */
  async signersOf(tx: string): Promise<Role[]> {
    const transaction = decodeTransaction(decode(tx, 'tx').bytes);
    if (transaction.type !== 'signed') return [];
    const found: Role[] = [];
    for (const role of ['initiator', 'responder'] as const) {
      if ((await signedBy(transaction, this.key(role), network)) !== undefined) found.push(role);
    }
    return found.length === transaction.signatures.length ? found : [];
  }
}
