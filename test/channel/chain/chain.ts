/** A chain by itself, and transactions that are made by hand. */

import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { encode } from '../../../src/channel/encoding.ts';
import { channelId } from '../../../src/channel/hashes.ts';
import { encodeTransaction } from '../../../src/channel/serialization.ts';
import { Chain, type ChainOptions } from '../../../src/channel/serve.ts';
import { sign } from '../../../src/channel/signing.ts';
import type { Signed, Unsigned } from '../../../src/channel/transactions.ts';
import { alice, bob, type Person } from '../node/world.ts';

export const newChain = (options: Partial<ChainOptions> = {}): Promise<Chain> =>
  new Chain({ store: new MemoryStore(), blockMs: 0, ...options }).start();

export interface CreateTerms {
  readonly initiator?: Person;
  readonly responder?: Person;
  readonly initiatorAmount?: bigint;
  readonly responderAmount?: bigint;
  readonly channelReserve?: bigint;
  readonly ttl?: bigint;
  readonly fee?: bigint;
  readonly nonce?: bigint;
}

export function createTx({ initiator = alice, responder = bob, ...terms }: CreateTerms = {}): Unsigned {
  return {
    type: 'channelCreate',
    era: '2018',
    initiator: initiator.signer.publicKey,
    responder: responder.signer.publicKey,
    initiatorAmount: 10n,
    responderAmount: 10n,
    channelReserve: 2n,
    lockPeriod: 10n,
    ttl: 0n,
    fee: 1n,
    nonce: 1n,
    stateHash: new Uint8Array(32),
    ...terms,
  };
}

export interface CloseTerms {
  /** The nonce of the create transaction. */
  readonly of?: bigint;
  readonly initiatorAmount?: bigint;
  readonly responderAmount?: bigint;
  readonly fee?: bigint;
  readonly ttl?: bigint;
  readonly nonce?: bigint;
}

export const closeTx = ({ of = 1n, ...terms }: CloseTerms = {}): Unsigned => ({
  type: 'channelCloseMutual',
  era: '2018',
  channelId: channelId(alice.signer.publicKey, of, bob.signer.publicKey),
  initiatorAmount: 9n,
  responderAmount: 10n,
  ttl: 0n,
  fee: 1n,
  nonce: 2n,
  ...terms,
});

/** The transaction as it is posted, signed by these. */
export async function posted(tx: Unsigned, ...people: readonly Person[]): Promise<string> {
  let whole: Signed = { type: 'signed', signatures: [], transaction: tx };
  for (const { signer } of people.length === 0 ? [alice, bob] : people)
    whole = await sign(whole, signer, { form: 'raw' }, new AbortController().signal);
  return encode('tx', 'legacy', encodeTransaction(whole));
}
