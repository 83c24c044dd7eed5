/**
 * The other side of every transcript: a bare WebSocket that says what the test says, letter by letter, and shows what it hears. It knows nothing of our
 * code: the literal frames in the tests come from the protocol's text, and from what the original's server and clients do.
 */
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import type { RelayClient } from '../../../src/relay/client.ts';
import { relayClient } from '../../../src/relay/connect.ts';
import type { RelayClientOptions } from '../../../src/relay/options.ts';
import { type RelayServer, type RelayServerOptions, relayServer } from '../../../src/relay/serve.ts';
import { SocketEnd } from '../../harness/socketEnd.ts';
import { type Handshake, RawPeer } from './rawPeer.ts';

/** The original's one error, in our spacing. */
export const NOT_FOUND = '{"type":"ERR","errCode":404,"errMsg":"Socket address not found"}';
/** Ours, for what the original hangs up on; the sentence may say more. */
export const MALFORMED = /^\{"type":"ERR","errCode":400,"errMsg":"Not a valid message(: [^"]+)?"\}$/;
export const UNEXPECTED = '{"type":"ERR","errCode":405,"errMsg":"Message not expected from a client"}';
export const BUSY = '{"type":"ERR","errCode":507,"errMsg":"The receiver reads too slowly"}';

/** An address that no relay ever gave out. */
export const NOBODY = '0123456789abcdef0123456789abcdef';

export const route = (address: string, msg: string) => `{"type":"ROUTE","EpheWssAddr":"${address}","msg":${msg}}`;
export const deliver = (msg: string) => `{"type":"DELIVER","msg":${msg}}`;

/** The last message of `answers`: nobody else sends it. */
const FENCE = '"that was all"';

/** One end of a WebSocket. */
export class Peer extends SocketEnd {
  /** The address it was given last. */
  address = '';

  static async open(url: string, offersDeflate = false): Promise<Peer> {
    const peer = new Peer(new WebSocket(url, { perMessageDeflate: offersDeflate }));
    await once(peer.socket, 'open');
    return peer;
  }

  /** Sends one frame: a string as text, bytes as binary. */
  send(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  /** Sends bytes as a text frame, UTF-8 or not. */
  sendAsText(bytes: Uint8Array): void {
    this.socket.send(bytes, { binary: false });
  }

  /** Sends one text message in two frames. */
  sendInTwo(text: string): void {
    const middle = text.length >> 1;
    this.socket.send(text.slice(0, middle), { fin: false });
    this.socket.send(text.slice(middle), { fin: true });
  }

  async frames(count: number): Promise<string[]> {
    const frames: string[] = [];
    while (frames.length < count) frames.push(await this.frame());
    return frames;
  }

  /** Says INIT; the answer must be INITRESP, letter by letter but for the random address, which is returned. */
  async init(frame = '{"type":"INIT"}'): Promise<string> {
    this.send(frame);
    this.address = addressIn(await this.frame());
    return this.address;
  }

  /**
   * Sends the frames and returns everything that the relay says to this peer until they are dealt with: it handles the frames of a connection in their
   * order, so a message from the peer to itself comes back last. Needs an address.
   */
  async answers(...frames: readonly (string | Uint8Array)[]): Promise<string[]> {
    for (const frame of frames) this.send(frame);
    this.send(route(this.address, FENCE));
    const answers: string[] = [];
    for (;;) {
      const frame = await this.frame();
      if (frame === deliver(FENCE)) return answers;
      answers.push(frame);
    }
  }

  /** Returns once the relay has noticed that the owner of the address is gone, which it tells by ERR 404. */
  async noticesThatNobodyIsAt(address: string): Promise<void> {
    while ((await this.answers(route(address, '"are you there?"'))).length === 0);
  }
}

/** The address in an INITRESP; the frame must be nothing but that. */
export function addressIn(frame: string): string {
  const address = /^\{"type":"INITRESP","EpheWssAddr":"([0-9a-f]{32})"\}$/.exec(frame)?.[1];
  if (address === undefined) throw new Error(`not an INITRESP of the text: ${frame}`);
  return address;
}

/** Our relay, fresh for every test of the file, and peers that talk to it. */
export function useRelay(options: RelayServerOptions = {}) {
  let server: RelayServer;
  let hangUp: (() => void)[];
  beforeEach(async () => {
    server = await relayServer({ port: 0, ...options });
    hangUp = [];
  });
  afterEach(async () => {
    for (const each of hangUp) each();
    await server.close();
  });
  const connect = async (offersDeflate = false) => {
    const peer = await Peer.open(server.url, offersDeflate);
    hangUp.push(() => peer.socket.terminate());
    return peer;
  };
  /** A peer that has its address. */
  const settled = async () => {
    const peer = await connect();
    await peer.init();
    return peer;
  };
  /** A client on the bare socket. */
  const raw = async (handshake?: Handshake) => {
    const peer = await RawPeer.open(server.url, handshake);
    hangUp.push(() => peer.socket.destroy());
    return peer;
  };
  return {
    connect,
    settled,
    raw,
    close: () => server.close(),
    stats: () => server.relay.stats,
  };
}

/** A scripted relay for every test of the file, and clients of ours that talk to it. */
export function useScriptedRelay() {
  let listener: WebSocketServer;
  let clients: RelayClient[];
  let arrived: Peer[];
  let wake: () => void;
  let url: string;
  beforeEach(async () => {
    clients = [];
    arrived = [];
    wake = () => {};
    listener = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    listener.on('connection', (socket) => {
      arrived.push(new Peer(socket));
      wake();
    });
    await once(listener, 'listening');
    const at = listener.address();
    if (at === null || typeof at === 'string') throw new Error('not listening');
    url = `ws://127.0.0.1:${at.port}`;
  });
  afterEach(async () => {
    const closing = clients.map((client) => client.close());
    for (const socket of listener.clients) socket.terminate();
    await Promise.all([...closing, new Promise((resolve) => listener.close(resolve))]);
  });

  /** The next connection of a client. */
  const accept = async (): Promise<Peer> => {
    for (;;) {
      const peer = arrived.shift();
      if (peer !== undefined) return peer;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  /** A client of ours that begins to connect; the original's server knows no acknowledgements, so by default it asks for none. */
  const open = async (options: RelayClientOptions = {}) => {
    const client = await relayClient(url, { ack: false, backoff: { first: 1, most: 1 }, ...options });
    clients.push(client);
    return client;
  };
  /** A client of ours that has its address, and the relay's end of its connection. */
  const meet = async (options: RelayClientOptions = {}, initresp = pythonInitresp(ALICE)) => {
    const opening = open(options);
    const peer = await accept();
    await peer.frame();
    peer.send(initresp);
    return { client: await opening, peer };
  };
  const stop = () => new Promise<void>((resolve) => listener.close(() => resolve()));
  return { accept, open, meet, stop };
}

export const ALICE = '927ec270029f4fb3976cec0a2bd67e16';
export const BOB = '5d41402abc4b2a76b9719d911017c592';

/** As the original's server writes it. */
export const pythonInitresp = (address: string) => `{"type": "INITRESP", "EpheWssAddr": "${address}"}`;
