/**
 * A board whose channels are state channels: the proposer is the responder and says which node and on what terms, whoever is interested opens it as the
 * initiator.
 */
import { z } from 'zod';
import { type Channel, encode, type OpenChannelOptions, openChannel } from '../channel/index.ts';
import { LimitReached, PeerMisbehaved } from '../errors.ts';
import { amount } from '../money.ts';
import { type Offer, type Opener, whileOpening } from './opener.ts';

const protocol = 'channel';
const account = z.string().regex(/^ak_[1-9A-HJ-NP-Za-km-z]{40,60}$/);

const Terms = z.object({
  url: z.url({ protocol: /^wss?$/ }).max(2_048),
  /** The proposer's, which is the responder's. */
  account,
  initiatorAmount: amount,
  responderAmount: amount,
  channelReserve: amount,
  lockPeriod: z.number().int().nonnegative().max(1_000_000),
});

const Introduction = z.object({ account });

/** What a channel is to be opened with. Amounts in the chain's smallest unit. */
export interface ChannelTerms {
  /** The node, which both use. */
  readonly url: string;
  /** What whoever is interested puts in. */
  readonly initiatorAmount: bigint;
  /** What the proposer puts in. */
  readonly responderAmount: bigint;
  readonly channelReserve: bigint;
  readonly lockPeriod: number;
}

/** What is our own affair: the key, the store, the policy. */
export type OwnOptions = Pick<OpenChannelOptions, 'signer'> &
  Partial<Pick<OpenChannelOptions, 'store' | 'policy' | 'networkId' | 'notify'>>;

const accountOf = ({ signer }: OwnOptions) => encode('ak', 'modern', signer.publicKey);

/** What a responder proposes. It opens a channel with each who is interested and says who it is. */
export function channelOffer(terms: ChannelTerms, options: OwnOptions): Offer<Channel> {
  const own = accountOf(options);
  const { url, lockPeriod, initiatorAmount, responderAmount, channelReserve } = terms;
  return {
    opening: {
      protocol,
      terms: {
        url,
        account: own,
        initiatorAmount: `${initiatorAmount}`,
        responderAmount: `${responderAmount}`,
        channelReserve: `${channelReserve}`,
        lockPeriod,
      },
    },
    answer: async (introduction, _, signal) => {
      const parsed = Introduction.safeParse(introduction);
      if (!parsed.success) {
        throw new PeerMisbehaved('Who is interested did not say with which account it opens.', {
          code: 'badIntroduction',
        });
      }
      const parties = { initiator: parsed.data.account, responder: own };
      return whileOpening(signal, (opened) =>
        openChannel({ ...options, ...terms, ...parties, role: 'responder', pushAmount: 0n, signal: opened }),
      );
    },
  };
}

/**
 * Opens what somebody has proposed, as the initiator.
 * @param most what we put in at most: the proposal is a stranger's
 */
export function channelOpener(options: OwnOptions & { readonly most: bigint }): Opener<Channel> {
  const { most, ...own } = options;
  const initiator = accountOf(own);
  return {
    protocol,
    introduce: () => ({ account: initiator }),
    open: async (opening, _, signal) => {
      const parsed = Terms.safeParse(opening.terms);
      if (!parsed.success) {
        throw new PeerMisbehaved('The proposal does not say how the channel is to be opened.', { code: 'badOpening' });
      }
      const { url, account: responder, lockPeriod, ...amounts } = parsed.data;
      if (BigInt(amounts.initiatorAmount) > most) {
        throw new LimitReached(`The proposal wants ${amounts.initiatorAmount} of us; we give ${most} at most.`, {
          code: 'overLimit',
        });
      }
      return whileOpening(signal, (opened) =>
        openChannel({
          ...own,
          url,
          role: 'initiator',
          initiator,
          responder,
          initiatorAmount: BigInt(amounts.initiatorAmount),
          responderAmount: BigInt(amounts.responderAmount),
          channelReserve: BigInt(amounts.channelReserve),
          pushAmount: 0n,
          lockPeriod,
          signal: opened,
        }),
      );
    },
  };
}
