/**
 * The watch that a channel has by itself, begun with the first state that both have signed; and those over channels of the same
 * name that came before, until the chain has done with them.
 */
import type { Party } from '../../machines/channel/messages.ts';
import type { Suspect } from '../../machines/channel/watcherRules.ts';
import type { Store } from '../store.ts';
import { channelsIn, type KeptChannel } from './records.ts';
import { Hindrance, type PaidOut, type Watch, type WatchNotice } from './watch.ts';

export interface GuardOptions {
  readonly role: Party;
  readonly begin: (channel: KeptChannel, notify: (notice: WatchNotice) => void) => Watch;
  readonly notify: (notice: WatchNotice) => void;
  readonly report: (error: unknown) => void;
}

/** Looks that may fail after both have closed the channel: a node that is gone for good keeps no process alive, and one that only fails blinds nobody. */
const patience = 60;

/** The watches of one party. */
export class Guard {
  readonly #options: GuardOptions;
  #watch: Watch | undefined;
  readonly #earlier: Watch[] = [];
  #suspects: readonly Suspect[] = [];
  /** How often it may still fail. */
  #failures = Number.POSITIVE_INFINITY;
  #isStopped = false;
  readonly #hindrance = new Hindrance();

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** Watches over the channel as its party has it now. What not both have signed is no state yet. */
  keep(channel: KeptChannel): void {
    const { agreed, channelId } = channel;
    if (this.#watch !== undefined || agreed === null || !agreed.isCoSigned || channelId === '') return;
    this.#watch = this.#options.begin(channel, (notice) => this.#notify(notice));
    this.#watch.suspect(this.#suspects);
    this.#watch.start().catch(this.#options.report);
  }

  /**
   * Channels of this name that came before the one with this id: the app has done with them, the chain perhaps not.
   * @throws StoreFailed
   */
  async takeUpEarlier(store: Store, name: string, channelId: string): Promise<void> {
    for (const each of await channelsIn(store)) {
      if (each.name === name && each.role === this.#options.role && each.channelId !== channelId) this.#takeUp(each);
    }
  }

  #takeUp(channel: KeptChannel): void {
    if (this.#isStopped) return;
    const watch = this.#options.begin(channel, () => {});
    this.#earlier.push(watch);
    watch.start().catch(this.#options.report);
  }

  /** What the party has signed and may be posted. */
  suspect(suspects: readonly Suspect[]): void {
    const text = JSON.stringify(suspects);
    if (text === JSON.stringify(this.#suspects)) return;
    this.#suspects = suspects;
    this.#watch?.suspect(suspects);
  }

  /** Something has happened on the chain. */
  look(): void {
    this.#watch?.look();
  }

  /** @returns `undefined` where there is nothing to close yet */
  closeAlone(): Promise<PaidOut | undefined> | undefined {
    return this.#watch?.closeAlone();
  }

  /** Both have closed it: only until the chain has that, or cannot be asked for long. */
  release(): void {
    this.#failures = patience;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#watch, ...this.#earlier].map((watch) => watch?.stop()));
  }

  #notify(notice: WatchNotice): void {
    const isNews = this.#hindrance.isNews(notice);
    if (notice.type === 'hindered') this.#failures -= 1;
    if (this.#failures <= 0) void this.stop();
    else if (isNews) this.#options.notify(notice);
  }
}
