/**
 * What a board tells many of its clients: the list, whole or in pages, and what changes in it. Each packet is made once, and encoded once for each kind
 * of line, however many hear it.
 */
import type { FromServer, Proposal } from '../../machines/board/messages.ts';
import type { Clock, TimerHandle } from '../clock.ts';
import type { Packet } from '../packet.ts';
import type { Listed } from './book.ts';
import type { BoardLimits } from './serverOptions.ts';
import { channelsPacket, endedPacket, proposedPacket } from './wire.ts';

/** A client that hears. */
export interface Hearer {
  readonly isExtended: boolean;
  give(packet: Packet): unknown;
}

export interface AnnouncementsOptions {
  readonly clock: Clock;
  readonly limits: Pick<BoardLimits, 'page' | 'pageLength' | 'promptList'>;
  /** Who is connected now. */
  readonly hearers: () => Iterable<Hearer>;
  /** What is proposed now, in the order in which it came. */
  readonly list: () => Iterable<Listed>;
}

/** Milliseconds between two large lists to the original's clients. */
const listEvery = 1_000;

/** The announcements of one board. */
export class Announcements {
  readonly #options: AnnouncementsOptions;
  /** Encoded pages by cursor, as the list is now; the original's is `whole`. */
  readonly #pages = new Map<string, Packet>();
  readonly #cursors = new Set<string>();
  #whole: { readonly packet: Packet; readonly bytes: number } | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;
  #listing: TimerHandle | undefined;
  #isClosed = false;

  constructor(options: AnnouncementsOptions) {
    this.#options = options;
  }

  /** The list has changed: pages that were made are old. */
  changed(): void {
    this.#pages.clear();
    this.#cursors.clear();
    this.#whole = undefined;
  }

  /** A kept proposal, to everybody. */
  announce(proposal: Proposal): void {
    const packet = shared(proposedPacket(proposal));
    for (const hearer of this.#options.hearers()) hearer.give(packet);
  }

  /** A proposal that is not listed any more: the original's clients notice that it is missing in their next list. */
  ended({ id }: Proposal, reason: FromServer<'channelEnded'>['reason']): void {
    this.changed();
    this.#broadcast(true, shared(endedPacket(id, reason)));
    this.relist();
  }

  /** A page of the list: what the host holds for a machine that knows its cursor. */
  page(extended: boolean, cursor: string): Packet {
    if (!extended) return this.#wholeList().packet;
    const known = this.#pages.get(cursor);
    if (known !== undefined) return known;
    const packet = this.#pageAfter(cursor);
    // Others will ask for what was given out; a cursor that somebody made up is nobody else's.
    if (cursor === '' || this.#cursors.has(cursor)) this.#pages.set(cursor, packet);
    return packet;
  }

  /** The whole list to the original's clients: at once, unless it is large and they had it a moment ago. */
  relist(): void {
    if (this.#listing !== undefined || this.#isClosed) return;
    if (!this.#hasOriginals()) return;
    const { clock, limits } = this.#options;
    const wait = this.#listedAt + listEvery - clock.now();
    if (wait <= 0 || this.#wholeList().bytes <= limits.promptList) {
      this.#relist();
      return;
    }
    this.#listing = clock.set(() => {
      this.#listing = undefined;
      this.#relist();
    }, wait);
  }

  /** No list is told any more. */
  close(): void {
    this.#isClosed = true;
    if (this.#listing !== undefined) this.#options.clock.clear(this.#listing);
  }

  #relist(): void {
    this.#listedAt = this.#options.clock.now();
    this.#broadcast(false, this.#wholeList().packet);
  }

  #broadcast(extended: boolean, packet: Packet): void {
    for (const hearer of this.#options.hearers()) if (hearer.isExtended === extended) hearer.give(packet);
  }

  #hasOriginals(): boolean {
    for (const { isExtended } of this.#options.hearers()) if (!isExtended) return true;
    return false;
  }

  #wholeList() {
    if (this.#whole === undefined) {
      const packet = shared(channelsPacket(Array.from(this.#options.list(), ({ proposal }) => proposal)));
      this.#whole = { packet, bytes: JSON.stringify(packet.type === 'event' ? packet.args : []).length };
    }
    return this.#whole;
  }

  #pageAfter(cursor: string): Packet {
    const { limits, list } = this.#options;
    const after = cursor === '' ? 0 : Number(cursor);
    const page: Listed[] = [];
    let length = 0;
    let hasMore = false;
    for (const listed of list()) {
      if (listed.place <= after) continue;
      hasMore = page.length === limits.page || length > limits.pageLength;
      if (hasMore) break;
      page.push(listed);
      length += JSON.stringify(listed.proposal).length;
    }
    const next = `${page.at(-1)?.place ?? 0}`;
    if (hasMore) this.#cursors.add(next);
    const place = { ...(cursor === '' ? {} : { after: cursor }), ...(hasMore ? { next } : {}) };
    return shared(
      channelsPacket(
        page.map(({ proposal }) => proposal),
        place,
      ),
    );
  }
}

/** A packet for many: what it is encoded to is kept with it. */
const shared = (packet: Packet): Packet => (packet.type === 'event' ? { ...packet, forms: {} } : packet);
