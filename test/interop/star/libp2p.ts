/** The client and the server that the world already has: `libp2p-websocket-star` 0.10.2 and `libp2p-websocket-star-rendezvous` 0.4.1. */
import { createServer } from 'node:net';
import { installed } from '../install.ts';
import type { PeerKey } from './keys.ts';
import { type Conn, Incoming, type Peer } from './peer.ts';

type Callback<Value = void> = (error?: Error | null, value?: Value) => void;
type Read = (end: unknown, callback: (end: unknown, chunk?: Uint8Array) => void) => void;

export interface Multiaddr {
  toString(): string;
}
export interface Connection {
  readonly source: Read;
  readonly sink: (read: Read) => void;
  getObservedAddrs(callback: Callback<Multiaddr[]>): void;
  getPeerInfo(callback: Callback<unknown>): void;
  setPeerInfo(info: unknown): void;
}
export interface Listener {
  listen(address: Multiaddr, callback: Callback): void;
  close(callback: Callback): void;
  on(event: 'peer', listener: (address: string) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  once(event: 'close' | 'listening', listener: () => void): void;
  getAddrs(callback: Callback<Multiaddr[]>): void;
  /** Private: goes without a word. */
  _down(): void;
  readonly io?: { emit(event: string, ...args: unknown[]): void; disconnect(): void; readonly connected: boolean };
}
interface PeerInfo {
  readonly multiaddrs: { has(address: Multiaddr): boolean };
}
export interface Star {
  readonly discovery: {
    once(event: 'peer', listener: (info: PeerInfo) => void): void;
    on(event: 'peer', listener: (info: PeerInfo) => void): void;
  };
  createListener(handler: (connection: Connection) => void): Listener;
  dial(address: Multiaddr, callback: Callback<Connection>): void;
}
interface Key {
  readonly public: object;
  sign(bytes: Uint8Array, callback: Callback<Uint8Array>): void;
}
interface Rendezvous {
  readonly info: { readonly uri: string };
  readonly listener: { closeAllConnections(): void };
  stop(options?: object): Promise<void>;
}
export interface Packages {
  readonly Star: new (options: object) => Star;
  readonly multiaddr: (address: string) => Multiaddr;
  readonly unmarshalPrivateKey: (bytes: Uint8Array, callback: Callback<Key>) => void;
  readonly rendezvous: { start(options: object): Promise<Rendezvous> };
}

let packages: Promise<Packages> | undefined;

/** Loads both from their own install. */
export function libp2p(): Promise<Packages> {
  packages ??= installed('star').then((require) => ({
    Star: require('libp2p-websocket-star'),
    multiaddr: require('multiaddr'),
    unmarshalPrivateKey: require('libp2p-crypto').keys.unmarshalPrivateKey,
    rendezvous: require('libp2p-websocket-star-rendezvous'),
  }));
  return packages;
}

/** Its promise settles as the callback is called. */
export function called<Value>(ask: (callback: Callback<Value>) => void): Promise<Value | undefined> {
  return new Promise((resolve, reject) =>
    ask((error, value) => (error === undefined || error === null ? resolve(value) : reject(error))),
  );
}

/** A port that was free a moment ago: the real server takes no 0. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => resolve(bound !== null && typeof bound === 'object' ? bound.port : 0));
    });
  });
}

/** A real rendezvous server. */
export async function realServer(
  options: { readonly challenge?: boolean; readonly strict?: boolean; port?: number } = {},
) {
  const { rendezvous } = await libp2p();
  const port = options.port ?? (await freePort());
  const server = await rendezvous.start({
    host: '127.0.0.1',
    port,
    cryptoChallenge: options.challenge ?? true,
    strictMultiaddr: options.strict ?? true,
    refreshPeerListIntervalMS: 200,
    metrics: false,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      const stopped = server.stop({ timeout: 100 });
      server.listener.closeAllConnections();
      await stopped;
    },
  };
}

/** A real client. */
export class RealPeer implements Peer {
  readonly address: string;
  readonly known = new Set<string>();
  readonly incoming = new Incoming();
  readonly errors: Error[] = [];
  readonly listener: Listener;
  readonly #star: Star;
  readonly #multiaddr: Packages['multiaddr'];
  #wake = () => {};

  private constructor({ Star, multiaddr }: Packages, address: string, id: object | undefined) {
    this.address = address;
    this.#multiaddr = multiaddr;
    this.#star = new Star({ id, allowJoinWithDisabledChallenge: true });
    this.listener = this.#star.createListener((connection) => this.incoming.add(new RealConn(connection)));
    this.listener.on('peer', (found) => {
      this.known.add(found);
      this.#wake();
    });
    this.listener.on('error', (error) => this.errors.push(error));
  }

  /** Has not joined yet. */
  static async create(address: string, key: PeerKey | undefined): Promise<RealPeer> {
    const loaded = await libp2p();
    if (key === undefined) return new RealPeer(loaded, address, undefined);
    const privKey = await called<Key>((callback) => loaded.unmarshalPrivateKey(Buffer.from(key.privateKey), callback));
    return new RealPeer(loaded, address, { pubKey: privKey?.public, privKey });
  }

  static async join(address: string, key: PeerKey | undefined): Promise<RealPeer> {
    const peer = await RealPeer.create(address, key);
    await peer.listen();
    return peer;
  }

  async listen(): Promise<void> {
    await called((callback) => this.listener.listen(this.#multiaddr(this.address), callback));
  }

  async finds(address: string): Promise<void> {
    while (!this.known.has(address)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  forget(): void {
    this.known.clear();
  }

  async dial(address: string): Promise<Conn> {
    const connection = await called<Connection>((callback) => this.#star.dial(this.#multiaddr(address), callback));
    if (connection === undefined) throw new Error('There is no connection.');
    return new RealConn(connection);
  }

  async leave(): Promise<void> {
    this.listener.io?.emit('ss-leave', this.address);
  }

  async close(): Promise<void> {
    this.listener.io?.disconnect();
  }
}

export class RealConn implements Conn {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async observed(): Promise<string[]> {
    const observed = await called<Multiaddr[]>((callback) => this.#connection.getObservedAddrs(callback));
    return (observed ?? []).map(String);
  }

  async write(chunks: Iterable<Uint8Array>): Promise<void> {
    const iterator = chunks[Symbol.iterator]();
    await new Promise<void>((resolve) =>
      this.#connection.sink((end, callback) => {
        if (end !== null && end !== false) {
          resolve();
          return callback(end);
        }
        const { done, value } = iterator.next();
        if (done === true) {
          callback(true);
          resolve();
        } else callback(null, Buffer.from(value));
      }),
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = await new Promise<Uint8Array | undefined>((resolve, reject) =>
        this.#connection.source(null, (end, bytes) => {
          if (end === true) resolve(undefined);
          else if (end !== null && end !== false && end !== undefined) reject(end);
          else resolve(bytes);
        }),
      );
      if (chunk === undefined) return;
      yield chunk;
    }
  }

  echo(): void {
    this.#connection.sink(this.#connection.source);
  }
}
