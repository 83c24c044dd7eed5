/**
 * A board whose channels are paid streams: the proposer is the payee and says where it sells, whoever is interested plays and pays.
 */
import { z } from 'zod';
import { toHex } from '../bytes.ts';
import { PeerMisbehaved } from '../errors.ts';
import { type PlayOptions, play } from '../streaming/connect.ts';
import type { Player } from '../streaming/player.ts';
import { type Offer, type Opener, whileOpening } from './opener.ts';

const protocol = 'streaming';

/** Where a stream is sold. */
const Terms = z.object({
  url: z.url({ protocol: /^(?:wss?|https?)$/ }).max(2_048),
  stream: z.string().min(1).max(64).optional(),
});

const Introduction = z.object({ publicKey: z.string().regex(/^[0-9a-f]{64}$/) });

/** Who will come and pay. */
export interface ExpectedPayer {
  /** The key that its channel will have: ask `payees.balance(publicKey)`. */
  readonly publicKey: string;
}

/**
 * What a payee proposes. It must be listening already.
 * @param terms the payee's URL, and which of its streams (its first, if that is left out)
 */
export function streamingOffer(terms: { readonly url: string; readonly stream?: string }): Offer<ExpectedPayer> {
  return {
    opening: { protocol, terms },
    answer: async (introduction) => {
      const parsed = Introduction.safeParse(introduction);
      if (parsed.success) return parsed.data;
      throw new PeerMisbehaved('Who is interested did not say with which key it pays.', { code: 'badIntroduction' });
    },
  };
}

/** Plays what a payee has proposed. The options are `play`'s; the budget in them is the limit whatever the proposal says. */
export function streamingOpener(options: PlayOptions): Opener<Player> {
  return {
    protocol,
    introduce: () => ({ publicKey: toHex(options.signer.publicKey) }),
    open: async (opening, _, signal) => {
      const parsed = Terms.safeParse(opening.terms);
      if (!parsed.success)
        throw new PeerMisbehaved('The proposal does not say where the stream is sold.', { code: 'badOpening' });
      const { url, stream } = parsed.data;
      return whileOpening(signal, (opened) =>
        play(url, {
          ...options,
          ...(stream === undefined ? {} : { stream }),
          signal: options.signal === undefined ? opened : AbortSignal.any([options.signal, opened]),
        }),
      );
    },
  };
}
