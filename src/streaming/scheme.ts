/**
 * What is signed in a payment channel: one interface for several encodings. A scheme turns a statement about a channel into the bytes that are
 * signed; it never sees a key, signs nothing and keeps nothing.
 *
 * Amounts are cumulative: a later state of a channel says more sent, never less, and its sequence number is higher. So the latest state is all that
 * anybody needs, and a state that was lost on the way is only a smaller one.
 */

/** One side of a channel. */
export interface Party {
  /** Ed25519 public key, 64 lower-case hexadecimal digits. */
  readonly publicKey: string;
  /** Where this side is paid out, in the scheme's own form. */
  readonly wallet: string;
}

/** What a channel is, from its first state to its last. */
export interface Channel {
  /** 128 random bits, 32 lower-case hexadecimal digits: what keeps a state of one channel from being replayed in another. */
  readonly id: string;
  readonly payer: Party;
  readonly payee: Party;
}

/** How a channel stands. Amounts are decimal strings of the smallest unit. */
export interface Standing {
  /** What the payer has put in. */
  readonly deposit: string;
  /** What the payer has paid so far; never more than `deposit`. */
  readonly sent: string;
  /** 0 for the first state; every payment has a higher one. */
  readonly sequence: number;
}

/**
 * What a signature says.
 *
 * - `state`, by the payer: "with sequence number n, `sent` is the payee's". A payment.
 * - `close`, by both: "the channel ends here: `sent` for the payee, the rest for the payer". The payment that leaves nothing is one.
 * - `refund`, by the payee, before the payer puts anything in: "at sequence number 0 all of it is the payer's". With it the payer gets the deposit
 *   back when the payee vanishes.
 * - `receipt`, by the payee: "I have accepted `sent` with sequence number n".
 */
export type Statement = 'state' | 'close' | 'refund' | 'receipt';

/** One encoding of statements, and what it allows. */
export interface Scheme {
  /** As it is named in a payee's offer. */
  readonly name: string;
  /** Sequence numbers beyond this cannot be settled. */
  readonly maxSequence: number;
  /** Whether a deposit may grow while the channel is open. */
  readonly canTopUp: boolean;
  /** Where the channel lies, in the scheme's own form. */
  address(channel: Channel): string;
  /** Exactly the bytes that are signed. */
  bytes(statement: Statement, channel: Channel, standing: Standing): Uint8Array;
}
