/**
 * Where a channel is money: a chain, a bank, or two parties' word. The interface between the two roles of streaming and that place.
 *
 * Everything here may be asked again after a crash: each call names the channel, and doing it twice is doing it once.
 */
import type { Channel, Standing } from './scheme.ts';

/** A state and who has signed it, hexadecimal. What a place of settlement needs to pay out. */
export interface Proof {
  readonly standing: Standing;
  /** The payer's signature: of a `state`, or of a `close` in a closing that both want. Empty at sequence number 0, where nothing was signed. */
  readonly payerSignature: string;
  /** The payee's signature: of the `refund`, or of the same `close`. */
  readonly payeeSignature: string;
}

/** What a place of settlement shows of a channel. */
export type Sight =
  /**
   * Somebody closes alone, with a state of the payer in which this was sent. Until the place's deadline a better one may be shown. What was sent
   * decides, not the sequence number: a payer can sign any number it likes.
   */
  | { readonly type: 'closing'; readonly sequence: number; readonly sent: string }
  /** It is paid out. */
  | { readonly type: 'closed' };

/** Holds deposits and pays out by what both sides have signed. Every promise rejects with a sentence when the place refuses. */
export interface Settlement {
  /** Puts money in, so that `deposit` is in the channel. Resolves when the place shows it. */
  fund(channel: Channel, deposit: string): Promise<void>;
  /** What is in the channel, as the place shows it; `'0'` where there is none. */
  deposit(channel: Channel): Promise<string>;
  /** Closes at once, as both have signed. */
  close(channel: Channel, proof: Proof): Promise<void>;
  /** Begins to close alone, with the latest state that this side can prove, and sees it through to the payment. */
  closeAlone(channel: Channel, proof: Proof): Promise<void>;
  /** Answers a closing that somebody began with an older state. */
  challenge(channel: Channel, proof: Proof): Promise<void>;
  /** Tells what happens to the channel, from what it shows now on. @returns what ends the watch */
  watch(channel: Channel, seen: (sight: Sight) => void): () => void;
}
