/** The tests that the real client brings along, those of them that a server by its address is enough for: under their names, on any server. */
import { addressAt, type Serve, type Served } from './checks.ts';
import { freshKey } from './keys.ts';
import {
  type Connection,
  called,
  type Listener,
  libp2p,
  type Multiaddr,
  type Packages,
  RealConn,
  type Star,
} from './libp2p.ts';
import { all } from './peer.ts';

type Handler = (connection: Connection) => void;

export function ownTests(title: string, serve: Serve): void {
  describe(title, () => {
    let server: Served;
    let packages: Packages;
    const listeners: Listener[] = [];

    beforeAll(async () => {
      packages = await libp2p();
      server = await serve({ challenge: false });
    });
    afterAll(async () => {
      for (const listener of listeners) listener.io?.disconnect();
      await server.close();
    });

    const fresh = () => packages.multiaddr(addressAt(server, freshKey('Ed25519').peerId));
    const star = () => new packages.Star({ allowJoinWithDisabledChallenge: true });
    const listen = async (by: Star, handler: Handler = () => {}, address = fresh()) => {
      const listener = by.createListener(handler);
      listeners.push(listener);
      await called((callback) => listener.listen(address, callback));
      return { listener, address };
    };
    const echo: Handler = (connection) => connection.sink(connection.source);
    const dial = async (from: Star, to: Multiaddr) => {
      const connection = await called<Connection>((callback) => from.dial(to, callback));
      if (connection === undefined) throw new Error('There is no connection.');
      return connection;
    };
    /** Never ends of itself. */
    const held = (connection: Connection) => {
      let end: (end: unknown) => void = () => {};
      connection.sink((_, callback) => {
        end = callback;
      });
      return () => end(true);
    };

    it('dial on IPv4, check callback', async () => {
      const [one, other] = [star(), star()];
      await listen(one);
      const { address } = await listen(other, echo);
      const conn = new RealConn(await dial(one, address));
      const [heard] = await Promise.all([all(conn), conn.write([Buffer.from('some data')])]);
      expect(String(heard)).toBe('some data');
    });

    it('dial on IPv4, close listener, prevent end, re-start listener', async () => {
      const [one, other] = [star(), star()];
      const { listener, address } = await listen(one);
      const { address: to } = await listen(other, echo);
      const connection = await dial(one, to);
      const end = held(connection);
      let isOver = false;
      const read = all(new RealConn(connection)).then(() => {
        isOver = true;
      });
      await called((callback) => listener.close(callback));
      await called((callback) => listener.listen(address, callback));
      expect(isOver).toBe(false);
      end();
      await read;
    });

    it('all conns die when one peer quits', async () => {
      const [one, other] = [star(), star()];
      await listen(one);
      const accepted = new Promise<Connection>((resolve) => {
        void listen(other, resolve).then(async ({ listener, address }) => {
          const connection = await dial(one, address);
          held(connection);
          dialled.push(connection);
          listener._down();
        });
      });
      const dialled: Connection[] = [];
      const incoming = await accepted;
      held(incoming);
      await all(new RealConn(incoming));
      const [connection] = dialled;
      if (connection === undefined) throw new Error('There is no connection.');
      await all(new RealConn(connection));
    });

    it('new peer receives peer events for all other peers on connect', async () => {
      const [one, other, third] = [star(), star(), star()];
      const { address } = await listen(one);
      const discovered = new Promise<boolean>((resolve) =>
        one.discovery.on('peer', ({ multiaddrs }) => {
          if (multiaddrs.has(second)) resolve(true);
        }),
      );
      const second = fresh();
      await listen(other, undefined, second);
      expect(await discovered).toBe(true);
      const missing = new Set([address, second]);
      const all = new Promise<void>((resolve) =>
        third.discovery.on('peer', ({ multiaddrs }) => {
          for (const each of missing) if (multiaddrs.has(each)) missing.delete(each);
          if (missing.size === 0) resolve();
        }),
      );
      await listen(third);
      await all;
    });

    it('listen, check for listening event, for the close event, getAddrs', async () => {
      const by = star();
      const listener = by.createListener(() => {});
      listeners.push(listener);
      const address = fresh();
      const listening = new Promise<void>((resolve) => listener.once('listening', resolve));
      await called((callback) => listener.listen(address, callback));
      await listening;
      expect((await called<Multiaddr[]>((callback) => listener.getAddrs(callback)))?.map(String)).toEqual([
        String(address),
      ]);
      const closed = new Promise<void>((resolve) => listener.once('close', resolve));
      await called((callback) => listener.close(callback));
      await closed;
    });

    it('get observed addrs, get Peer Info, set Peer Info', async () => {
      const [one, other] = [star(), star()];
      await listen(one);
      const { address } = await listen(other, echo);
      const connection = await dial(one, address);
      expect((await called<Multiaddr[]>((callback) => connection.getObservedAddrs(callback)))?.map(String)).toEqual([
        String(address),
      ]);
      await expect(called((callback) => connection.getPeerInfo(callback))).rejects.toThrow();
      connection.setPeerInfo('info');
      expect(await called((callback) => connection.getPeerInfo(callback))).toBe('info');
    });
  });
}
