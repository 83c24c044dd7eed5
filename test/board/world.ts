/** Boards and clients for every test of a file; what is open afterwards is closed. And the original's own clients, old and new, as it had them. */
import { createRequire } from 'node:module';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { type BoardClient, type BoardClientOptions, joinBoard } from '../../src/board/index.ts';
import { type BoardServer, type BoardServerOptions, boardServer } from '../../src/board/serve.ts';

export const channel = { marginBalance: '10', quotePrice: '2.5', unpublishedTradeSize: '3' };

/** What a client of socket.io 2 and one of 4 both have. */
interface RealSocket {
  emit(event: string, ...args: unknown[]): unknown;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  disconnect(): unknown;
}
type Open = (url: string, options: object) => RealSocket;
const openOld: Open = createRequire(import.meta.url)('socket.io-client-2');
const openNew: Open = io;
export const generations = { 'socket.io 2': openOld, 'socket.io 4': openNew } as const;

const events = [
  'requestAddresses',
  'receiveChannels',
  'receiveChannelProposal',
  'receiveIndicator',
  'ponger',
  'boardError',
  'addressLost',
];

export type Heard = readonly [event: string, ...args: unknown[]];

/** What came, in order, for one who waits. */
export class Inbox {
  readonly heard: Heard[] = [];
  #wake: () => void = () => {};

  put(heard: Heard): void {
    this.heard.push(heard);
    this.#wake();
  }

  /** Resolves with the next message: waits for it if it must. */
  async next(): Promise<Heard> {
    for (;;) {
      const first = this.heard.shift();
      if (first !== undefined) return first;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async some(count: number): Promise<Heard[]> {
    const some: Heard[] = [];
    while (some.length < count) some.push(await this.next());
    return some;
  }

  /** Resolves with the first of this event; what came before it is dropped. */
  async until(event: string): Promise<Heard> {
    for (;;) {
      const heard = await this.next();
      if (heard[0] === event) return heard;
    }
  }
}

/** A wallet of the original: its socket, and its messages as it sends them. */
export class Wallet extends Inbox {
  readonly socket: RealSocket;
  readonly acknowledged: string[] = [];

  constructor(open: Open, url: string) {
    super();
    this.socket = open(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    for (const event of events) this.socket.on(event, (...args) => this.put([event, ...args]));
    this.socket.on('disconnect', () => this.put(['disconnect']));
  }

  registerAddresses(addresses: readonly string[]): void {
    this.socket.emit('registerAddresses', { addresses }, () => this.acknowledged.push('registerAddresses'));
  }

  ping(): void {
    this.socket.emit('pinger', { msg: 'ping' }, () => this.acknowledged.push('pinger'));
  }

  proposeChannel(channelData: object): void {
    this.socket.emit('proposeChannel', { channelData });
  }

  indicateInterest(data: object): void {
    this.socket.emit('indicateInterest', data);
  }

  /** Resolves once the server has handled everything that was said before. @returns what it said meanwhile */
  async settled(): Promise<Heard[]> {
    this.ping();
    const meanwhile: Heard[] = [];
    for (;;) {
      const heard = await this.next();
      if (heard[0] === 'ponger' || heard[0] === 'disconnect') return meanwhile;
      meanwhile.push(heard);
    }
  }
}

/** A bare WebSocket that says any frame. */
export class Raw extends Inbox {
  readonly socket: WebSocket;

  private constructor(socket: WebSocket) {
    super();
    this.socket = socket;
    socket.on('message', (data) => this.put(JSON.parse(String(data))));
    socket.on('close', (code) => this.put(['disconnect', code]));
    socket.on('error', () => {});
  }

  static async open(url: string): Promise<Raw> {
    const raw = new Raw(new WebSocket(url, { perMessageDeflate: false }));
    await new Promise((resolve) => raw.socket.once('open', resolve));
    return raw;
  }

  say(...frame: Heard): void {
    this.socket.send(JSON.stringify(frame));
  }

  async settled(): Promise<Heard[]> {
    this.say('pinger', { msg: 'ping' });
    const meanwhile: Heard[] = [];
    for (;;) {
      const heard = await this.next();
      if (heard[0] === 'ponger' || heard[0] === 'disconnect') return meanwhile;
      meanwhile.push(heard);
    }
  }
}

/** Boards, wallets and clients of one test. */
export function useBoard() {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const serve = async (options: BoardServerOptions = {}): Promise<BoardServer> => {
    const server = await boardServer(options);
    ends.push(() => server.close());
    return server;
  };
  return {
    later: (end: () => unknown) => void ends.push(end),
    serve,
    join: async (url: string, options: BoardClientOptions = {}): Promise<BoardClient> => {
      const board = await joinBoard(url, options);
      ends.push(() => board.close());
      return board;
    },
    wallet: (url: string, open: Open = openNew): Wallet => {
      const wallet = new Wallet(open, url.replace(/^ws/, 'http'));
      ends.push(() => wallet.socket.disconnect());
      return wallet;
    },
    raw: async (url: string): Promise<Raw> => {
      const raw = await Raw.open(url);
      ends.push(() => raw.socket.terminate());
      return raw;
    },
  };
}

/** Resolves with the first notice of this type. */
export function first<Type extends Parameters<BoardClient['on']>[0]>(board: BoardClient, type: Type) {
  return new Promise<unknown>((resolve) => {
    const forget = board.on(type, (notice) => {
      forget();
      resolve(notice);
    });
  });
}

/** Resolves once it is so. It looks when something has happened, and at least after every turn. */
export async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
