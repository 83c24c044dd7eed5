/**
 * Tells everybody in a namespace who is there. Peers of ours get what has changed; clients of old get what is new, and everything again and again, as
 * the text has it.
 *
 * What many are told is encoded once, and told in small portions with pauses between them, so that dials pass: never more than `perSecond` sends a second.
 * News that come while others are still being told, and some time after, go out together, so that a rush costs what a trickle does.
 */
import type { Clock, TimerHandle } from '../clock.ts';
import type { Packet } from '../packet.ts';
import type { PacketFrame } from '../packets.ts';
import type { Bundle } from '../transport.ts';
import { announcements, bundleOf, differenceOf, type Entry, type Page, type Room } from './room.ts';
import { difference } from './wire.ts';

/** Who is told. */
export interface Receiver {
  readonly isOurs: boolean;
  /** The order of the last entry that it knows by its answer. */
  readonly knows: number;
  give(packet: Packet): void;
  /** Drops the bundle if too much waits already: it comes again. */
  giveAll(bundle: Bundle<PacketFrame>): void;
}

/** Sends in a portion. */
const portion = 50;

/** Does work in portions with pauses between them, one sort after the other. */
export class Pump {
  readonly #clock: Clock;
  readonly #pause: number;
  readonly #work: Generator<void>[] = [];
  #timer: TimerHandle | undefined;

  /** @param perSecond sends a second, at most */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#pause = Math.max(1, Math.ceil((1_000 * portion) / perSecond));
  }

  /** Every `yield` of the work is one send. */
  add(work: Generator<void>): void {
    this.#work.push(work);
    this.#timer ??= this.#clock.set(() => this.#turn(), 0);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
    this.#timer = undefined;
    this.#work.length = 0;
  }

  #turn(): void {
    this.#timer = undefined;
    for (let sent = 0; sent < portion; ) {
      // Round and round: the long way through a full refresh keeps no news waiting.
      const work = this.#work.shift();
      if (work === undefined) return;
      if (work.next().done === true) continue;
      sent += 1;
      this.#work.push(work);
    }
    this.#timer = this.#clock.set(() => this.#turn(), this.#pause);
  }
}

/** News wait so many times as long as the last ones took to tell, and no longer than that: in a crowd they go out together, in greater portions. */
const rest = 3;
const longestRest = 2_000;

export interface AnnouncerOptions {
  readonly clock: Clock;
  readonly pump: Pump;
  /** Milliseconds in which clients of old are told everything again; 0: never. */
  readonly refresh: number;
  /** Milliseconds between two differences. */
  readonly batch: number;
}

/** Tells the receivers of one room. */
export class Announcer<Holder extends Receiver> {
  readonly #room: Room<Holder>;
  readonly #options: AnnouncerOptions;
  readonly #receivers = new Set<Holder>();
  #found = new Map<string, Entry<Holder>>();
  #left = new Set<string>();
  /** Clients of old among the receivers. */
  #old = 0;
  #isTelling = false;
  /** When the next news may be told. */
  #quietUntil = Number.NEGATIVE_INFINITY;
  #timer: TimerHandle | undefined;
  #refresh: TimerHandle | undefined;
  #isRefreshing = false;

  constructor(room: Room<Holder>, options: AnnouncerOptions) {
    this.#room = room;
    this.#options = options;
  }

  /** How many are told. */
  get size(): number {
    return this.#receivers.size;
  }

  add(receiver: Holder): void {
    if (this.#receivers.has(receiver)) return;
    this.#receivers.add(receiver);
    if (receiver.isOurs) return;
    this.#old += 1;
    const { clock, refresh } = this.#options;
    if (refresh === 0 || this.#isRefreshing) return;
    this.#isRefreshing = true;
    this.#refreshAt(clock.now() + refresh, { pages: [], slot: 0 });
  }

  delete(receiver: Holder): void {
    if (!this.#receivers.delete(receiver)) return;
    if (!receiver.isOurs) this.#old -= 1;
  }

  found(entry: Entry<Holder>): void {
    this.#left.delete(entry.address);
    this.#found.set(entry.address, entry);
    this.#tellLater();
  }

  left(address: string): void {
    this.#found.delete(address);
    this.#left.add(address);
    this.#tellLater();
  }

  /** Pages that were too many for an answer. */
  catchUp(receiver: Holder, pages: readonly Page<Holder>[]): void {
    this.#options.pump.add(this.#givePages(receiver, pages));
  }

  stop(): void {
    for (const timer of [this.#timer, this.#refresh]) if (timer !== undefined) this.#options.clock.clear(timer);
  }

  #tellLater(): void {
    if (this.#isTelling || this.#timer !== undefined) return;
    const { clock } = this.#options;
    this.#timer = clock.set(() => this.#tell(), Math.max(0, this.#quietUntil - clock.now()));
  }

  #tell(): void {
    this.#timer = undefined;
    const found = [...this.#found.values()];
    const left = [...this.#left];
    this.#found = new Map();
    this.#left = new Set();
    this.#isTelling = true;
    this.#options.pump.add(this.#tellAll(found, left));
  }

  *#tellAll(found: readonly Entry<Holder>[], left: readonly string[]): Generator<void> {
    const { clock, batch } = this.#options;
    const begun = clock.now();
    const newest = found.at(-1)?.order ?? 0;
    const oldest = found[0]?.order ?? newest;
    const news = difference(
      found.map(({ address }) => address),
      left,
    );
    const bundle = announcements(found);
    for (const receiver of [...this.#receivers]) {
      if (!this.#receivers.has(receiver)) continue;
      // Who has joined meanwhile knows some of it by the answer, its own address first of all.
      const isFresh = receiver.knows >= oldest;
      const fresh = isFresh ? found.filter(({ order }) => order > receiver.knows) : found;
      if (receiver.isOurs) {
        if (!isFresh) receiver.give(news);
        else if (fresh.length > 0 || left.length > 0) receiver.give(difference(addressesOf(fresh), left));
        else continue;
      } else {
        const own = isFresh ? announcements(fresh) : bundle;
        if (own.frames.length === 0) continue;
        receiver.giveAll(own);
      }
      yield;
    }
    this.#isTelling = false;
    const now = clock.now();
    this.#quietUntil = now + Math.max(batch, Math.min(rest * (now - begun), longestRest));
    if (this.#found.size > 0 || this.#left.size > 0) this.#tellLater();
  }

  *#givePages(receiver: Holder, pages: readonly Page<Holder>[]): Generator<void> {
    for (const page of pages) {
      if (!this.#receivers.has(receiver)) return;
      if (receiver.isOurs)
        receiver.give(this.#hasOwn(page, receiver) ? difference(othersOf(page, receiver), []) : differenceOf(page));
      else this.#announce(page, receiver);
      yield;
    }
  }

  #hasOwn(page: Page<Holder>, receiver: Holder): boolean {
    for (const { holder } of page.entries.values()) if (holder === receiver) return true;
    return false;
  }

  #announce(page: Page<Holder>, receiver: Holder): void {
    receiver.giveAll(this.#hasOwn(page, receiver) ? announcements(page.entries.values(), receiver) : bundleOf(page));
  }

  /** The next page is told when its time has come, and the one before it has been. */
  #refreshAt(due: number, round: Round<Holder>): void {
    const { clock } = this.#options;
    this.#refresh = clock.set(() => this.#refreshNext(due, round), Math.max(0, due - clock.now()));
  }

  /** The pages of a round are spread over the interval; then the next round begins. */
  #refreshNext(due: number, { pages, slot }: Round<Holder>): void {
    this.#refresh = undefined;
    const all = [...this.#room.pages];
    const [page, ...rest] = pages.length > 0 ? pages : all;
    this.#isRefreshing = this.#old > 0 && page !== undefined;
    if (!this.#isRefreshing || page === undefined) return;
    const next = { pages: rest, slot: pages.length > 0 ? slot : this.#options.refresh / all.length };
    this.#options.pump.add(this.#refreshPage(page, () => this.#refreshAt(due + next.slot, next)));
  }

  *#refreshPage(page: Page<Holder>, told: () => void): Generator<void> {
    for (const receiver of [...this.#receivers]) {
      if (receiver.isOurs || !this.#receivers.has(receiver) || page.entries.size === 0) continue;
      this.#announce(page, receiver);
      yield;
    }
    told();
  }
}

/** What is left of a full refresh, and the milliseconds for each page. */
interface Round<Holder> {
  readonly pages: readonly Page<Holder>[];
  readonly slot: number;
}

const addressesOf = <Holder>(entries: readonly Entry<Holder>[]): string[] => entries.map(({ address }) => address);

const othersOf = <Holder>(page: Page<Holder>, receiver: Holder): string[] =>
  addressesOf([...page.entries.values()].filter(({ holder }) => holder !== receiver));
