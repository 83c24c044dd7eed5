/** socket.io beside plain WebSockets on one real port: our listening side, and on the other side our own client or a real one, new or old. */
import { createRequire } from 'node:module';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { attachSocketIo, type SocketIoOptions } from '../../adapters/socketio.ts';
import { connectSocketIo, type SocketIoConnectOptions } from '../../adapters/socketioClient.ts';
import { listenWs } from '../../adapters/ws.ts';
import { type PacketFrame, packetTransport } from '../../src/packets.ts';
import type { Closure, ConnectionInfo, Transport } from '../../src/transport.ts';

/** What a transport told, as it came. */
export class ToldPackets {
  readonly frames: PacketFrame[] = [];
  readonly closed: Promise<Closure>;
  #wake: () => void = () => {};

  constructor(transport: Transport<PacketFrame>) {
    this.closed = new Promise((resolve) => {
      transport.attach({
        frame: (frame) => {
          this.frames.push(frame);
          this.#wake();
        },
        closed: resolve,
      });
    });
  }

  /** Resolves once so many frames have come. */
  async count(frames: number): Promise<readonly PacketFrame[]> {
    while (this.frames.length < frames) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.frames;
  }
}

/** A client of version 2 or 4; all that both of them have. */
export type RealClient = Pick<Socket, 'emit' | 'on' | 'once' | 'disconnect' | 'connected'>;

type Open = (url: string, options: object) => RealClient;
const openOld: Open = createRequire(import.meta.url)('socket.io-client-2');

export const versions = { 'client 4': io as Open, 'client 2': openOld };
export const means = ['websocket', 'polling'] as const;

export const event = (name: string, ...args: readonly unknown[]): PacketFrame => ({ type: 'event', event: name, args });

export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await turn();
}

/** Servers and clients for every test of the file; what is open afterwards is cut. */
export function useSocketIo() {
  let cuts: (() => Promise<unknown> | unknown)[];
  beforeEach(() => {
    cuts = [];
  });
  afterEach(async () => {
    for (const cut of cuts.reverse()) await cut();
    // Clients that poll try once more to say good-bye.
    await turns(50);
  });

  const listen = async (options: Partial<SocketIoOptions> = {}) => {
    const accepted: { readonly transport: Transport<PacketFrame>; readonly info: ConnectionInfo }[] = [];
    let wake = () => {};
    const take = (transport: Transport<PacketFrame>, info: ConnectionInfo) => {
      accepted.push({ transport, info });
      options.connection?.(transport, info);
      wake();
    };
    const { path = '/socket.io/' } = options;
    const listener = await listenWs({
      except: [path],
      attach: (http) => attachSocketIo({ ...options, http, connection: take }),
      connection: (transport, info) => take(packetTransport(transport), info),
      http: (_, response) => response.end('somebody else'),
    });
    cuts.push(async () => {
      const stopped = listener.stop();
      // Those that poll say good-bye with one more request.
      await Promise.race([stopped, turns(100)]);
      listener.cut();
      await stopped;
    });
    const url = new URL(listener.url);
    return {
      ws: listener.url,
      http: `http://${url.host}`,
      port: Number(url.port),
      listener,
      /** Connections that nobody has accepted. */
      accepted,
      accept: async () => {
        for (;;) {
          const next = accepted.shift();
          if (next !== undefined) return next;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
    };
  };

  /** A real client of socket.io. */
  const real = async (open: Open, url: string, transport: string): Promise<RealClient> => {
    const client = open(url, { transports: [transport], forceNew: true, reconnection: false });
    cuts.push(() => client.disconnect());
    await new Promise((resolve, reject) => {
      client.once('connect', () => resolve(undefined));
      client.once('connect_error', reject);
    });
    return client;
  };

  /** Our listening side and our connecting side. */
  const pair = async (options: Partial<SocketIoOptions> = {}, by: SocketIoConnectOptions = {}) => {
    const server = await listen(options);
    const client = await connectSocketIo(server.http, by);
    const { transport, info } = await server.accept();
    return { server: transport, client, info, listening: server };
  };

  /** The bare WebSocket below socket.io: it has said nothing but its opening. */
  const bare = async (ws: string, query = 'EIO=4&transport=websocket') => {
    const peer = new WebSocket(`${ws}/socket.io/?${query}`);
    const frames: string[] = [];
    let wake = () => {};
    peer.on('message', (data) => {
      frames.push(String(data));
      wake();
    });
    peer.on('error', () => {});
    cuts.push(() => peer.terminate());
    const closed = new Promise<void>((resolve) => peer.once('close', () => resolve()));
    await new Promise((resolve) => peer.once('open', resolve));
    /** Resolves with the first frame that starts so. */
    const awaits = async (start: string) => {
      for (;;) {
        const found = frames.find((frame) => frame.startsWith(start));
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    return { peer, frames, awaits, closed };
  };

  return { listen, real, pair, bare, later: (cut: () => unknown) => cuts.push(cut) };
}
