/** The next block: everything that waits, in the order in which it was posted, as far as it still can be. Nothing here is kept yet. */
import { toHex } from '../bytes.ts';
import { type Books, Refusal, Sheet } from './chainBooks.ts';
import type { Posting } from './chainPosting.ts';
import type { ChannelEvent, Entry, Head } from './chainRecords.ts';
import { carryOut } from './chainRules.ts';
import { blake2b256 } from './hashes.ts';
import { joined } from './joined.ts';

/** A transaction in the mempool. */
export interface Waiting extends Posting {
  /** In which order it was posted. */
  readonly order: number;
}

/** What a block changes. */
export interface Block {
  readonly head: Head;
  readonly sheet: Sheet;
  /** The transactions that do not wait any more. */
  readonly entries: ReadonlyMap<string, Entry | undefined>;
  readonly events: readonly (ChannelEvent & { readonly channel: string })[];
  /** Why a transaction is in no block, and not in the mempool any more. */
  readonly dropped: ReadonlyMap<string, string>;
}

/** The hash of the block of that height: on a chain of one node nothing more hangs on it. */
export const blockHash = (height: number): Uint8Array =>
  blake2b256(joined(new TextEncoder().encode('statewire block'), new TextEncoder().encode(`${height}`)));

/** Carries a transaction out, all of it or nothing. @returns why not, or `undefined` */
export function tried(sheet: Sheet, posting: Posting, height: number): string | undefined {
  const own = new Sheet(sheet);
  try {
    carryOut(own, posting, height);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  sheet.take(own);
  return undefined;
}

/** @param isKnown whether the store has an account already: what others have was given to them */
export function nextBlock(
  books: Books,
  last: Head,
  mempool: Iterable<Waiting>,
  isKnown: (account: string) => boolean,
): Block {
  const height = last.height + 1;
  const sheet = new Sheet(books);
  const entries = new Map<string, Entry | undefined>();
  const events: (ChannelEvent & { readonly channel: string })[] = [];
  const dropped = new Map<string, string>();
  for (const posting of mempool) {
    const { hash, tx, order, channel, deed } = posting;
    const before = sheet.channel(channel)?.round ?? 1n;
    const refusal = tried(sheet, posting, height);
    if (refusal !== undefined) dropped.set(hash, refusal);
    else events.push({ channel, hash, kind: deed, round: sheet.channel(channel)?.round ?? before, height });
    entries.set(hash, refusal === undefined ? { tx, order, height } : undefined);
  }
  const { fees, burnt } = sheet.totals;
  const given = [...sheet.accounts.keys()]
    .filter((key) => !isKnown(key))
    .reduce((sum, key) => sum + books.account(key).balance, last.given);
  const head = {
    ...last,
    height,
    hash: toHex(blockHash(height)),
    fees: last.fees + fees,
    burnt: last.burnt + burnt,
    given,
  };
  return { head, sheet, entries, events, dropped };
}
