/**
 * The place of settlement where there is none: two parties' word. What is signed is worth what the payer is worth, as with any invoice. It holds no money
 * and moves none; a payee that takes it says how much it trusts each channel with, and a payer that uses it must settle what it has signed elsewhere.
 */
import type { Channel } from './scheme.ts';
import type { Proof, Settlement } from './settlement.ts';

/** Takes every signed state for money, up to a limit. */
export class Trust implements Settlement {
  readonly #limit: string;
  readonly #settled: ((channel: Channel, proof: Proof) => void) | undefined;

  /**
   * @param limit the highest deposit that a payee believes
   * @param settled is told how each channel has ended, with both signatures: what to put on the invoice
   */
  constructor(limit: string, settled?: (channel: Channel, proof: Proof) => void) {
    this.#limit = limit;
    this.#settled = settled;
  }

  async fund(): Promise<void> {}

  async deposit(): Promise<string> {
    return this.#limit;
  }

  async close(channel: Channel, proof: Proof): Promise<void> {
    this.#settled?.(channel, proof);
  }

  async closeAlone(channel: Channel, proof: Proof): Promise<void> {
    this.#settled?.(channel, proof);
  }

  async challenge(): Promise<void> {}

  watch(): () => void {
    return () => {};
  }
}
