/** What a player needs, and what it gives. */
import type { EmittedFrom } from 'xstate';
import type { Offer } from '../../machines/streaming/messages.ts';
import type { payer } from '../../machines/streaming/payer.ts';
import type { Backoff } from '../connector.ts';
import type { HostOptions } from '../host.ts';
import type { NoticesOf } from '../role.ts';
import type { Signer } from '../signer.ts';
import type { Store } from '../store.ts';
import type { Scheme } from './scheme.ts';
import type { Settlement } from './settlement.ts';

/** Where a payer gets the encrypted parts, and how it opens them. */
export interface Content {
  /** Resolves when the part is here and is the one that the offer commits to; rejects with the reason otherwise. */
  have(part: number): Promise<void>;
  /** Opens the part with its key. @throws when the key is not the one that the offer commits to, or opens nothing */
  open(part: number, key: string): Promise<Uint8Array>;
}

/** A part that was unlocked. */
export interface Part {
  readonly stream: string;
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** What a player tells beside its parts. */
export type PlayerNotice = NoticesOf<EmittedFrom<typeof payer>>;

export interface PlayerOptions extends HostOptions {
  readonly signer: Signer;
  /** Limits that no payee can exceed, in the smallest unit: the price of a part, and all that is paid by this player. */
  readonly budget: { readonly part: bigint | string; readonly session: bigint | string };
  /** What is put into a new channel, and into one that is used up: at most, in whole parts. Default: the session's budget. 0: `purchaseNeeded` is told, and nothing is bought but by `topUp`. */
  readonly deposit?: bigint | string;
  /** Where our own money comes back to, in the scheme's form. Default: our public key. */
  readonly wallet?: string;
  readonly store: Store;
  /** Encodings that we can sign, the payee's offer chooses. */
  readonly schemes: readonly Scheme[];
  readonly settlement: Settlement;
  /** Makes what fetches and opens the parts of an offer. */
  readonly content: (offer: Offer) => Content;
  /** The stream, and the part to begin with. Default: the payee's first, from part 0. */
  readonly stream?: string;
  readonly from?: number;
  /** What was agreed elsewhere with a payee that makes no offer. It signs no refund and commits to nothing: with these terms you trust it. */
  readonly terms?: Offer;
  /** A player with the same session goes on with the same budget. Default: a fresh one. */
  readonly session?: string;
  /** Parts that may wait to be taken before paying pauses. Default: 8. */
  readonly ahead?: number;
  /** Tries to get a lost connection back before giving up. Default: 10. */
  readonly attempts?: number;
  readonly backoff?: Backoff;
  /** Milliseconds for an answer, for a key that was paid, and for each step of closing. Defaults: 10 s, 10 s, 5 s. */
  readonly answerTimeout?: number;
  readonly secretTimeout?: number;
  readonly closeTimeout?: number;
  /** Is told what happens, from the first step on: also what happens before `open` has resolved. */
  readonly notify?: (notice: PlayerNotice) => void;
  /** Leaves. */
  readonly signal?: AbortSignal;
}
