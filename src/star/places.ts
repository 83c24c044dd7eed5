/**
 * Who is where: one room for each namespace, with who tells those in it, from the first who joins until the last has left.
 *
 * An address has one holder. Nobody is told of what is refused, and a socket's late end takes nothing from who has its address now.
 */
import type { Clock } from '../clock.ts';
import { Announcer, Pump } from './announcer.ts';
import type { StarLimits } from './limits.ts';
import { type Entry, type Page, pageSize, Room } from './room.ts';
import type { RequestOf, StarSocket } from './socket.ts';
import type { StarOptions } from './starOptions.ts';
import { difference } from './wire.ts';

interface Place {
  readonly room: Room<StarSocket>;
  readonly announcer: Announcer<StarSocket>;
}

const defaults = { refreshMs: 10_000, batchMs: 100 };

export class Places {
  readonly #options: StarOptions;
  readonly #limits: StarLimits;
  readonly #clock: Clock;
  readonly #pump: Pump;
  readonly #places = new Map<string, Place>();
  #addresses = 0;

  constructor(options: StarOptions, limits: StarLimits, clock: Clock) {
    this.#options = options;
    this.#limits = limits;
    this.#clock = clock;
    this.#pump = new Pump(clock, limits.announcementsPerSecond);
  }

  /** How many addresses are joined. */
  get size(): number {
    return this.#addresses;
  }

  /** The addresses that are joined in a namespace. */
  addresses(namespace: string): string[] {
    return [...(this.#places.get(namespace)?.room.entries() ?? [])].map(({ address }) => address);
  }

  /** Who holds an address of a namespace. */
  find(namespace: string, address: string): StarSocket | undefined {
    return this.#places.get(namespace)?.room.find(address);
  }

  /** Tells nobody anything any more. */
  stop(): void {
    this.#pump.stop();
    for (const { announcer } of this.#places.values()) announcer.stop();
  }

  /** Enters an address, and tells who is there. */
  list(socket: StarSocket, { id, address }: RequestOf<'requestListing'>): void {
    const { mayJoin, takeover } = this.#options;
    const { peers } = this.#limits;
    const { room, announcer } = this.#placeOf(socket.namespace);
    const holder = room.get(address)?.holder;
    const isTaken = holder !== undefined && holder !== socket;
    const refusal =
      mayJoin?.(address, socket) === false
        ? 'forbidden'
        : isTaken && takeover === 'oldest'
          ? 'addressTaken'
          : holder === undefined && peers > 0 && this.#addresses >= peers
            ? 'tooManyPeers'
            : undefined;
    if (refusal !== undefined) {
      this.#dropIfEmpty(socket.namespace);
      socket.tell({ type: 'unlistable', id, error: refusal });
      return;
    }
    if (holder !== socket) {
      const { entry } = room.list(address, socket);
      if (holder === undefined) this.#addresses += 1;
      else this.#displace(holder, address, announcer);
      announcer.found(entry);
    }
    announcer.add(socket);
    const { peers: listed, rest, newest } = this.#listFor(socket, room);
    socket.knows = newest;
    socket.tell({ type: 'listed', id, peers: listed });
    if (rest.length > 0) announcer.catchUp(socket, rest);
  }

  unlist(socket: StarSocket, addresses: readonly string[]): void {
    const place = this.#places.get(socket.namespace);
    if (place === undefined) return;
    for (const address of addresses) {
      if (!place.room.unlist(address, socket)) continue;
      this.#addresses -= 1;
      place.announcer.left(address);
    }
    if (!socket.hasJoined) place.announcer.delete(socket);
    this.#dropIfEmpty(socket.namespace);
  }

  #placeOf(namespace: string): Place {
    const known = this.#places.get(namespace);
    if (known !== undefined) return known;
    const { refreshMs = defaults.refreshMs, batchMs = defaults.batchMs } = this.#options;
    const room = new Room<StarSocket>();
    const announcer = new Announcer(room, {
      clock: this.#clock,
      pump: this.#pump,
      refresh: refreshMs,
      batch: batchMs,
    });
    const place = { room, announcer };
    this.#places.set(namespace, place);
    return place;
  }

  #dropIfEmpty(namespace: string): void {
    const place = this.#places.get(namespace);
    if (place === undefined || place.room.size > 0 || place.announcer.size > 0) return;
    place.announcer.stop();
    this.#places.delete(namespace);
  }

  #displace(holder: StarSocket, address: string, announcer: Announcer<StarSocket>): void {
    holder.tell({ type: 'displaced', address });
    if (holder.isOurs) holder.give(difference([], [address]));
    if (!holder.hasJoined) announcer.delete(holder);
    this.#options.log?.info({ socket: holder.id, ip: holder.ip }, 'another socket has joined its address');
  }

  /** Who is there, for an answer: whole pages, as many as it takes. For peers of ours one: the others they are sent as pages that are encoded already. */
  #listFor(socket: StarSocket, room: Room<StarSocket>) {
    const peers: string[] = [];
    const rest: Page<StarSocket>[] = [];
    const isTold = ({ holder, announced }: Entry<StarSocket>) =>
      holder !== socket && (socket.isOurs || announced !== undefined);
    const most = socket.isOurs ? Math.min(pageSize, this.#limits.listed) : this.#limits.listed;
    for (const page of room.pages) {
      if (peers.length >= most) rest.push(page);
      else for (const entry of page.entries.values()) if (isTold(entry)) peers.push(entry.address);
    }
    return { peers, rest, newest: room.newest };
  }
}
