/** Our server and our client, as the checks have them. The server: with the limits that one machine full of peers would meet out of the way. */
import { identityFromPem, joinStar, type StarConnection, type StarNode } from '../../../src/star/index.ts';
import { starServer } from '../../../src/star/serve.ts';
import type { Serve } from './checks.ts';
import type { PeerKey } from './keys.ts';
import { type Conn, Incoming, type Peer } from './peer.ts';

export const ourServer: Serve = async ({ challenge, port = 0 }) => {
  const server = await starServer({
    port,
    challenge,
    refreshMs: 200,
    limits: { joinsPerSecond: 0, joinsPerSecondPerIp: 0, dialsPerSecond: 0, dialsPerSecondPerIp: 0 },
  });
  const url = server.url.replace('ws', 'http');
  return { url, port: Number(new URL(url).port), close: () => server.close() };
};

/** Our client, as a peer of the checks. */
export class OurPeer implements Peer {
  readonly address: string;
  readonly incoming = new Incoming();
  readonly #node: StarNode;
  readonly #known = new Set<string>();
  #wake = () => {};

  private constructor(node: StarNode, address: string) {
    this.#node = node;
    this.address = address;
    void this.#watch();
    void this.#serve();
  }

  static async join(url: string, address: string, key: PeerKey | undefined): Promise<OurPeer> {
    const node = await joinStar(url, {
      identity: key === undefined ? null : await identityFromPem(key.pem),
      address: () => address,
      attempts: 20,
      backoff: { first: 50, most: 200 },
    });
    return new OurPeer(node, address);
  }

  async #watch(): Promise<void> {
    for await (const { type, address } of this.#node.peers) {
      if (type === 'found') this.#known.add(address);
      else this.#known.delete(address);
      this.#wake();
    }
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#node.incoming()) this.incoming.add(new OurConn(connection));
  }

  async finds(address: string): Promise<void> {
    while (!this.#known.has(address)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  forget(): void {
    this.#known.clear();
  }

  async dial(address: string): Promise<Conn> {
    return new OurConn(await this.#node.dial(address));
  }

  async leave(): Promise<void> {
    await this.#node.leave();
  }

  async close(): Promise<void> {
    await this.#node.close();
  }
}

class OurConn implements Conn {
  readonly #connection: StarConnection;

  constructor(connection: StarConnection) {
    this.#connection = connection;
  }

  async observed(): Promise<readonly string[]> {
    return this.#connection.observed;
  }

  async write(chunks: Iterable<Uint8Array>): Promise<void> {
    const writer = this.#connection.writable.getWriter();
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#connection.readable) yield chunk;
  }

  echo(): void {
    this.#connection.readable.pipeTo(this.#connection.writable).catch(() => {});
  }
}
