/** Counts the blocks on a transaction, as the node's HTTP interface shows them, from time to time. */
import { z } from 'zod';
import type { Clock, TimerHandle } from '../clock.ts';
import { answerOf } from './answers.ts';
import { decode, encode } from './encoding.ts';
import { transactionHash } from './hashes.ts';

/** How many blocks confirm a transaction, the one that includes it counted; 0 in the mempool, `undefined` where nobody knows. */
export type CountConfirmations = (hash: string) => Promise<number | undefined>;

const shown = z.object({ confirmations: z.number().int().nonnegative() });

/** Asks a node: `GET /v2/tx/<hash>`. Only a node of ours counts; of another, nothing is known. */
export function confirmationsAt(url: string): CountConfirmations {
  return async (hash) => {
    const { status, body } = await answerOf(url, `/v2/tx/${encodeURIComponent(hash)}?tx_encoding=json`);
    const answer = shown.safeParse(status === 200 ? body : undefined);
    return answer.success ? answer.data.confirmations : undefined;
  };
}

/** Milliseconds between two questions. */
const every = 1_000;

/** Tells how far one transaction is, each number once, until it is stopped. */
export class Confirmations {
  readonly #count: CountConfirmations;
  readonly #clock: Clock;
  readonly #tell: (confirmations: number) => void;
  #timer: TimerHandle | undefined;
  #told: number | undefined;
  #hash = '';

  constructor(count: CountConfirmations, clock: Clock, tell: (confirmations: number) => void) {
    this.#count = count;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** @param tx the signed transaction as text */
  watch(tx: string): void {
    this.stop();
    const { era, bytes } = decode(tx, 'tx');
    this.#hash = encode('th', era, transactionHash(bytes));
    void this.#look(this.#hash);
  }

  stop(): void {
    this.#hash = '';
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }

  async #look(hash: string): Promise<void> {
    // A node that cannot be asked now can be asked later; one that never can costs a progress report and nothing else.
    const confirmations = await this.#count(hash).catch(() => undefined);
    if (this.#hash !== hash) return;
    if (confirmations !== undefined && confirmations !== this.#told) {
      this.#told = confirmations;
      this.#tell(confirmations);
    }
    this.#timer = this.#clock.set(() => void this.#look(hash), every);
  }
}
