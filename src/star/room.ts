/**
 * Who is in one namespace: addresses as they were written, by address and by peer id, in pages that are encoded once for all who are told of them.
 */
import type { Packet } from '../packet.ts';
import type { PacketFrame } from '../packets.ts';
import type { Bundle } from '../transport.ts';
import { isOldSafe, peerIdIn } from './multiaddr.ts';
import { announcement, difference } from './wire.ts';

/** Addresses on a page. Of 115 bytes each, a page is one write of 15 KB. */
export const pageSize = 128;

/** One address, and who holds it. */
export interface Entry<Holder> {
  readonly address: string;
  readonly holder: Holder;
  /** Counts up: who was told the list at some time knows those with a smaller one. */
  readonly order: number;
  readonly page: Page<Holder>;
  /** As clients of old are told of it; `undefined` where that would end them. */
  readonly announced: Packet | undefined;
}

/** Some addresses, and what they look like on the wire, until one of them changes. */
export interface Page<Holder> {
  readonly entries: Map<string, Entry<Holder>>;
  difference: Packet | undefined;
  bundle: Bundle<PacketFrame> | undefined;
}

/** The addresses of one namespace. */
export class Room<Holder> {
  readonly #entries = new Map<string, Entry<Holder>>();
  /** The addresses of a peer, the one that was joined last at the end. */
  readonly #peers = new Map<string, Set<string>>();
  readonly #pages = new Set<Page<Holder>>();
  /** Pages that have room. */
  readonly #open = new Set<Page<Holder>>();
  #order = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** The order of the newest entry. */
  get newest(): number {
    return this.#order;
  }

  get pages(): ReadonlySet<Page<Holder>> {
    return this.#pages;
  }

  entries(): IterableIterator<Entry<Holder>> {
    return this.#entries.values();
  }

  get(address: string): Entry<Holder> | undefined {
    return this.#entries.get(address);
  }

  /** Who holds an address, or else the last address of the peer that it names: `ws` and `wss`, `/ipfs` and `/p2p` meet. */
  find(address: string): Holder | undefined {
    const known = this.#entries.get(address);
    if (known !== undefined) return known.holder;
    const addresses = this.#peers.get(peerIdIn(address) ?? '') ?? [];
    return this.#entries.get([...addresses].at(-1) ?? '')?.holder;
  }

  /** Enters an address. @returns the new entry, and who held the address until now */
  list(address: string, holder: Holder): { readonly entry: Entry<Holder>; readonly displaced: Holder | undefined } {
    const displaced = this.#entries.get(address)?.holder;
    this.#remove(address);
    const page = this.#roomyPage();
    this.#order += 1;
    const announced = isOldSafe(address) ? announcement(address) : undefined;
    const entry: Entry<Holder> = { address, holder, order: this.#order, page, announced };
    this.#entries.set(address, entry);
    const id = peerIdIn(address);
    if (id !== undefined) this.#peers.set(id, (this.#peers.get(id) ?? new Set()).add(address));
    page.entries.set(address, entry);
    changed(page);
    if (page.entries.size >= pageSize) this.#open.delete(page);
    return { entry, displaced };
  }

  /** Unlists an address if it still leads to this holder. @returns whether it did */
  unlist(address: string, holder: Holder): boolean {
    return this.#entries.get(address)?.holder === holder && this.#remove(address);
  }

  #remove(address: string): boolean {
    const entry = this.#entries.get(address);
    if (entry === undefined) return false;
    this.#entries.delete(address);
    const id = peerIdIn(address) ?? '';
    const addresses = this.#peers.get(id);
    addresses?.delete(address);
    if (addresses?.size === 0) this.#peers.delete(id);
    const { page } = entry;
    page.entries.delete(address);
    changed(page);
    this.#open.add(page);
    if (page.entries.size === 0) {
      this.#pages.delete(page);
      this.#open.delete(page);
    }
    return true;
  }

  #roomyPage(): Page<Holder> {
    for (const page of this.#open) return page;
    const page: Page<Holder> = { entries: new Map(), difference: undefined, bundle: undefined };
    this.#pages.add(page);
    this.#open.add(page);
    return page;
  }
}

function changed(page: Page<unknown>): void {
  page.difference = undefined;
  page.bundle = undefined;
}

/** A page for peers of ours, encoded once. */
export function differenceOf(page: Page<unknown>): Packet {
  page.difference ??= difference([...page.entries.keys()], []);
  return page.difference;
}

/** A page for clients of old, encoded once. */
export function bundleOf<Holder>(page: Page<Holder>): Bundle<PacketFrame> {
  page.bundle ??= announcements(page.entries.values());
  return page.bundle;
}

/** Entries as clients of old are told of them, save those of one holder. */
export function announcements<Holder>(entries: Iterable<Entry<Holder>>, except?: Holder): Bundle<PacketFrame> {
  const frames: PacketFrame[] = [];
  for (const { announced, holder } of entries)
    if (announced !== undefined && (except === undefined || holder !== except)) frames.push(announced);
  return { frames, forms: {} };
}
