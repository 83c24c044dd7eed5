/**
 * The watches that run in this process, by their store: two over one channel lie in one record there, and neither may write an older state over a newer
 * one, or act upon it. What the channel's party agrees on, all of them are told.
 */
import type { Agreed } from '../../machines/channel/party/types.ts';
import type { Store } from '../store.ts';
import { type KeptChannel, watchName } from './records.ts';

interface Adopts {
  adopt(agreed: Agreed): void;
}

const running = new WeakMap<Store, Map<string, Set<Adopts>>>();

/** A watch runs from now on. @returns a function that says it does not any more */
export function enlist(store: Store, channel: Omit<KeptChannel, 'agreed'>, watch: Adopts): () => void {
  const name = watchName(channel);
  const byName = running.get(store) ?? new Map<string, Set<Adopts>>();
  running.set(store, byName);
  const watches = byName.get(name) ?? new Set();
  byName.set(name, watches.add(watch));
  return () => {
    watches.delete(watch);
    if (watches.size === 0 && byName.get(name) === watches) byName.delete(name);
  };
}

/** Tells every watch over a channel the last state of it. */
export function tellWatches(store: Store, channel: KeptChannel): void {
  const { agreed } = channel;
  if (agreed === null) return;
  for (const watch of running.get(store)?.get(watchName(channel)) ?? []) watch.adopt(agreed);
}
