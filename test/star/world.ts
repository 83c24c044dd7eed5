/** Stars and clients of every generation for the tests of a file; what is open afterwards is closed. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import { io } from 'socket.io-client';
import { marshalKey, peerIdOf } from '../../src/star/ids.ts';
import { type StarServer, type StarServerOptions, starServer } from '../../src/star/serve.ts';

/** What a client of socket.io 2 and one of 4 both have. */
export interface RealSocket {
  readonly connected: boolean;
  emit(event: string, ...args: unknown[]): unknown;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  once(event: string, listener: (...args: unknown[]) => void): unknown;
  disconnect(): unknown;
}
type Open = (url: string, options: object) => RealSocket;
const openOld: Open = createRequire(import.meta.url)('socket.io-client-2');
const openNew: Open = io;
export const generations = { 'socket.io 2': openOld, 'socket.io 4': openNew } as const;

/** A key pair, and how its owner joins with it. */
export interface Key {
  readonly id: string;
  readonly marshalled: Uint8Array;
  readonly sign: (text: string) => Buffer;
}

function keyOf(publicKey: Parameters<typeof marshalKey>[0], secret: KeyObject, digest: string | null): Key {
  const marshalled = marshalKey(publicKey);
  return { id: peerIdOf(marshalled), marshalled, sign: (text) => sign(digest, Buffer.from(text), secret) };
}

const spki = (key: KeyObject) => new Uint8Array(key.export({ type: 'spki', format: 'der' }));

/** New keys of each kind that libp2p has. */
export const keys = {
  Ed25519: (): Key => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    return keyOf({ type: 'Ed25519', data: spki(publicKey).subarray(-32) }, privateKey, null);
  },
  RSA: (modulusLength = 2_048): Key => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
    return keyOf({ type: 'RSA', data: spki(publicKey) }, privateKey, 'sha256');
  },
  secp256k1: (): Key => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const point = spki(publicKey).subarray(-65);
    const data = Uint8Array.of(2 + ((point[64] ?? 0) & 1), ...point.subarray(1, 33));
    return keyOf({ type: 'secp256k1', data }, privateKey, 'sha256');
  },
};

/** The address of a peer, as the clients of old write it. */
export const addressOf = (id: string, host = '127.0.0.1'): string =>
  `/ip4/${host}/tcp/9090/ws/p2p-websocket-star/ipfs/${id}`;

/** An address that nobody has to prove: the id of no key, by a name. */
export function address(name: string): string {
  return addressOf(peerIdOf(marshalKey({ type: 'Ed25519', data: createHash('sha256').update(name).digest() })));
}

export type Heard = readonly unknown[];

/** What came, in order, for one who waits. */
export class Inbox<Item = Heard> {
  readonly heard: Item[] = [];
  #wake: (() => void)[] = [];

  put(item: Item): void {
    this.heard.push(item);
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  /** Resolves with the first that fits, and takes it out: waits for it if it must. */
  async take(fits: (item: Item) => boolean = () => true): Promise<Item> {
    for (;;) {
      const at = this.heard.findIndex(fits);
      const [found] = at < 0 ? [] : this.heard.splice(at, 1);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
      });
    }
  }
}

const stream = (event: string, id: string) => `socket.io-pull-stream.${event}.${id}`;

/** A client of old, message by message. */
export class OldPeer extends Inbox {
  readonly socket: RealSocket;
  /** Whether it accepts the streams of dials that it takes. */
  accepts = true;
  /** What `ss-incomming` is answered with: nothing is yes. */
  answer: (answer: (error?: unknown) => void) => void = (answer) => answer();

  constructor(open: Open, url: string, options: object = {}) {
    super();
    this.socket = open(url.replace(/^ws/, 'http'), {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ...options,
    });
    for (const event of ['ws-peer', 'peers', 'connect', 'connect_error', 'disconnect'])
      this.socket.on(event, (...args) => this.put([event, ...args]));
    this.socket.on('ss-incomming', (dialId, from, answer) => {
      if (typeof dialId !== 'string' || typeof answer !== 'function') throw new Error('It is no dial.');
      this.listen(`${dialId}.dialer`);
      this.put(['ss-incomming', dialId, from]);
      this.answer((error) => {
        if (error === undefined) {
          if (this.accepts) this.accept(`${dialId}.dialer`);
          this.socket.on(stream('accept', `${dialId}.listener`), () => this.put(['accept', `${dialId}.listener`]));
          answer();
        } else answer(error);
      });
    });
  }

  /** Emits with a callback, and gives what that is called with. */
  ask(event: string, ...args: unknown[]): Promise<unknown[]> {
    return new Promise((resolve) => {
      this.socket.emit(event, ...args, (...answer: unknown[]) => resolve(answer));
    });
  }

  /** Resolves with `[error, nonce, peers]`. */
  join(joined: string, data: unknown = ''): Promise<unknown[]> {
    return this.ask('ss-join', joined, data);
  }

  /** Joins with the challenge. @returns the last answer */
  async prove(key: Key, joined = addressOf(key.id), spelling: 'hex' | 'base64' = 'hex'): Promise<unknown[]> {
    const [error, nonce] = await this.join(joined, Buffer.from(key.marshalled).toString(spelling));
    if (typeof nonce !== 'string') return [error, nonce];
    return this.join(joined, key.sign(nonce).toString('hex'));
  }

  /** Dials. @returns what the callback was called with */
  dial(from: string, to: string, dialId: string): Promise<unknown[]> {
    this.socket.on(stream('accept', `${dialId}.dialer`), () => this.put(['accept', `${dialId}.dialer`]));
    this.listen(`${dialId}.listener`);
    return this.ask('ss-dial', from, to, dialId);
  }

  /** Hears what comes on a stream, and says that it may. */
  accept(id: string): void {
    this.socket.emit(stream('accept', id));
  }

  listen(id: string): void {
    this.socket.on(stream('queue', id), (chunk) => this.put(['queue', id, chunk]));
    this.socket.on(stream('error', id), (error) => this.put(['error', id, error]));
  }

  queue(id: string, chunk: unknown): void {
    this.socket.emit(stream('queue', id), chunk);
  }

  end(id: string, error: unknown = true): void {
    this.socket.emit(stream('error', id), error);
  }

  /** Resolves with the first event of this name. */
  until(event: string, ...start: unknown[]): Promise<Heard> {
    return this.take(([name, ...args]) => name === event && start.every((part, at) => args[at] === part));
  }

  /** Resolves once the server has handled what was said before. */
  async settled(): Promise<void> {
    await this.join('/none');
  }
}

/** Stars and clients of one test. */
export function useStar() {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return {
    later: (end: () => unknown) => void ends.push(end),
    serve: async (options: StarServerOptions = {}): Promise<StarServer> => {
      const server = await starServer({ batchMs: 1, ...options });
      ends.push(() => server.close());
      return server;
    },
    /** A client of old that has connected. */
    old: async (url: string, open: Open = openOld, options: object = {}): Promise<OldPeer> => {
      const peer = new OldPeer(open, url, options);
      ends.push(() => peer.socket.disconnect());
      const [event, error] = await peer.take(([name]) => name === 'connect' || name === 'connect_error');
      if (event !== 'connect') throw error;
      return peer;
    },
  };
}

/** Resolves once it is so. It looks after every turn. */
export async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
