/**
 * A Merkle Patricia trie, as Ethereum's, but with another hash and with other keys: account keys of one length, as they are. Nothing is kept: the
 * trees of a channel hold two accounts, and are made anew for each state. What others prove with some nodes of a trie is looked up here too.
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

/** Is told of each node that others point to by its hash. */
type Keep = (hash: Uint8Array, node: readonly Item[]) => void;

function hashOf(node: readonly Item[], hash: Hash, keep?: Keep): Uint8Array {
  const name = hash(encodeRlp(node));
  keep?.(name, node);
  return name;
}

/** A node as another node holds it: by its hash, or itself where that is shorter. */
function reference(node: readonly Item[], hash: Hash, keep?: Keep): Item {
  return encodeRlp(node).length < 32 ? node : hashOf(node, hash, keep);
}

/** Sixteen ways on, and no value: keys of one length never end on the way. */
function branch(leaves: readonly Leaf[], hash: Hash, keep?: Keep): readonly Item[] {
  const ways = Array.from({ length: 16 }, (_, digit) => {
    const there = leaves.filter(({ path }) => path[0] === digit);
    return there.length === 0 ? empty : reference(nodeOf(behind(there, 1), hash, keep), hash, keep);
  });
  return [...ways, empty];
}

function nodeOf(leaves: readonly Leaf[], hash: Hash, keep?: Keep): readonly Item[] {
  const [leaf, ...others] = leaves;
  if (leaf !== undefined && others.length === 0) return [hexPrefix(leaf.path, true), leaf.value];
  const shared = sharedLength(leaves);
  if (shared === 0) return branch(leaves, hash, keep);
  // What is shared always points to a hash: a branch with two values or hashes in it may be short, but is never put in here.
  const path = hexPrefix(leaf?.path.slice(0, shared) ?? [], false);
  return [path, hashOf(branch(behind(leaves, shared), hash, keep), hash, keep)];
}

/**
 * The hash of the trie's root; as many zero bytes as a hash has for a trie without entries.
 *
 * @param keep is told of every node, children first
 * @throws LocalMisuse `badKey` for a key that is there twice
 */
export function rootHash(entries: readonly Entry[], hash: Hash, keep?: Keep): Uint8Array {
  if (entries.length === 0) return new Uint8Array(32);
  if (new Set(entries.map(({ key }) => toHex(key))).size < entries.length) {
    throw new LocalMisuse('Two balances were given for one account.', { code: 'badKey' });
  }
  const leaves = entries.map(({ key, value }) => ({ path: nibbles(key), value }));
  return hashOf(nodeOf(leaves, hash, keep), hash, keep);
}

/** What is under a key, and the names of the nodes on the way to it. */
export interface Found {
  readonly value: Uint8Array;
  readonly way: readonly string[];
}

interface Step {
  /** The next node, or the value. */
  readonly to: Uint8Array;
  /** How many digits of the path are behind us then. */
  readonly at: number;
  readonly isValue: boolean;
}

/** Where a node of these parts leads to from a digit of the path on; or nowhere. */
function step(parts: readonly Uint8Array[], path: readonly number[], at: number): Step | undefined {
  const [first = empty, second = empty] = parts;
  if (parts.length === 17) {
    const digit = path[at];
    return digit === undefined ? undefined : { to: parts[digit] ?? empty, at: at + 1, isValue: false };
  }
  const [flag = 4, ...digits] = nibbles(first);
  const shared = flag % 2 === 1 ? digits : digits.slice(1);
  const isValue = flag > 1;
  const end = at + shared.length;
  const fits = parts.length === 2 && flag < 4 && shared.every((digit, index) => digit === path[at + index]);
  return fits && (!isValue || end === path.length) ? { to: second, at: end, isValue } : undefined;
}

/**
 * What is under a key, looked for from the root down, or `undefined` where the nodes do not lead there.
 *
 * @param nodes by the hexadecimal digits of their hashes, which whoever gives them has checked
 */
export function lookUp(
  root: Uint8Array,
  nodes: ReadonlyMap<string, readonly Uint8Array[]>,
  key: Uint8Array,
): Found | undefined {
  const path = nibbles(key);
  const way: string[] = [];
  let here: Step = { to: root, at: 0, isValue: false };
  while (!here.isValue) {
    const name = toHex(here.to);
    const next = step(nodes.get(name) ?? [], path, here.at);
    if (next === undefined) return undefined;
    way.push(name);
    here = next;
  }
  return { value: here.to, way };
}
