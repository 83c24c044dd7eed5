/**
 * The trees of a channel's state as bytes: what a node gives to a client that asks for the whole state. Only the tree of accounts has something in it.
 */

import { int } from './fields.ts';
import { accountEntries, type Balance } from './hashes.ts';
import { byBytes } from './joined.ts';
import { encodeRlp } from './rlp.ts';
import type { Entry } from './trie.ts';

const tags = { trees: 62n, tree: 63n, value: 64n } as const;

/** Of contracts, calls, channels, names, oracles and accounts. */
const treeTags = [621n, 622n, 623n, 624n, 625n, 626n] as const;
const accounts = 626n;

const head = (tag: bigint, version = 1n) => [int.write(tag), int.write(version)];

const value = ({ key, value: item }: Entry) => encodeRlp([...head(tags.value), key, item]);

const tree = (entries: readonly Entry[]) => encodeRlp([...head(tags.tree), entries.map(value)]);

/** All trees of the state in which these are the balances. */
export function serializedTrees(balances: readonly Balance[]): Uint8Array {
  const entries = accountEntries(balances).toSorted((one, other) => byBytes(one.key, other.key));
  return encodeRlp([
    ...head(tags.trees, 0n),
    ...treeTags.map((tag) => encodeRlp([...head(tag), tree(tag === accounts ? entries : [])])),
  ]);
}
