/**
 * A place of settlement that asks its person first: money goes into a channel only as far as it was allowed. Everything else is for the place behind it.
 *
 * With it a payer may buy and top up on its own, as it does, and still not a coin leaves without a word.
 */
import type { Channel } from '../../src/streaming/scheme.ts';
import type { Proof, Settlement, Sight } from '../../src/streaming/settlement.ts';

/** A deposit that waits. */
interface Waiting {
  readonly more: bigint;
  readonly allow: () => void;
  readonly allowed: Promise<void>;
}

export class Wallet implements Settlement {
  readonly #place: Settlement;
  readonly #asked: () => void;
  readonly #funded = new Map<string, bigint>();
  /** By channel and deposit: who asks again waits for the same word. */
  readonly #waiting = new Map<string, Waiting>();
  #allowed = 0n;

  /** @param asked is told when a deposit begins to wait, or ends to */
  constructor(place: Settlement, asked: () => void) {
    this.#place = place;
    this.#asked = asked;
  }

  /** What the deposits that wait for a word would take. */
  get asks(): bigint {
    let sum = 0n;
    for (const { more } of this.#waiting.values()) sum += more;
    return sum;
  }

  /** Lets so much more go into channels, now or later. */
  allow(amount: bigint): void {
    this.#allowed += amount;
    for (const [name, { more, allow }] of this.#waiting) {
      if (more > this.#allowed) break;
      this.#allowed -= more;
      this.#waiting.delete(name);
      allow();
    }
    this.#asked();
  }

  async fund(channel: Channel, deposit: string): Promise<void> {
    const more = BigInt(deposit) - (this.#funded.get(channel.id) ?? 0n);
    if (more > 0n) await this.#word(`${channel.id}/${deposit}`, more);
    await this.#place.fund(channel, deposit);
    this.#funded.set(channel.id, BigInt(deposit));
  }

  #word(name: string, more: bigint): Promise<void> {
    const known = this.#waiting.get(name);
    if (known !== undefined) return known.allowed;
    let allow = () => {};
    const allowed = new Promise<void>((resolve) => {
      allow = resolve;
    });
    this.#waiting.set(name, { more, allow, allowed });
    this.allow(0n);
    return allowed;
  }

  deposit(channel: Channel): Promise<string> {
    return this.#place.deposit(channel);
  }

  close(channel: Channel, proof: Proof): Promise<void> {
    return this.#place.close(channel, proof);
  }

  closeAlone(channel: Channel, proof: Proof): Promise<void> {
    return this.#place.closeAlone(channel, proof);
  }

  challenge(channel: Channel, proof: Proof): Promise<void> {
    return this.#place.challenge(channel, proof);
  }

  watch(channel: Channel, seen: (sight: Sight) => void): () => void {
    return this.#place.watch(channel, seen);
  }
}
