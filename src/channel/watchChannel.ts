/** A watch as an app begins it: over a channel that lies in a store, whoever has left it there. */
import { LocalMisuse } from '../errors.ts';
import type { HostOptions } from '../host.ts';
import type { Signer } from '../signer.ts';
import type { Store } from '../store.ts';
import { chainAt } from './chainAccess.ts';
import { idOf } from './encoding.ts';
import { channelsIn, watchName } from './records.ts';
import { Watch, type WatchNotice, type WatchTerms } from './watch.ts';
import { tellWatches } from './watches.ts';

export interface WatchChannelOptions extends WatchTerms, HostOptions {
  /** The node whose chain it is: `ws://`, `wss://`, `http://` or `https://`. */
  readonly url: string;
  /** Where the party has kept its channel. */
  readonly store: Store;
  /** Of the party's own key. */
  readonly signer: Signer;
  /** Of several channels in the store: the one of this name, or of this id, `ch_…` or `ch$…`. Default: the one that its party has not done with. */
  readonly channel?: string;
  /** Is told everything that `on` tells, from the first moment on. */
  readonly notify?: (notice: WatchNotice) => void;
}

/**
 * Watches over a channel without a connection to the other party: for a process beside the app's, after a restart, or once the node has ended the channel.
 * Where this process has the channel open too, the watch is told each state that both have signed.
 *
 * ```ts
 * const watch = await watchChannel({ url: 'ws://localhost:3014', store, signer });
 * const paid = await watch.closeAlone();
 * ```
 * @throws LocalMisuse `noChannel`, `whichChannel`, `foreignSigner`
 * @throws StoreFailed
 */
export async function watchChannel({ url, channel: asked, ...options }: WatchChannelOptions): Promise<Watch> {
  const kept = await channelsIn(options.store);
  const meant = kept.filter((each) => asked === undefined || each.name === asked || idOf(each) === asked);
  const current = meant.filter(({ agreed }) => agreed !== null);
  const [channel, ...others] = current.length > 0 ? current : meant;
  if (channel === undefined) throw new LocalMisuse('The store holds no such channel.', { code: 'noChannel' });
  if (others.length > 0)
    throw new LocalMisuse('The store holds several channels: say which.', { code: 'whichChannel' });
  const watch = await new Watch({ ...options, channel, chain: chainAt(url) }).start();
  // Its party may have agreed on something while the watch began: then that is in the store by now.
  const name = watchName(channel);
  for (const each of await channelsIn(options.store)) if (watchName(each) === name) tellWatches(options.store, each);
  return watch;
}
