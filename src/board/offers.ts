/**
 * From interest to channel, for one client: the offers of its own proposals answer who is interested, and its openers open the channels of others'.
 */
import { keyOf, type Proposal } from '../../machines/board/messages.ts';
import { LocalMisuse, PeerMisbehaved } from '../errors.ts';
import { type Interest, introductionIn, introductionOf, type Offer, type Opener, type Opening } from './opener.ts';

/** What came of answering somebody's interest. */
export type Answered =
  | { readonly type: 'opened'; readonly interest: Interest; readonly opened: unknown }
  | { readonly type: 'openFailed'; readonly interest: Interest; readonly error: unknown };

/** Opens what a proposal offers. */
export interface Opens {
  readonly opener: Opener<unknown>;
  readonly opening: Opening;
  /** What the proposer is told of us. */
  readonly otherData: object;
}

/** The offers and the openers of one client. */
export class Offers {
  readonly #openers: ReadonlyMap<string, Opener<unknown>>;
  readonly #offers = new Map<string, Offer<unknown>>();
  readonly #answered: (answered: Answered) => void;
  readonly #end = new AbortController();

  constructor(openers: readonly Opener<unknown>[], answered: (answered: Answered) => void) {
    this.#openers = new Map(openers.map((opener) => [opener.protocol, opener]));
    this.#answered = answered;
  }

  /** Aborts when the client has ended: then nothing more is opened. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Keeps a proposal's offer. @returns takes it back: what was kept before is kept again */
  keep({ id }: Proposal, offer: Offer<unknown> | undefined): () => void {
    const key = keyOf(id);
    const known = this.#offers.get(key);
    if (offer !== undefined) this.#offers.set(key, offer);
    return () => {
      if (known === undefined) this.#offers.delete(key);
      else this.#offers.set(key, known);
    };
  }

  /** The proposal has ended. */
  forget({ id }: Proposal): void {
    this.#offers.delete(keyOf(id));
  }

  /** Answers somebody's interest, if it is in a proposal with an offer. */
  answer(interest: Interest): void {
    const { proposal } = interest;
    const offer = proposal === undefined ? undefined : this.#offers.get(keyOf(proposal.id));
    if (offer !== undefined) void this.#answer(offer, interest);
  }

  async #answer(offer: Offer<unknown>, interest: Interest): Promise<void> {
    try {
      const { protocol } = offer.opening;
      const introduced = introductionIn(protocol, interest.otherData);
      if (introduced === undefined) {
        throw new PeerMisbehaved(`Who is interested has no introduction for "${protocol}".`, {
          code: 'badIntroduction',
        });
      }
      const opened = await offer.answer(introduced.introduction, interest, this.signal);
      this.#answered({ type: 'opened', interest, opened });
    } catch (error) {
      this.#answered({ type: 'openFailed', interest, error });
    }
  }

  /**
   * Who opens a proposal of somebody else, and the introduction.
   * @throws LocalMisuse `noOpener`: the proposal names no protocol, or one that no opener was given for
   * @throws what the opener's `introduce` throws
   */
  async opens(proposal: Proposal, given: Opener<unknown> | undefined): Promise<Opens> {
    const { opening } = proposal;
    const opener = given ?? this.#openers.get(opening?.protocol ?? '');
    if (opening === undefined || opener?.protocol !== opening.protocol) {
      const missing = opening === undefined ? 'names no protocol' : `is for "${opening.protocol}"`;
      throw new LocalMisuse(`The proposal ${missing}: no opener was given that could open it.`, { code: 'noOpener' });
    }
    const introduction = await opener.introduce?.(opening, proposal);
    return { opener, opening, otherData: introductionOf(opening.protocol, introduction) };
  }

  /** The client has ended: what is being opened is given up. */
  end(): void {
    this.#end.abort();
  }
}
