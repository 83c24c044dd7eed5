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

interface Leaf {
  /** Numbers below 16: what is left of the key. */
  readonly path: readonly number[];
  readonly value: Uint8Array;
}

type Hash = (bytes: Uint8Array) => Uint8Array;

const nibbles = (key: Uint8Array) => Array.from(toHex(key), (digit) => Number.parseInt(digit, 16));

/** A path with, in its first digit, whether a value follows and whether the number of digits is odd. */
function hexPrefix(path: readonly number[], isLeaf: boolean): Uint8Array {
  const flag = (isLeaf ? 2 : 0) + (path.length % 2);
  const digits = path.length % 2 === 0 ? [flag, 0, ...path] : [flag, ...path];
  return Uint8Array.from(
    { length: digits.length / 2 },
    (_, at) => (digits[2 * at] ?? 0) * 16 + (digits[2 * at + 1] ?? 0),
  );
}

const empty = new Uint8Array(0);

/** How many digits all paths begin with. */
function sharedLength([first, ...others]: readonly Leaf[]): number {
  const path = first?.path ?? [];
  const end = path.findIndex((digit, at) => others.some((other) => other.path[at] !== digit));
  return end === -1 ? path.length : end;
}

const behind = (leaves: readonly Leaf[], length: number) =>
  leaves.map(({ path, value }) => ({ path: path.slice(length), value }));

/** A node as another node holds it: by its hash, or itself where that is shorter. */
function reference(node: Item, hash: Hash): Item {
  const bytes = encodeRlp(node);
  return bytes.length < 32 ? node : hash(bytes);
}

/** Sixteen ways on, and no value: keys of one length never end on the way. */
function branch(leaves: readonly Leaf[], hash: Hash): Item {
  const ways = Array.from({ length: 16 }, (_, digit) => {
    const there = leaves.filter(({ path }) => path[0] === digit);
    return there.length === 0 ? empty : reference(nodeOf(behind(there, 1), hash), hash);
  });
  return [...ways, empty];
}

function nodeOf(leaves: readonly Leaf[], hash: Hash): Item {
  const [leaf, ...others] = leaves;
  if (leaf !== undefined && others.length === 0) return [hexPrefix(leaf.path, true), leaf.value];
  const shared = sharedLength(leaves);
  if (shared === 0) return branch(leaves, hash);
  // What is shared always points to a hash: a branch with two values or hashes in it may be short, but is never put in here.
  const path = hexPrefix(leaf?.path.slice(0, shared) ?? [], false);
  return [path, hash(encodeRlp(branch(behind(leaves, shared), hash)))];
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
  const leaves = entries.map(({ key, value }) => ({ path: nibbles(key), value }));
  return hash(encodeRlp(nodeOf(leaves, hash)));
}
