/** What a watcher asks for, carried out: looks at the chain, signatures of its party, posts. Whatever goes wrong is an answer too. */
import type { WatcherEmitted, WatcherEvent, WatcherInput } from '../../machines/channel/watcherRules.ts';
import { fromHex } from '../bytes.ts';
import type { RequestsOf } from '../role.ts';
import type { Signer } from '../signer.ts';
import type { ChainAccess } from './chainAccess.ts';
import { transactionOf } from './deeds.ts';
import { encode } from './encoding.ts';
import { type SigningChoice, sign, signingOf } from './signing.ts';
import { writeTransaction } from './transactionText.ts';

type Request = RequestsOf<WatcherEmitted>;

export interface ErrandsOptions extends SigningChoice {
  readonly chain: ChainAccess;
  readonly signer: Signer;
  /** What each transaction pays. */
  readonly fee?: bigint;
}

const defaultFee = { legacy: 1n, modern: 30_000_000_000_000n };

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The errands of one watcher. */
export class Errands {
  readonly #options: ErrandsOptions;
  readonly #input: WatcherInput;
  readonly #tell: (answer: WatcherEvent) => void;
  readonly #signing = new Map<string, AbortController>();

  constructor(options: ErrandsOptions, input: WatcherInput, tell: (answer: WatcherEvent) => void) {
    this.#options = options;
    this.#input = input;
    this.#tell = tell;
  }

  run(request: Request): void {
    switch (request.type) {
      case 'consultChannel':
        void this.#look(request.id);
        break;
      case 'requestSignature':
        void this.#sign(request);
        break;
      case 'requestPost':
        void this.#post(request);
        break;
    }
  }

  /** Nobody waits for this signature any more. */
  withdraw(id: string): void {
    this.#signing.get(id)?.abort();
  }

  withdrawAll(): void {
    for (const asked of this.#signing.values()) asked.abort();
  }

  async #look(id: string): Promise<void> {
    const { chain } = this.#options;
    const { era, channelId } = this.#input;
    try {
      const view = await chain.channel(encode('ch', era, fromHex(channelId)));
      const height = await chain.height();
      const channel =
        view === undefined
          ? null
          : {
              round: view.round,
              stateHash: view.stateHash ?? '',
              isClosing: view.lockedUntil !== 0,
              lockedUntil: view.lockedUntil,
              initiatorAmount: `${view.initiatorAmount}`,
              responderAmount: `${view.responderAmount}`,
            };
      this.#tell({ type: 'found', id, height, channel });
    } catch (error) {
      this.#tell({ type: 'unfound', id, reason: sentence(error) });
    }
  }

  async #sign({ id, deed }: Extract<Request, { readonly type: 'requestSignature' }>): Promise<void> {
    const { chain, signer, fee } = this.#options;
    const { era, keys, role } = this.#input;
    this.withdraw(id);
    const asked = new AbortController();
    this.#signing.set(id, asked);
    const tell = (event: WatcherEvent) => {
      if (!asked.signal.aborted) this.#tell(event);
    };
    try {
      const nonce = await chain.nextNonce(encode('ak', era, fromHex(keys[role])));
      asked.signal.throwIfAborted();
      const written = transactionOf(this.#input, deed, { nonce, fee: fee ?? defaultFee[era] });
      const signed = await sign(written, signer, signingOf(era, this.#options), asked.signal);
      tell({ type: 'signed', id, tx: writeTransaction({ era, transaction: signed }) });
    } catch (error) {
      tell({ type: 'refused', id, reason: sentence(error) });
    } finally {
      if (this.#signing.get(id) === asked) this.#signing.delete(id);
    }
  }

  async #post({ id, tx }: Extract<Request, { readonly type: 'requestPost' }>): Promise<void> {
    try {
      const refusal = await this.#options.chain.post(tx);
      if (refusal === undefined) this.#tell({ type: 'posted', id });
      else this.#tell({ type: 'unposted', id, reason: refusal, isFinal: true });
    } catch (error) {
      this.#tell({ type: 'unposted', id, reason: sentence(error), isFinal: false });
    }
  }
}
