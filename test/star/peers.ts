/** Peers of the star for the tests of a file, and servers that do what a test says; what is open afterwards is closed. */
import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ToClient, ToServer } from '../../machines/star/messages.ts';
import { type JoinOptions, joinStar, type StarConnection, type StarNode } from '../../src/star/index.ts';
import { plainForm } from '../../src/star/plainWire.ts';
import { type Sent, serverLine } from '../../src/star/wire.ts';
import { Inbox, useStar } from './world.ts';

/** The two wires, by the scheme of their URLs. */
export const wires = ['ws', 'http'] as const;
export const over = (wire: (typeof wires)[number], url: string): string => url.replace(/^ws/, wire);

/** One connection to a server that does what the test says. */
export class ScriptedLine extends Inbox<ToServer> {
  readonly #socket: WebSocket;
  #line = serverLine();

  constructor(socket: WebSocket) {
    super();
    this.#socket = socket;
    socket.on('message', (data, isBinary) => {
      const frame = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
      const decoded = plainForm.decode(isBinary ? frame : frame.toString());
      if (!decoded.ok) throw new Error(decoded.fault);
      const event = this.#line.event(decoded.message);
      if (event.type === 'received.malformed') throw new Error(event.type);
      this.put(event.message);
    });
  }

  say(message: Sent): void {
    this.#socket.send(plainForm.encode(this.#line.encode(message)));
  }

  raw(text: string): void {
    this.#socket.send(text);
  }

  /** Resolves with the next message of this event. */
  async until<E extends ToServer['event']>(event: E): Promise<Extract<ToServer, { readonly event: E }>> {
    const found = await this.take((message) => message.event === event);
    if (!isOf(found, event)) throw new Error('It is another.');
    return found;
  }

  /** Lets a peer in that wants to join. */
  async admit(peers: string[] = []): Promise<void> {
    const { callback } = await this.until('ss-join');
    this.say({ event: 'ss-join.reply', replyTo: callback, peers });
  }

  cut(): void {
    this.#socket.terminate();
  }
}

function isOf<E extends ToServer['event']>(
  message: ToServer,
  event: E,
): message is Extract<ToServer, { readonly event: E }> {
  return message.event === event;
}

export type FromServer = ToClient;

/** Stars, clients of old, peers and scripted servers of one test. */
export function usePeers() {
  const { later, serve, old } = useStar();
  return {
    later,
    serve,
    old,
    /** A peer that has joined. */
    peer: async (url: string | readonly string[], options: JoinOptions = {}): Promise<StarNode> => {
      const node = await joinStar(url, { closeTimeout: 100, backoff: { first: 10, most: 50 }, ...options });
      later(() => node.close());
      return node;
    },
    /** A server, and its connections as they come. */
    script: async (): Promise<{ readonly url: string; readonly lines: Inbox<ScriptedLine> }> => {
      const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
      await once(server, 'listening');
      const lines = new Inbox<ScriptedLine>();
      server.on('connection', (socket) => lines.put(new ScriptedLine(socket)));
      later(() => {
        for (const socket of server.clients) socket.terminate();
        server.close();
      });
      const bound = server.address();
      if (bound === null || typeof bound === 'string') throw new Error('It listens on no port.');
      return { url: `ws://127.0.0.1:${bound.port}`, lines };
    },
  };
}

/** Two ends of one connection: who dialled, and who was dialled. */
export async function connected(from: StarNode, to: StarNode): Promise<readonly [StarConnection, StarConnection]> {
  const incoming = to.incoming();
  const [dialled, next] = await Promise.all([from.dial(to.address), incoming.next()]);
  if (next.done === true) throw new Error('Nobody dialled.');
  return [dialled, next.value];
}

/** Reads a stream to its end. */
export async function all(readable: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Writes a text and ends. */
export async function say(writable: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = writable.getWriter();
  await writer.write(Buffer.from(text));
  await writer.close();
}
