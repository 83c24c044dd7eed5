/** A channel of ten each on a chain by itself, and everything that can be done with it, in either era. */
import { toHex } from '../../../src/bytes.ts';
import { type Era, encode } from '../../../src/channel/encoding.ts';
import { type Balance, channelId, stateHash } from '../../../src/channel/hashes.ts';
import { proofOfBalances } from '../../../src/channel/poi.ts';
import { encodeTransaction } from '../../../src/channel/serialization.ts';
import type { Chain, ChainChannel, ChainOptions } from '../../../src/channel/serve.ts';
import { type Signing, sign } from '../../../src/channel/signing.ts';
import type { Signed, Unsigned } from '../../../src/channel/transactions.ts';
import { alice, bob, type Person } from '../node/world.ts';
import { newChain } from './chain.ts';

export const networkId = 'ae_devnet';

const signings: Readonly<Record<Era, Signing>> = {
  legacy: { form: 'raw' },
  modern: { form: 'networkHash', networkId },
};

export const eras: readonly Era[] = ['legacy', 'modern'];

/** The transaction with these signatures. */
export async function signedBy(tx: Unsigned, era: Era, people: readonly Person[]): Promise<Signed> {
  let whole: Signed = { type: 'signed', signatures: [], transaction: tx };
  for (const { signer } of people) whole = await sign(whole, signer, signings[era], new AbortController().signal);
  return whole;
}

export const asText = (signed: Signed, era: Era): string => encode('tx', era, encodeTransaction(signed));

export const text = async (tx: Unsigned, era: Era, ...people: readonly Person[]): Promise<string> =>
  asText(await signedBy(tx, era, people), era);

export const id = channelId(alice.signer.publicKey, 1n, bob.signer.publicKey);
export const idHex = toHex(id);

/** What both have, the initiator's first. */
export type Split = readonly [bigint, bigint];

export const balances = ([initiator, responder]: Split): readonly Balance[] => [
  { account: alice.signer.publicKey, balance: initiator },
  { account: bob.signer.publicKey, balance: responder },
];

export const hashOf = (split: Split, era: Era): Uint8Array =>
  stateHash(balances(split), era === 'legacy' ? '2018' : 'today');

export const proofOf = (split: Split): Uint8Array => proofOfBalances(balances(split));

export function createTx(era: Era, split: Split = [10n, 10n], nonce = 1n, lockPeriod = 5n): Unsigned {
  const terms = {
    type: 'channelCreate',
    initiator: alice.signer.publicKey,
    responder: bob.signer.publicKey,
    initiatorAmount: split[0],
    responderAmount: split[1],
    channelReserve: 2n,
    lockPeriod,
    ttl: 0n,
    fee: 1n,
    nonce,
    stateHash: hashOf(split, era),
  } as const;
  return era === 'legacy'
    ? { ...terms, era: '2018' }
    : { ...terms, era: 'today', initiatorDelegates: [], responderDelegates: [] };
}

export interface StateTerms {
  readonly channel?: Uint8Array;
  readonly by?: readonly Person[];
}

/** The bytes of a co-signed state. */
export async function state(
  era: Era,
  round: bigint,
  split: Split,
  { channel = id, by = [alice, bob] }: StateTerms = {},
): Promise<Uint8Array> {
  const terms = { type: 'channelOffchain', channelId: channel, round, stateHash: hashOf(split, era) } as const;
  const tx: Unsigned = era === 'legacy' ? { ...terms, era: '2018', updates: [] } : { ...terms, era: 'today' };
  return encodeTransaction(await signedBy(tx, era, by));
}

export interface Terms {
  readonly from?: Person;
  readonly nonce: bigint;
  readonly fee?: bigint;
  readonly ttl?: bigint;
  readonly channel?: Uint8Array;
}

const common = ({ from = alice, nonce, fee = 1n, ttl = 0n, channel = id }: Terms) => ({
  channelId: channel,
  from: from.signer.publicKey,
  ttl,
  fee,
  nonce,
});

export const closeSoloTx = (payload: Uint8Array, poi: Uint8Array, terms: Terms): Unsigned => ({
  type: 'channelCloseSolo',
  ...common(terms),
  payload,
  poi,
});

export const slashTx = (payload: Uint8Array, poi: Uint8Array, terms: Terms): Unsigned => ({
  type: 'channelSlash',
  ...common(terms),
  payload,
  poi,
});

export const snapshotTx = (payload: Uint8Array, terms: Terms): Unsigned => ({
  type: 'channelSnapshotSolo',
  ...common(terms),
  payload,
});

export const settleTx = ([initiatorAmount, responderAmount]: Split, terms: Terms): Unsigned => ({
  type: 'channelSettle',
  ...common(terms),
  initiatorAmount,
  responderAmount,
});

export const closeMutualTx = (
  era: Era,
  [initiatorAmount, responderAmount]: Split,
  { from = alice, ...terms }: Terms,
): Unsigned => {
  const { from: key, ...rest } = common({ from, ...terms });
  const closing = { type: 'channelCloseMutual', ...rest, initiatorAmount, responderAmount } as const;
  return era === 'legacy' ? { ...closing, era: '2018' } : { ...closing, era: 'today', from: key };
};

export const depositTx = (era: Era, amount: bigint, round: bigint, after: Split, terms: Terms): Unsigned => ({
  type: 'channelDeposit',
  ...common(terms),
  amount,
  round,
  stateHash: hashOf(after, era),
});

export function withdrawTx(era: Era, amount: bigint, round: bigint, after: Split, terms: Terms): Unsigned {
  const { from, ...rest } = common(terms);
  return { type: 'channelWithdraw', ...rest, to: from, amount, round, stateHash: hashOf(after, era) };
}

export const none = new Uint8Array(0);

/** What each has at the beginning. */
export const start = 1_000n;

/** A chain with one open channel of ten each, at height 1. Alice has 989 beside it, Bob 990; 1 was the fee. */
export async function opened(era: Era, options: Partial<ChainOptions> = {}): Promise<Chain> {
  const accounts = { [alice.modern]: start, [bob.modern]: start };
  const chain = await newChain({ accounts, ...options });
  expect(await chain.post(await text(createTx(era), era, alice, bob))).toBeUndefined();
  await chain.mine();
  return chain;
}

/** Posts it, and puts it into a block. */
export async function included(chain: Chain, tx: string): Promise<void> {
  expect(await chain.post(tx)).toBeUndefined();
  await chain.mine();
}

/** All that anybody has: what was given out, whatever happens. */
export const everything = (chain: Chain): bigint =>
  chain.balance(alice.modern) + chain.balance(bob.modern) + chain.locked + chain.fees + chain.burnt;

export const what = (chain: Chain) => ({
  alice: chain.balance(alice.modern),
  bob: chain.balance(bob.modern),
  locked: chain.locked,
  fees: chain.fees,
  burnt: chain.burnt,
});

export function channelOf(chain: Chain): ChainChannel {
  const known = chain.channel(idHex);
  if (known === undefined) throw new Error('The channel is not there.');
  return known;
}
