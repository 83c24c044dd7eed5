/** Where a party meets the world: the WebSocket of the platform that it runs on, and a store in memory where none is given. */
import { chainAt } from './chainAccess.ts';
import { Channel } from './channel.ts';
import { confirmationsAt } from './confirmations.ts';
import type { ChannelOptions } from './options.ts';

/** As `ChannelOptions`; what is left out has a default. */
export type OpenChannelOptions = Omit<ChannelOptions, 'store'> & Partial<Pick<ChannelOptions, 'store'>>;

/**
 * Opens a channel with the parameters that both have agreed on, or comes back to the one in the store. Without a store nothing outlives the process.
 * From the first state on it is watched over, until `disconnect` or the chain's last word: who closes it with an old state gains nothing.
 *
 * ```ts
 * const channel = await openChannel({ url: 'ws://localhost:3014', role: 'initiator', initiator, responder, initiatorAmount: 10n, responderAmount: 10n,
 *   pushAmount: 3n, channelReserve: 2n, lockPeriod: 10, host: 'localhost', port: 1234, signer, store });
 * const { round } = await channel.pay(2n);
 * await channel.shutdown();
 * ```
 * @throws LocalMisuse `badUrl`, `badKey`, `badAmount`, `foreignSigner`, `refused`; `otherTerms` where that in the store was opened otherwise
 * @throws ConnectionLost `turnedAway`, `notOpened`, `lost`, `died`; PeerMisbehaved `wrongTransaction`; DeadlinePassed; StoreFailed
 */
export async function openChannel(options: OpenChannelOptions): Promise<Channel> {
  const { connect } = await import('#websocket');
  const store = options.store ?? new (await import('../../adapters/memoryStore.ts')).MemoryStore();
  const watch = { chain: chainAt(options.url) };
  return new Channel(connect, { countConfirmations: confirmationsAt(options.url), watch, ...options, store }).open();
}
