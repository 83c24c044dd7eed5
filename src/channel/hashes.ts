/** The hashes of a channel: all of them BLAKE2b of 256 bits. */
import { blake2b } from '@noble/hashes/blake2.js';
import { fromHex, nameOf, toHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { int } from './fields.ts';
import { joined } from './joined.ts';
import { Recent } from './recent.ts';
import { encodeRlp } from './rlp.ts';
import { type Entry, rootHash } from './trie.ts';

/** BLAKE2b with 32 bytes of hash. */
export const blake2b256 = (bytes: Uint8Array): Uint8Array => blake2b(bytes, { dkLen: 32 });

/** Of what is signed: bytes that more than one of its signatures, its name and its proof need the hash of. */
const signedHashes = new Recent<Uint8Array>();
/** Bytes of what is kept: more than anything has that is signed while a channel is open. */
const longestKept = 1_024;

/** The hash of what is signed, 32 bytes: it names the transaction, and is what clients of today sign. */
export function unsignedHash(bytes: Uint8Array): Uint8Array {
  if (bytes.length > longestKept) return blake2b256(bytes);
  const name = nameOf(bytes);
  return signedHashes.get(name) ?? signedHashes.keep(name, blake2b256(bytes));
}

/**
 * The hash by which the chain knows a transaction, 32 bytes; as text `th_…`.
 *
 * @param signed the bytes of the `signed_tx`, with all of its signatures in order (`inOrder`)
 */
export const transactionHash = (signed: Uint8Array): Uint8Array => blake2b256(signed);

const bigEndian = (value: bigint, length: number) => fromHex(value.toString(16).padStart(2 * length, '0'));

function checkKey(key: Uint8Array): Uint8Array {
  if (key.length === 32) return key;
  throw new LocalMisuse(`An account was given with a key of ${key.length} bytes; keys have 32.`, { code: 'badKey' });
}

/**
 * The id of the channel that a `channel_create_tx` opens, 32 bytes; as text `ch_…`.
 *
 * @param nonce the transaction's
 * @throws LocalMisuse `badKey`; `wrongField` for a nonce that is none
 */
export function channelId(initiator: Uint8Array, nonce: bigint, responder: Uint8Array): Uint8Array {
  int.write(nonce);
  return blake2b256(joined(checkKey(initiator), bigEndian(nonce, 32), checkKey(responder)));
}

/** What an account has in a channel. */
export interface Balance {
  /** Its key, 32 bytes. */
  readonly account: Uint8Array;
  readonly balance: bigint;
  /** Default: 0. Transfers leave it alone. */
  readonly nonce?: bigint;
}

/** With which version the roots of the trees are hashed: 15 by the nodes of the protocol text, 1 today. */
const treesVersion = { '2018': 15n, today: 1n } as const;

/** Which of the two. */
export type TreesEra = keyof typeof treesVersion;

/** The root of a tree with nothing in it. */
export const emptyRoot = new Uint8Array(32);

/** An account as it lies in the tree: tag 10, version 1. */
const accountObject = ({ balance, nonce = 0n }: Balance) =>
  encodeRlp([int.write(10n), int.write(1n), int.write(nonce), int.write(balance)]);

/** What accounts have, as a tree's entries. @throws LocalMisuse `badKey`, `wrongField` */
export const accountEntries = (balances: readonly Balance[]): readonly Entry[] =>
  balances.map((one) => ({ key: checkKey(one.account), value: accountObject(one) }));

/** The hash of a state by the roots of its trees: accounts, calls, channels, contracts, names, oracles. */
export const treesHash = (roots: readonly Uint8Array[], era: TreesEra): Uint8Array =>
  blake2b256(joined(bigEndian(treesVersion[era], 8), ...roots));

/** What was hashed last: whoever proposes or judges a state asks for its hash several times. */
const recent = new Recent<Uint8Array>();

/**
 * The hash of a channel's state, 32 bytes; as text `st_…`. A state is what the accounts have: calls, channels, contracts, names and oracles are
 * hashed with it, and empty in a channel that only pays.
 *
 * @param balances one for each account, in any order
 * @throws LocalMisuse `badKey` when a key has not 32 bytes or is there twice; `wrongField` for a balance below 0 or beyond 2^256 - 1
 */
export function stateHash(balances: readonly Balance[], era: TreesEra): Uint8Array {
  const name = [
    era,
    ...balances.flatMap(({ account, balance, nonce = 0n }) => [toHex(account), balance, nonce]),
  ].join();
  return recent.get(name) ?? recent.keep(name, freshStateHash(balances, era));
}

function freshStateHash(balances: readonly Balance[], era: TreesEra): Uint8Array {
  const others = Array.from({ length: 5 }, () => emptyRoot);
  return treesHash([rootHash(accountEntries(balances), blake2b256), ...others], era);
}
