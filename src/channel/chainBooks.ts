/**
 * What a chain knows of accounts and channels, and a sheet on which changes are tried before they count: a transaction that turns out wrong halfway has
 * changed nothing.
 */

/** Why a transaction is not taken, as a sentence. */
export class Refusal extends Error {}

export interface Account {
  readonly balance: bigint;
  /** Every nonce up to this one is used. */
  readonly nonce: bigint;
  /** Those beyond it that are. */
  readonly ahead: readonly bigint[];
}

/** A channel as the chain knows it. Keys and hashes are lower-case hexadecimal. */
export interface ChannelObject {
  readonly initiator: string;
  readonly responder: string;
  /** What lies in it. */
  readonly amount: bigint;
  readonly channelReserve: bigint;
  /** Blocks between closing alone, or the last slash, and settling. */
  readonly lockPeriod: bigint;
  /** Of the last state that the chain has seen; the create transaction's is 1. */
  readonly round: bigint;
  /** 0: the last state is one that both have signed, as every state here is. */
  readonly soloRound: bigint;
  readonly stateHash: string;
  /** While it is closing, what the initiator gets; else what it brought in. */
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  /** The first height at which a closing can be settled; 0 while nobody closes alone. */
  readonly lockedUntil: bigint;
}

/** What can be looked at. */
export interface Books {
  account(key: string): Account;
  channel(id: string): ChannelObject | undefined;
}

/** Totals over the whole chain. */
export interface Totals {
  readonly fees: bigint;
  /** What was in channels and nobody's when they were settled: it is gone, as on every chain of this kind. */
  readonly burnt: bigint;
}

/** How far nonces may leave gaps, which channels do that are given up: what is kept of an account stays small. */
const farthest = 1_000n;

/** Whether a nonce of an account is used. */
export const isUsed = ({ nonce, ahead }: Account, asked: bigint): boolean => asked <= nonce || ahead.includes(asked);

function withUsed({ balance, nonce, ahead }: Account, also: bigint): Account {
  const rest = new Set([...ahead, also]);
  let next = nonce;
  while (rest.delete(next + 1n)) next += 1n;
  return { balance, nonce: next, ahead: [...rest] };
}

/** Changes over some books, which they do not touch until they are put into them. */
export class Sheet implements Books {
  readonly #under: Books;
  readonly accounts = new Map<string, Account>();
  readonly channels = new Map<string, ChannelObject | undefined>();
  #fees = 0n;
  #burnt = 0n;

  constructor(under: Books) {
    this.#under = under;
  }

  /** What came to them on this sheet. */
  get totals(): Totals {
    return { fees: this.#fees, burnt: this.#burnt };
  }

  account(key: string): Account {
    return this.accounts.get(key) ?? this.#under.account(key);
  }

  channel(id: string): ChannelObject | undefined {
    return this.channels.has(id) ? this.channels.get(id) : this.#under.channel(id);
  }

  /** @param whose what the account is called in a refusal; @throws Refusal */
  spend(key: string, amount: bigint, whose: string): void {
    const account = this.account(key);
    if (account.balance < amount) throw new Refusal(`The ${whose} has not enough.`);
    this.accounts.set(key, { ...account, balance: account.balance - amount });
  }

  earn(key: string, amount: bigint): void {
    const account = this.account(key);
    this.accounts.set(key, { ...account, balance: account.balance + amount });
  }

  /** @throws Refusal */
  useNonce(key: string, nonce: bigint, whose: string): void {
    const account = this.account(key);
    if (nonce > account.nonce + farthest) throw new Refusal(`The nonce ${nonce} of the ${whose} is too far ahead.`);
    if (nonce === 0n || isUsed(account, nonce))
      throw new Refusal(`The nonce ${nonce} of the ${whose} is used already.`);
    this.accounts.set(key, withUsed(account, nonce));
  }

  putChannel(id: string, channel: ChannelObject | undefined): void {
    this.channels.set(id, channel);
  }

  takeFee(fee: bigint): void {
    this.#fees += fee;
  }

  burn(amount: bigint): void {
    this.#burnt += amount;
  }

  /** Puts what is on another sheet, which lies over this one, onto this one. */
  take({ accounts, channels, totals }: Sheet): void {
    for (const [key, account] of accounts) this.accounts.set(key, account);
    for (const [id, channel] of channels) this.channels.set(id, channel);
    this.#fees += totals.fees;
    this.#burnt += totals.burnt;
  }
}
