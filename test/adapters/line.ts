/** Both ends of a real WebSocket: ours by an adapter, the other one bare, or both ours. */
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { connect, type ListenOptions, listenWs } from '../../adapters/ws.ts';
import type { Closure, Connect, Listener, Transport } from '../../src/transport.ts';

export type Frame = string | Uint8Array;

/** What a transport told, as it came. */
export class Told {
  readonly frames: Frame[] = [];
  readonly closed: Promise<Closure>;
  #wake: () => void = () => {};

  constructor(transport: Transport<Frame>) {
    this.closed = new Promise((resolve) => {
      transport.attach({
        frame: (frame) => {
          this.frames.push(typeof frame === 'string' ? frame : Uint8Array.from(frame));
          this.#wake();
        },
        closed: (closure) => {
          resolve(closure);
          this.#wake();
        },
      });
    });
  }

  /** Resolves once so many frames have come. */
  async count(frames: number): Promise<readonly Frame[]> {
    while (this.frames.length < frames) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.frames;
  }
}

/** Lines for every test of the file; what is open afterwards is cut. */
export function useLines(connectBy: Connect<Frame> = connect) {
  let cuts: (() => Promise<void>)[];
  beforeEach(() => {
    cuts = [];
  });
  afterEach(async () => {
    for (const cut of cuts.reverse()) await cut();
  });

  const listen = async (options: Partial<ListenOptions> = {}) => {
    const accepted: Transport<Frame>[] = [];
    let wake = () => {};
    const listener: Listener = await listenWs({
      ...options,
      connection: (transport, info) => {
        accepted.push(transport);
        options.connection?.(transport, info);
        wake();
      },
    });
    cuts.push(() => listener.stop());
    /** The next connection. */
    const accept = async () => {
      for (;;) {
        const transport = accepted.shift();
        if (transport !== undefined) {
          cuts.push(async () => transport.terminate());
          return transport;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    return { url: listener.url, accept };
  };

  /** Our listening side, and a bare peer. */
  const accepted = async (options: Partial<ListenOptions> = {}) => {
    const { url, accept } = await listen(options);
    const peer = new WebSocket(url, { perMessageDeflate: false });
    cuts.push(async () => peer.terminate());
    await once(peer, 'open');
    return { transport: await accept(), peer };
  };

  /** Our connecting side, and a bare peer. */
  const connected = async (maxFrame?: number) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    cuts.push(() => new Promise((resolve) => server.close(() => resolve())));
    await once(server, 'listening');
    const at = server.address();
    if (at === null || typeof at === 'string') throw new Error('not listening');
    const arrived = new Promise<WebSocket>((resolve) => server.once('connection', (socket) => resolve(socket)));
    const transport = await connectBy(`ws://127.0.0.1:${at.port}`, maxFrame === undefined ? {} : { maxFrame });
    const peer = await arrived;
    cuts.push(async () => peer.terminate());
    return { transport, peer };
  };

  return { listen, accepted, connected };
}
