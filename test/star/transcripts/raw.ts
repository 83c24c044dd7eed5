/** Both ends of the wire by hand: text frames as they are on the socket, of the engine's version 3 and socket.io's version 4. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type StarServer, type StarServerOptions, starServer } from '../../../src/star/serve.ts';

/** One end: what it was sent, in order. Bytes are written as `0x…`. */
export class Raw {
  readonly #socket: WebSocket;
  readonly #frames: string[] = [];
  #wake = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      this.#frames.push(isBinary ? `0x${data.toString('hex')}` : data.toString());
      this.#wake();
    });
  }

  say(...frames: readonly string[]): void {
    for (const frame of frames)
      this.#socket.send(/^0x[0-9a-f]*$/.test(frame) ? Buffer.from(frame.slice(2), 'hex') : frame);
  }

  /** The next frame that is not of the engine's pulse. */
  async next(): Promise<string> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined && frame !== '2' && frame !== '3') return frame;
      if (frame !== undefined) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** These frames come next, in this order. */
  async hears(...frames: readonly string[]): Promise<void> {
    for (const frame of frames) expect(await this.next()).toBe(frame);
  }

  /** What comes next starts so; what follows is read as JSON. */
  async reads(start: string): Promise<unknown[]> {
    const frame = await this.next();
    expect(frame.slice(0, start.length)).toBe(start);
    return JSON.parse(frame.slice(start.length));
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** Our server, and clients by hand. What is open afterwards is closed. */
export function useServer() {
  let ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    ends = [];
  });
  return {
    serve: async (options: StarServerOptions = {}): Promise<StarServer> => {
      const server = await starServer({ challenge: false, ...options });
      ends.push(() => server.close());
      return server;
    },
    connect: async ({ url }: StarServer): Promise<Raw> => {
      const socket = new WebSocket(`${url}/socket.io/?EIO=3&transport=websocket`);
      const raw = new Raw(socket);
      ends.push(() => raw.close());
      expect(await raw.next()).toMatch(/^0\{"sid":"[^"]+","upgrades":\[\],"pingInterval":\d+,"pingTimeout":\d+/);
      await raw.hears('40');
      return raw;
    },
  };
}

/** A server by hand, for our client. */
export function useHand() {
  let server: WebSocketServer;
  let accepted: Raw[];
  let wake = () => {};
  beforeEach(async () => {
    accepted = [];
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => {
      const raw = new Raw(socket);
      raw.say('0{"sid":"TFWYfcc9IjC-U7K_AAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000}', '40');
      accepted.push(raw);
      wake();
    });
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return {
    url: () => {
      const { port }: AddressInfo = Object(server.address());
      return `http://127.0.0.1:${port}`;
    },
    accept: async (): Promise<Raw> => {
      for (;;) {
        const next = accepted.shift();
        if (next !== undefined) return next;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** Addresses of the text's format; nobody has to prove them. */
export const alice =
  '/ip4/127.0.0.1/tcp/3918/ws/p2p-websocket-star/ipfs/QmXthhhUhGrqUxwGJvHzzuzX31wzBhgugNyvWqUzqjog4F';
export const bob = '/ip4/127.0.0.1/tcp/3918/ws/p2p-websocket-star/ipfs/QmfZ8fPqVfogbUTgJW63fhidzpxjnJy4nenZNi4svy3ydH';
