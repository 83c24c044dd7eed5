/**
 * The root of a Merkle Patricia trie, as Ethereum's, but with another hash and with other keys: account keys of one length, as they are. Nothing is
 * kept: the trees of a channel hold two accounts, and are made anew for each state.
 */
import { toHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { encodeRlp, type Item } from './rlp.ts';

/** What is under a key. */
export interface Entry {
  /** As long as every other key. */
  readonly key: Uint8Array;
  /** Not empty. */
  readonly value: Uint8Array;
}

type Hash = (bytes: Uint8Array) => Uint8Array;

/** A key's digit: a number below 16. */
function digit(key: Uint8Array, at: number): number {
  const byte = key[at >> 1] ?? 0;
  return at % 2 === 0 ? byte >> 4 : byte & 15;
}

/** A key's digits from `start` to `end` and, in the first digit, whether a value follows and whether the number of digits is odd. */
function hexPrefix(key: Uint8Array, start: number, end: number, isLeaf: boolean): Uint8Array {
  const odd = (end - start) % 2;
  const path = new Uint8Array(1 + (end - start - odd) / 2);
  path[0] = (isLeaf ? 32 : 0) + (odd === 0 ? 0 : 16 + digit(key, start));
  for (let at = start + odd, to = 1; at < end; at += 2, to += 1) path[to] = digit(key, at) * 16 + digit(key, at + 1);
  return path;
}

const empty = new Uint8Array(0);

/** The first digit from `start` on in which not all keys are the same. */
function forkOf([first, ...others]: readonly Entry[], start: number): number {
  if (first === undefined) return start;
  let at = start;
  while (at < 2 * first.key.length && others.every(({ key }) => digit(key, at) === digit(first.key, at))) at += 1;
  return at;
}

/** A node as another node holds it: by its hash, or itself where that is shorter. */
function reference(node: Item, hash: Hash): Item {
  const bytes = encodeRlp(node);
  return bytes.length < 32 ? node : hash(bytes);
}

/** Sixteen ways on from the digit at `at`, and no value: keys of one length never end on the way. */
function branch(entries: readonly Entry[], at: number, hash: Hash): Item {
  const ways = Array.from({ length: 17 }, (): Item => empty);
  for (const entry of entries) {
    const way = digit(entry.key, at);
    if (ways[way] !== empty) continue;
    const there = entries.filter(({ key }) => digit(key, at) === way);
    ways[way] = reference(nodeOf(there, at + 1, hash), hash);
  }
  return ways;
}

/** What is under the digits before `start`, which all of the keys share. */
function nodeOf(entries: readonly Entry[], start: number, hash: Hash): Item {
  const [first, ...others] = entries;
  if (first === undefined) return empty;
  const { key, value } = first;
  if (others.length === 0) return [hexPrefix(key, start, 2 * key.length, true), value];
  const fork = forkOf(entries, start);
  if (fork === start) return branch(entries, start, hash);
  // What is shared always points to a hash: a branch with two values or hashes in it may be short, but is never put in here.
  return [hexPrefix(key, start, fork, false), hash(encodeRlp(branch(entries, fork, hash)))];
}

/**
 * The hash of the trie's root; as many zero bytes as a hash has for a trie without entries.
 *
 * @throws LocalMisuse `badKey` for a key that is there twice
 */
export function rootHash(entries: readonly Entry[], hash: Hash): Uint8Array {
  if (entries.length === 0) return new Uint8Array(32);
  if (new Set(entries.map(({ key }) => toHex(key))).size < entries.length) {
    throw new LocalMisuse('Two balances were given for one account.', { code: 'badKey' });
  }
  return hash(encodeRlp(nodeOf(entries, 0, hash)));
}
