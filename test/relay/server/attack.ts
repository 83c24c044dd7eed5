/** What the attacks share: a relay of their own, clients who acknowledge, two bystanders who must never notice a thing, and waiting for a fact. */
import { setTimeout } from 'node:timers/promises';
import { type RelayServer, type RelayServerOptions, relayServer } from '../../../src/relay/serve.ts';
import { deliver, Peer, route } from '../transcripts/peer.ts';
import { type Handshake, RawPeer } from '../transcripts/rawPeer.ts';

/** Comes back as soon as the fact is one; the test's own time limit ends a wait that is in vain. */
export async function until(isFact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isFact())) await setTimeout(2);
}

/** The route of a client that acknowledges. */
export const namedRoute = (id: string, address: string, msg: string) =>
  `{"type":"ROUTE","EpheWssAddr":"${address}","id":"${id}","msg":${msg}}`;

export const ack = (id: string) => `{"type":"ACK","id":"${id}"}`;

/** The error that names a route. */
export const namedError = (errCode: number, id: string) =>
  expect.stringMatching(new RegExp(`^\\{"type":"ERR","errCode":${errCode},"errMsg":"[^"]+","id":"${id}"\\}$`));

/** The id and the message of a delivery that wants an acknowledgement. */
export function namedDelivery(frame: string): { readonly id: string; readonly msg: string } {
  const [, id, msg] = /^\{"type":"DELIVER","id":"([^"]+)","msg":(.*)\}$/.exec(frame) ?? [];
  if (id === undefined || msg === undefined) throw new Error(`not a DELIVER with an id: ${frame}`);
  return { id, msg };
}

/** The peer asks for an address, and to acknowledge. */
export async function initWithAck(peer: Peer): Promise<Peer> {
  peer.send('{"type":"INIT","ack":true}');
  const frame = await peer.frame();
  const [, address] = /^\{"type":"INITRESP","EpheWssAddr":"([0-9a-f]{32})","ack":\d+\}$/.exec(frame) ?? [];
  if (address === undefined) throw new Error(`not an INITRESP with ack: ${frame}`);
  peer.address = address;
  return peer;
}

/** Asks for an address on the bare socket. */
export async function initRaw(peer: RawPeer): Promise<string> {
  peer.text('{"type":"INIT"}');
  const [address] = /[0-9a-f]{32}/.exec(`${(await peer.frame()).payload}`) ?? [];
  if (address === undefined) throw new Error('no address');
  return address;
}

/** Two clients that have nothing to do with an attack. */
export class Bystanders {
  readonly left: Peer;
  readonly right: Peer;
  #n = 0;

  private constructor(left: Peer, right: Peer) {
    this.left = left;
    this.right = right;
  }

  static async meet(url: string): Promise<Bystanders> {
    const pair = new Bystanders(await Peer.open(url), await Peer.open(url));
    await pair.left.init();
    await pair.right.init();
    return pair;
  }

  /** A message each way, and nothing else. */
  async talk(): Promise<void> {
    this.#n += 1;
    for (const [from, to] of [[this.left, this.right] as const, [this.right, this.left] as const]) {
      from.send(route(to.address, `"bystander ${this.#n}"`));
      expect(await to.frame()).toBe(deliver(`"bystander ${this.#n}"`));
      expect(to.unread()).toEqual([]);
    }
  }

  leave(): void {
    this.left.socket.terminate();
    this.right.socket.terminate();
  }
}

/** Our relay in this process, fresh for every test of the file. */
export function useServer(options: RelayServerOptions = {}) {
  let server: RelayServer;
  let hangUp: (() => void)[];
  beforeEach(async () => {
    server = await relayServer(options);
    hangUp = [];
  });
  afterEach(async () => {
    for (const each of hangUp) each();
    await server.close();
  });
  const connect = async () => {
    const peer = await Peer.open(server.url);
    hangUp.push(() => peer.socket.terminate());
    return peer;
  };
  const settled = async () => {
    const peer = await connect();
    await peer.init();
    return peer;
  };
  const acknowledging = async () => initWithAck(await connect());
  const raw = async (handshake?: Handshake) => {
    const peer = await RawPeer.open(server.url, handshake);
    hangUp.push(() => peer.socket.destroy());
    return peer;
  };
  const bystanders = async () => {
    const pair = await Bystanders.meet(server.url);
    hangUp.push(() => pair.leave());
    return pair;
  };
  return {
    connect,
    settled,
    acknowledging,
    raw,
    bystanders,
    url: () => server.url,
    /** Cuts everybody off. */
    hangUp: () => {
      for (const each of hangUp.splice(0)) each();
    },
    close: () => server.close(),
    stats: () => server.relay.stats,
  };
}
