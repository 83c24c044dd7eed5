/**
 * The star as an app uses it: who is there, `dial`, and the dials of others, at one rendezvous server or at several. Everything that it promises settles.
 */
import type { ListenerInput, ListenerOutput } from '../../machines/star/listener.ts';
import { toHex } from '../bytes.ts';
import type { Backoff } from '../connector.ts';
import { endsWith } from '../endsWith.ts';
import { ConnectionLost, LocalMisuse } from '../errors.ts';
import { Host, type HostOptions } from '../host.ts';
import { Listeners } from '../listeners.ts';
import type { Violated } from '../role.ts';
import type { StarConnection } from './connection.ts';
import { joinFault } from './faults.ts';
import type { Identity } from './identity.ts';
import { KnownPeers, type PeerChange } from './known.ts';
import { isMultiaddr } from './multiaddr.ts';
import { type Reach, StarPeer } from './peer.ts';
import type { StreamLimits } from './streamLimits.ts';
import { Streams } from './streams.ts';

/** What a node tells. */
export type StarNotice =
  /** A server has us, at first or again. */
  | { readonly type: 'joined'; readonly url: string; readonly address: string }
  | { readonly type: 'disconnected'; readonly url: string; readonly reason: string }
  /** A try to join came to nothing; there will be another. */
  | { readonly type: 'delayed'; readonly url: string; readonly reason: string }
  /** This server is given up. */
  | { readonly type: 'lost'; readonly url: string; readonly error: Error }
  | PeerChange
  /** A server broke the protocol. */
  | (Violated & { readonly url: string });

export interface StarNodeOptions extends HostOptions {
  /** Who we are: proves our address. Default: a fresh one. `null`: nobody; servers that want a proof refuse us then. */
  readonly identity?: Identity | null;
  /** Only peers of the same namespace see each other, where the server knows namespaces. */
  readonly namespace?: string;
  /** Tries to get a lost connection back before giving up, counted until a connection has held for `timeout`. Default: a million. */
  readonly attempts?: number;
  readonly backoff?: Backoff;
  /** Milliseconds for the connection, and for each step of joining. Default: 10 s. */
  readonly timeout?: number;
  /** Milliseconds for another peer to take our dial. Default: 30 s. */
  readonly dialTimeout?: number;
  /** Milliseconds for what is connected to end by itself when we close, and for each further step of closing. Default: 5 s. */
  readonly closeTimeout?: number;
  /** Dials of others that are open at once, at each server; further ones are refused. Default: 256. */
  readonly maxIncoming?: number;
  /** Those among them that `incoming` has not given out yet. Default: 16. */
  readonly backlog?: number;
  /** Peers that are known at once; further ones are not told of. Default: 100,000. */
  readonly maxKnown?: number;
  /** Bytes of their addresses, two for each character. Default: 32 MiB, 160 characters for each of 100,000. */
  readonly maxKnownBytes?: number;
  /** Milliseconds after which a peer has left that a server of old has not told of again (it tells every 10 s); 0: never. Default: 45 s. */
  readonly forgetAfter?: number;
  readonly limits?: Partial<StreamLimits>;
  /** The largest frame that is taken. Default: 16 MiB: a server of old tells of all its peers at once. */
  readonly maxFrame?: number;
  /** Gives up joining; once joined, closes the node. */
  readonly signal?: AbortSignal;
}

export interface DialOptions {
  /** Gives up the dial, as long as it is not connected. */
  readonly signal?: AbortSignal;
  /** Milliseconds for the other peer to take it. Default: the node's `dialTimeout`. */
  readonly timeout?: number;
}

/** What each listener is given beside its address and its key. */
export const listenerDefaults: Omit<ListenerInput, 'address' | 'publicKey' | 'patient'> = {
  attempts: 1_000_000,
  maxIncoming: 256,
  maxWaiting: 16,
  joinTimeout: 10_000,
  closeTimeout: 5_000,
};

const defaults = {
  dialTimeout: 30_000,
  maxKnown: 100_000,
  maxKnownBytes: 33_554_432,
  forgetAfter: 45_000,
  maxFrame: 16_777_216,
};

interface Incoming {
  readonly connection: StarConnection;
  readonly taken: () => void;
}

/** A server, and the address that we have there. */
export interface Place extends Reach {
  readonly address: string;
}

/** A peer of the star. Made by `joinStar`. */
export class StarNode {
  /** Who is there: `for await (const { type, address } of node.peers)` gives those that are there as found, then every change. */
  readonly peers: KnownPeers;
  readonly identity: Identity | undefined;
  /** Resolves when the node has ended, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #peers: readonly StarPeer[];
  readonly #listeners: Listeners<StarNotice>;
  readonly #incoming: Incoming[] = [];
  readonly #takers = new Set<(next: Incoming | undefined) => void>();
  readonly #faults = new Map<StarPeer, Error>();
  #resolveClosed: () => void = () => {};

  /** Does not connect yet: see `join`. */
  constructor(places: readonly Place[], identity: Identity | undefined, options: StarNodeOptions) {
    const host = new Host(options);
    const streams = new Streams(host, options.limits);
    const forgetAfter = options.forgetAfter ?? defaults.forgetAfter;
    this.identity = identity;
    this.#listeners = new Listeners(host.report);
    this.peers = new KnownPeers({
      clock: host.clock,
      most: options.maxKnown ?? defaults.maxKnown,
      mostBytes: options.maxKnownBytes ?? defaults.maxKnownBytes,
      changed: (change) => this.#listeners.tell(change),
    });
    this.#peers = places.map((reach) => {
      const { url, address } = reach;
      const peer: StarPeer = new StarPeer({
        host,
        reach,
        streams,
        identity,
        input: {
          address,
          publicKey: identity === undefined ? '' : toHex(identity.publicKey),
          patient: places.length > 1,
          attempts: options.attempts ?? listenerDefaults.attempts,
          maxIncoming: options.maxIncoming ?? listenerDefaults.maxIncoming,
          maxWaiting: options.backlog ?? listenerDefaults.maxWaiting,
          joinTimeout: options.timeout ?? listenerDefaults.joinTimeout,
          closeTimeout: options.closeTimeout ?? listenerDefaults.closeTimeout,
        },
        dialTimeout: options.dialTimeout ?? defaults.dialTimeout,
        ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
        maxFrame: options.maxFrame ?? defaults.maxFrame,
        notify: (notice) => {
          switch (notice.type) {
            case 'found':
              this.peers.found(
                url,
                notice.addresses.filter((each) => each !== address),
              );
              break;
            case 'left':
              this.peers.left(url, notice.addresses);
              break;
            case 'joined':
              if (reach.dialect === 'old' && forgetAfter > 0) this.peers.expire(url, forgetAfter);
              this.#listeners.tell({ type: 'joined', url, address });
              break;
            case 'disconnected':
              // Who comes and goes until we are there again is not told.
              this.peers.forget(url);
              // A server that takes connections and ends them would otherwise let nobody hear that there is none to join.
              this.#faults.set(peer, new ConnectionLost(notice.reason, { code: 'lost' }));
              this.#listeners.tell({ ...notice, url });
              break;
            case 'delayed':
              this.#faults.set(peer, new ConnectionLost(notice.reason, { code: 'notOpened' }));
              this.#listeners.tell({ ...notice, url });
              break;
            default:
              this.#listeners.tell({ ...notice, url });
          }
        },
        dialled: (connection, taken) => this.#dialled({ connection, taken }),
        ended: (output) => this.#ended(peer, output),
      });
      return peer;
    });
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    endsWith(options.signal, () => this.close(), this.closed);
  }

  /**
   * Joins. Resolves when the first of the servers has us; the others are tried on.
   * @throws ConnectionLost `notOpened`: no server is there; `lost`: it ended the connection before it had answered
   * @throws StarRefused the server refused the address, or its proof
   * @throws PeerMisbehaved `misanswered`: what the server answered is no answer
   * @throws DeadlinePassed `unanswered`
   */
  async join(): Promise<this> {
    for (const peer of this.#peers) peer.listen();
    const forget: (() => void)[] = [];
    const decided = new Promise<void>((resolve) => {
      const look = () => {
        if (this.#peers.some(({ isJoined }) => isJoined) || this.#faults.size === this.#peers.length) resolve();
      };
      for (const type of ['joined', 'disconnected', 'delayed', 'lost'] as const) forget.push(this.on(type, look));
      look();
    });
    await Promise.race([decided, this.closed]);
    for (const each of forget) each();
    if (this.#peers.some(({ isJoined }) => isJoined)) return this;
    const [fault] = [...this.#faults.values()].sort((one, other) => rankOf(one) - rankOf(other));
    await this.close();
    throw fault ?? new ConnectionLost('The node was closed.', { code: 'notOpened' });
  }

  /** Our address at the first server that has us; where none has, at the first. */
  get address(): string {
    return this.addresses[0] ?? this.#peers[0]?.address ?? '';
  }

  /** Our addresses at all servers that have us now. */
  get addresses(): readonly string[] {
    return this.#peers.filter(({ isJoined }) => isJoined).map(({ address }) => address);
  }

  /** The addresses of others that are known now. */
  get known(): readonly string[] {
    return this.peers.list();
  }

  /** Each server, and the state of its listener's machine: `open.joined`. */
  get servers(): readonly { readonly url: string; readonly state: string; readonly streams: number }[] {
    return this.#peers.map(({ url, state, streams }) => ({ url, state, streams }));
  }

  /**
   * Connects to another peer, by the address that it is known by.
   * @throws LocalMisuse `badAddress`: it is no multiaddr that we know, and no server has told of it; nothing was sent
   * @throws StarRefused `peerNotFound`, `notAuthorized`, or `refused` by the other peer
   * @throws DeadlinePassed `unanswered`: the other peer did not take it in time
   * @throws ConnectionLost `notJoined`: no server has us now; `lost`: the server went away meanwhile
   * @throws the signal's reason
   */
  async dial(address: string, { signal, timeout }: DialOptions = {}): Promise<StarConnection> {
    signal?.throwIfAborted();
    // A server of old may know protocols that we do not: who it has told of can be dialled.
    if (!isMultiaddr(address) && !this.peers.has(address))
      throw new LocalMisuse(
        `${address} is no address of a peer: those are multiaddrs, /dns4/star.example/tcp/443/wss/p2p-websocket-star/ipfs/<peer id>.`,
        { code: 'badAddress' },
      );
    const joined = this.#peers.filter(({ isJoined }) => isJoined);
    const teller =
      joined.find(({ url }) => this.peers.isToldBy(url, address)) ??
      joined.find((peer) => placeOf(peer.address) === placeOf(address)) ??
      joined[0];
    if (teller === undefined)
      throw new ConnectionLost('No server has us now: nobody can be dialled.', { code: 'notJoined' });
    return teller.dial(address, signal, timeout);
  }

  /** The dials of others, as they come. Ends with the node, or with the signal. While nobody takes them, `backlog` are kept and further ones refused. */
  incoming({ signal }: { readonly signal?: AbortSignal } = {}): AsyncIterableIterator<StarConnection> {
    let taker: ((next: Incoming | undefined) => void) | undefined;
    let hasLeft = false;
    const leave = () => {
      hasLeft = true;
      taker?.(undefined);
    };
    if (signal?.aborted === true) leave();
    signal?.addEventListener('abort', leave, { once: true });
    const iterator: AsyncIterableIterator<StarConnection> = {
      next: async () => {
        const next = hasLeft
          ? undefined
          : await this.#next((waits) => {
              taker = waits;
            });
        taker = undefined;
        if (next === undefined) return { done: true, value: undefined };
        next.taken();
        return { done: false, value: next.connection };
      },
      return: async () => {
        leave();
        signal?.removeEventListener('abort', leave);
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /** Calls `listener` for every notice of this type until the returned function is called. */
  on<Type extends StarNotice['type']>(
    type: Type,
    listener: (notice: Extract<StarNotice, { readonly type: Type }>) => void,
  ): () => void {
    return this.#listeners.on(type, listener);
  }

  /** Gives our addresses back: nobody finds or dials us any more, and we dial nobody. What is connected stays so. */
  leave(): void {
    for (const peer of this.#peers) if (peer.isJoined) peer.leave();
  }

  /** Leaves, lets what is connected end by itself for a while, and closes. Never rejects. */
  close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    if (this.#peers.every(({ hasEnded }) => hasEnded)) this.#finish();
    return this.closed;
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #next(waits: (taker: (next: Incoming | undefined) => void) => void): Promise<Incoming | undefined> {
    const next = this.#incoming.shift();
    if (next !== undefined || this.#peers.every(({ hasEnded }) => hasEnded)) return Promise.resolve(next);
    return new Promise((resolve) => {
      const taker = (given: Incoming | undefined) => {
        this.#takers.delete(taker);
        resolve(given);
      };
      this.#takers.add(taker);
      waits(taker);
    });
  }

  #dialled(incoming: Incoming): void {
    for (const taker of this.#takers) {
      taker(incoming);
      return;
    }
    this.#incoming.push(incoming);
    // What ends before anybody has looked at it makes room for another.
    void incoming.connection.closed.then(() => {
      const at = this.#incoming.indexOf(incoming);
      if (at >= 0) this.#incoming.splice(at, 1);
    });
  }

  #ended(peer: StarPeer, output: ListenerOutput): void {
    const error = joinFault(output);
    this.#faults.set(peer, error);
    this.peers.forget(peer.url);
    if (output.cause !== 'closed') this.#listeners.tell({ type: 'lost', url: peer.url, error });
    if (this.#peers.every(({ hasEnded }) => hasEnded)) this.#finish();
  }

  #finish(): void {
    this.peers.end();
    for (const taker of [...this.#takers]) taker(undefined);
    this.#resolveClosed();
  }
}

/** Of several reasons the one is told that says most. */
const rankOf = (fault: Error): number => (fault instanceof ConnectionLost ? 1 : 0);

/** An address without the peer's id: the server that it is at. */
const placeOf = (address: string): string => address.replace(/\/(?:ipfs|p2p)\/[^/]+$/, '');
