/**
 * Proofs of inclusion: what accounts have in a channel's state, shown to a chain that knows nothing but the state's hash. They go into the
 * transactions with which one party closes or disputes alone.
 *
 * A proof is an object with the tag 60: for each of the six trees of a state its root, and the nodes of the trie from there to what is shown. It
 * comes from strangers: every node is checked against its hash as it is read, so that whatever is found in it was in the state.
 */
import { toHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { bytes, bytesUpTo, group, int, list } from './fields.ts';
import { form } from './forms.ts';
import { accountEntries, type Balance, blake2b256, emptyRoot, type TreesEra, treesHash } from './hashes.ts';
import { byBytes } from './joined.ts';
import { decodeRlp, encodeRlp } from './rlp.ts';
import { lookUp, rootHash } from './trie.ts';
import { Undecodable } from './undecodable.ts';

interface Node {
  readonly hash: Uint8Array;
  readonly parts: readonly Uint8Array[];
}

interface Tree {
  readonly root: Uint8Array;
  readonly nodes: readonly Node[];
}

/** None where a tree is empty. */
type Trees = readonly Tree[];

interface Poi {
  readonly accounts: Trees;
  /** Those of calls, channels, contracts, names and oracles. */
  readonly others: readonly Trees[];
}

const longest = 65_536;
/** More nodes than a proof of two accounts can have. */
const mostNodes = 1_024;

const hash = bytes(32);
const parts = list(bytesUpTo(longest), 17);

const node = group<Node>(2, (pass, given) => ({
  hash: pass(hash, given?.hash),
  parts: pass(parts, given?.parts),
}));

const nodes = list(node, mostNodes);

const tree = group<Tree>(2, (pass, given) => ({
  root: pass(hash, given?.root),
  nodes: pass(nodes, given?.nodes),
}));

const trees = list(tree, 1);
const otherTrees = [0, 1, 2, 3, 4] as const;

const poiForm = form<Poi>(60, 1, 6, (pass, given) => ({
  accounts: pass(trees, given?.accounts),
  others: otherTrees.map((at) => pass(trees, given?.others[at])),
}));

/** What a proof shows. */
export interface Proof {
  /** Whether it is one of the state with this hash, in whichever era that was hashed. */
  isOf(stateHash: Uint8Array): boolean;
  /** What an account has in that state, or `undefined` where the proof does not show it. @param account its key, 32 bytes */
  balance(account: Uint8Array): bigint | undefined;
}

/**
 * Shows what accounts have in a state, 32 bytes of key each: as text `pi_…`.
 *
 * ```ts
 * const state = [{ account: initiator, balance: 7n }, { account: responder, balance: 4n }];
 * readProof(proofOfBalances(state)).isOf(stateHash(state, 'today')); // true
 * ```
 *
 * @param balances of the whole state
 * @param shown whose balances are shown; default: all of them
 * @throws LocalMisuse `badKey` when a key has not 32 bytes, is there twice, or is to be shown and not there; `wrongField` for a balance below 0
 */
export function proofOfBalances(
  balances: readonly Balance[],
  shown: readonly Uint8Array[] = balances.map(({ account }) => account),
): Uint8Array {
  const all = new Map<string, Node>();
  const root = rootHash(accountEntries(balances), blake2b256, (name, item) => {
    // Accounts are longer than a hash: no node of theirs is ever inside of another.
    all.set(toHex(name), { hash: name, parts: item.filter((part) => part instanceof Uint8Array) });
  });
  const byName = new Map([...all].map(([name, { parts: of }]) => [name, of]));
  const way = new Set(shown.flatMap((key) => wayTo(root, byName, key)));
  const used = [...all].filter(([name]) => way.has(name)).map(([, one]) => one);
  return poiForm.write({
    accounts: [{ root, nodes: used.toSorted((one, other) => byBytes(one.hash, other.hash)) }],
    others: otherTrees.map(() => []),
  });
}

function wayTo(
  root: Uint8Array,
  byName: ReadonlyMap<string, readonly Uint8Array[]>,
  key: Uint8Array,
): readonly string[] {
  const found = lookUp(root, byName, key);
  if (found !== undefined) return found.way;
  throw new LocalMisuse('An account was to be shown that is not in the state.', { code: 'badKey' });
}

function opened(given: Uint8Array): Poi {
  if (given.length > longest) throw new Undecodable('wrongLength', 'The proof of inclusion is too long.');
  const item = decodeRlp(given);
  const [tag, version, ...fields] = item instanceof Uint8Array ? [] : item;
  const isPoi = tag !== undefined && version !== undefined && int.read(tag) === 60n && int.read(version) === 1n;
  if (!isPoi || fields.length !== poiForm.count) {
    throw new Undecodable('unknownTag', 'The bytes are no proof of inclusion.');
  }
  return poiForm.read(fields);
}

const rootOf = ([first]: Trees): Uint8Array => first?.root ?? emptyRoot;

/** The balance of an account as it lies in the tree, or `undefined` for what is none. */
function balanceOf(value: Uint8Array): bigint | undefined {
  const item = decodeRlp(value);
  if (item instanceof Uint8Array || item.length !== 4) return undefined;
  const [tag, version, , balance] = item.map((field) => int.read(field));
  return tag === 10n && version === 1n ? balance : undefined;
}

/**
 * Reads a proof.
 *
 * @param given whatever somebody may have sent
 * @throws Undecodable also for a node that is not what its hash says
 */
export function readProof(given: Uint8Array): Proof {
  const { accounts, others } = opened(given);
  const roots = [accounts, ...others].map(rootOf);
  const byName = new Map<string, readonly Uint8Array[]>();
  for (const { hash: name, parts: of } of accounts[0]?.nodes ?? []) {
    if (byBytes(blake2b256(encodeRlp(of)), name) !== 0) {
      throw new Undecodable('wrongField', 'A node of the proof of inclusion has the hash of something else.');
    }
    byName.set(toHex(name), of);
  }
  const eras: readonly TreesEra[] = ['2018', 'today'];
  return {
    isOf: (stateHash) => eras.some((era) => byBytes(treesHash(roots, era), stateHash) === 0),
    balance(account) {
      const found = lookUp(rootOf(accounts), byName, account);
      return found === undefined ? undefined : balanceOf(found.value);
    },
  };
}
