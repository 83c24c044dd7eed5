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

/** Is told of each node that others point to by its hash. */
type Keep = (hash: Uint8Array, node: readonly Item[]) => void;

function hashOf(node: readonly Item[], hash: Hash, keep?: Keep, bytes = encodeRlp(node)): Uint8Array {
  const name = hash(bytes);
  keep?.(name, node);
  return name;
}

/** A node as another node holds it: by its hash, or itself where that is shorter. */
function reference(node: readonly Item[], hash: Hash, keep?: Keep): Item {
  const bytes = encodeRlp(node);
  return bytes.length < 32 ? node : hashOf(node, hash, keep, bytes);
}

/** Sixteen ways on from the digit at `at`, and no value: keys of one length never end on the way. */
function branch(entries: readonly Entry[], at: number, hash: Hash, keep?: Keep): readonly Item[] {
  const ways = Array.from({ length: 17 }, (): Item => empty);
  for (const entry of entries) {
    const way = digit(entry.key, at);
    if (ways[way] !== empty) continue;
    const there = entries.filter(({ key }) => digit(key, at) === way);
    ways[way] = reference(nodeOf(there, at + 1, hash, keep), hash, keep);
  }
  return ways;
}

/** What is under the digits before `start`, which all of the keys share. */
function nodeOf(entries: readonly Entry[], start: number, hash: Hash, keep?: Keep): readonly Item[] {
  const [first, ...others] = entries;
  if (first === undefined) return [];
  const { key, value } = first;
  if (others.length === 0) return [hexPrefix(key, start, 2 * key.length, true), value];
  const fork = forkOf(entries, start);
  if (fork === start) return branch(entries, start, hash, keep);
  // What is shared always points to a hash: a branch with two values or hashes in it may be short, but is never put in here.
  return [hexPrefix(key, start, fork, false), hashOf(branch(entries, fork, hash, keep), hash, keep)];
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
  return hashOf(nodeOf(entries, 0, hash, keep), hash, keep);
}

/** What is under a key, and the names of the nodes on the way to it. */
export interface Found {
  readonly value: Uint8Array;
  readonly way: readonly string[];
}

const nibbles = (key: Uint8Array) => Array.from({ length: 2 * key.length }, (_, at) => digit(key, at));

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
    const way = path[at];
    return way === undefined ? undefined : { to: parts[way] ?? empty, at: at + 1, isValue: false };
  }
  const [flag = 4, ...digits] = nibbles(first);
  const shared = flag % 2 === 1 ? digits : digits.slice(1);
  const isValue = flag > 1;
  const end = at + shared.length;
  const fits = parts.length === 2 && flag < 4 && shared.every((each, index) => each === path[at + index]);
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
