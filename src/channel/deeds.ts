/** What one party posts alone, written: a snapshot, a solo close, a slash, a settlement, with the proof of what both have. */
import type { Deed, WatcherInput } from '../../machines/channel/watcherRules.ts';
import { fromHex, toHex } from '../bytes.ts';
import { decode } from './encoding.ts';
import { type Balance, stateHash } from './hashes.ts';
import { proofOfBalances } from './poi.ts';
import { unsigned } from './signatures.ts';
import type { Unsigned } from './transactions.ts';
import { readTransaction } from './transactionText.ts';

export interface Posting {
  readonly nonce: bigint;
  readonly fee: bigint;
}

const empty = new Uint8Array(0);

/** The hash of the state that a text is of, hexadecimal. */
function hashIn(state: string): string | undefined {
  const transaction = unsigned(readTransaction(state).transaction);
  return 'stateHash' in transaction ? toHex(transaction.stateHash) : undefined;
}

/** What both have in that state. Nodes of v0.16 counted payments as transactions, and their hashes tell. */
function balancesOf({ keys, era }: WatcherInput, deed: Deed): readonly Balance[] {
  const counted = (isCounted: boolean): readonly Balance[] =>
    (['initiator', 'responder'] as const).map((party) => ({
      account: fromHex(keys[party]),
      balance: BigInt(deed[`${party}Amount`]),
      nonce: isCounted ? BigInt(deed.payments[party]) : 0n,
    }));
  const hash = hashIn(deed.state);
  const form = era === 'legacy' ? '2018' : 'today';
  const plain = counted(false);
  return hash === undefined || toHex(stateHash(plain, form)) === hash ? plain : counted(true);
}

/**
 * Writes a deed as a transaction, to be signed by the party whose it is.
 *
 * @throws LocalMisuse `wrongField`, `badKey`; Undecodable for a state that cannot be read
 */
export function transactionOf(input: WatcherInput, deed: Deed, { nonce, fee }: Posting): Unsigned {
  const common = {
    channelId: fromHex(input.channelId),
    from: fromHex(input.keys[input.role]),
    ttl: 0n,
    fee,
    nonce,
  };
  if (deed.kind === 'settle') {
    return {
      ...common,
      type: 'channelSettle',
      initiatorAmount: BigInt(deed.initiatorAmount),
      responderAmount: BigInt(deed.responderAmount),
    };
  }
  if (deed.kind === 'snapshot') {
    return { ...common, type: 'channelSnapshotSolo', payload: decode(deed.state, 'tx').bytes };
  }
  return {
    ...common,
    type: deed.kind === 'close' ? 'channelCloseSolo' : 'channelSlash',
    payload: deed.isShown ? decode(deed.state, 'tx').bytes : empty,
    poi: proofOfBalances(balancesOf(input, deed)),
  };
}
