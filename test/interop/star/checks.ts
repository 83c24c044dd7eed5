/** What two peers can do with each other on a server, whoever wrote the three. */
import { createHash } from 'node:crypto';
import { base58 } from '@scure/base';
import { freshKey, type Kind, kinds, type PeerKey } from './keys.ts';
import { all, chunksOf, digest, digestOf, type Peer } from './peer.ts';

/** A server, whoever wrote it. */
export interface Served {
  /** `http://host:port`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Joins as this address. */
export type Join = (served: Served, address: string, key: PeerKey | undefined) => Promise<Peer>;
export type Serve = (options: { readonly challenge: boolean; readonly port?: number }) => Promise<Served>;

export const addressAt = ({ port }: Served, peerId: string): string =>
  `/ip4/127.0.0.1/tcp/${port}/ws/p2p-websocket-star/ipfs/${peerId}`;

/** Keys are dear: one of a kind for each of the two. */
const keyring = new Map<string, PeerKey>();
export function keyOf(name: string, kind: Kind = 'Ed25519'): PeerKey {
  const key = keyring.get(`${name} ${kind}`) ?? freshKey(kind);
  keyring.set(`${name} ${kind}`, key);
  return key;
}

const bytesOf = (text: string) => Buffer.from(text);

/** Dials until nobody is found: a farewell on one line may be heard later than a dial on another, which the peer then refuses itself. */
async function untilNotFound(peer: Peer, address: string): Promise<void> {
  for (;;) {
    try {
      await peer.dial(address);
    } catch (error) {
      if (String(error).includes('Peer not found')) return;
    }
  }
}

/** The checks of a pair, as tests. */
export function checkPair(
  title: string,
  serve: Serve,
  [joinA, joinB]: readonly [Join, Join],
  { challenge, kinds: [kindA, kindB] }: { readonly challenge: boolean; readonly kinds: readonly [Kind, Kind] },
): void {
  describe(title, () => {
    let server: Served;
    let a: Peer;
    let b: Peer;
    const join = (by: Join, name: string, kind: Kind) => {
      const key = keyOf(name, kind);
      return by(server, addressAt(server, key.peerId), challenge ? key : undefined);
    };
    beforeAll(async () => {
      server = await serve({ challenge });
      a = await join(joinA, 'a', kindA);
      b = await join(joinB, 'b', kindB);
    });
    afterAll(async () => {
      await a.close();
      await b.close();
      await server.close();
    });

    it('they find each other', async () => {
      await a.finds(b.address);
      await b.finds(a.address);
    });

    it('either dials the other, and what it says comes back', async () => {
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        const accepted = to.incoming.next();
        const conn = await from.dial(to.address);
        const incoming = await accepted;
        incoming.echo();
        const said = conn.write([bytesOf('hello'), bytesOf('world')]);
        expect(String(await all(conn))).toBe('helloworld');
        await said;
        expect(await conn.observed()).toEqual([to.address]);
        expect(await incoming.observed()).toEqual([from.address]);
      }
    });

    it('a megabyte goes each way at the same time', async () => {
      const accepted = b.incoming.next();
      const conn = await a.dial(b.address);
      const incoming = await accepted;
      const megabyte = 1_000_000;
      const [there, back] = await Promise.all([
        digest(incoming),
        digest(conn),
        conn.write(chunksOf(megabyte, 10_000)),
        incoming.write(chunksOf(megabyte, 7_777)),
      ]);
      expect(there).toBe(digestOf(chunksOf(megabyte, 10_000)));
      expect(back).toBe(digestOf(chunksOf(megabyte, 7_777)));
    });

    it('ten megabytes come whole', async () => {
      const accepted = b.incoming.next();
      const conn = await a.dial(b.address);
      const incoming = await accepted;
      const [there] = await Promise.all([
        digest(incoming),
        conn.write(chunksOf(10_000_000)),
        incoming.write([]),
        all(conn),
      ]);
      expect(there).toBe(digestOf(chunksOf(10_000_000)));
    });

    it('sixteen dials at once are sixteen connections', async () => {
      b.incoming.handle((conn) => conn.echo());
      const said = await Promise.all(
        Array.from({ length: 16 }, async (_, n) => {
          const conn = await a.dial(b.address);
          const written = conn.write([bytesOf(`number ${n}`)]);
          const heard = String(await all(conn));
          await written;
          return heard;
        }),
      );
      expect(said).toEqual(Array.from({ length: 16 }, (_, n) => `number ${n}`));
    });

    it('who is not there is not found', async () => {
      await expect(a.dial(addressAt(server, keyOf('nobody').peerId))).rejects.toThrow('Peer not found');
    });

    it('who has left is not found', async () => {
      const leaving = await join(joinB, 'leaving', 'Ed25519');
      await a.finds(leaving.address);
      await leaving.leave();
      await untilNotFound(a, leaving.address);
      await leaving.close();
    });

    it('a connection ends when the peer goes', async () => {
      const going = await join(joinB, 'going', 'Ed25519');
      const accepted = going.incoming.next();
      const conn = await a.dial(going.address);
      await accepted;
      const over = all(conn).then(
        () => 'over',
        () => 'over',
      );
      await going.close();
      expect(await over).toBe('over');
    });
  });
}

/** Who may not join, as tests. */
export function checkRefusals(title: string, serve: Serve, join: Join): void {
  describe(title, () => {
    let server: Served;
    beforeAll(async () => {
      server = await serve({ challenge: true });
    });
    afterAll(() => server.close());

    it('whoever has another key than the address is refused', async () => {
      const address = addressAt(server, keyOf('victim').peerId);
      await expect(join(server, address, keyOf('impostor'))).rejects.toThrow();
    });

    it('whoever has no id is refused', async () => {
      const address = addressAt(server, keyOf('nameless').peerId);
      await expect(join(server, address, undefined)).rejects.toThrow('Crypto Challenge required but no Id provided');
    });

    it('an Ed25519 key whose id is a hash of it is refused', async () => {
      const key = keyOf('hashed');
      const hash = createHash('sha256').update(key.publicKey).digest();
      const hashed = base58.encode(Uint8Array.of(0x12, 32, ...hash));
      await expect(join(server, addressAt(server, hashed), key)).rejects.toThrow();
    });

    it.each(kinds)('whoever has the %s key of the address is not', async (kind) => {
      const key = keyOf('welcome', kind);
      const peer = await join(server, addressAt(server, key.peerId), key);
      await peer.close();
    });
  });
}

/** After a restart of the server, as tests. */
export function checkRestart(title: string, serve: Serve, [joinA, joinB]: readonly [Join, Join]): void {
  it(`${title}: after a restart of the server both have joined again, with a fresh challenge`, async () => {
    const server = await serve({ challenge: true });
    const [keyA, keyB] = [keyOf('a'), keyOf('b')];
    const a = await joinA(server, addressAt(server, keyA.peerId), keyA);
    const b = await joinB(server, addressAt(server, keyB.peerId), keyB);
    await a.finds(b.address);
    await server.close();
    a.forget();
    b.forget();
    const again = await serve({ challenge: true, port: server.port });
    await Promise.all([a.finds(b.address), b.finds(a.address)]);
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      to.incoming.handle((conn) => conn.echo());
      const conn = await from.dial(to.address);
      const [, heard] = await Promise.all([conn.write([bytesOf('again')]), all(conn)]);
      expect(String(heard)).toBe('again');
    }
    await a.close();
    await b.close();
    await again.close();
  });
}
