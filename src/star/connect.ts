/**
 * Where a peer of the star meets the world: `ws://` is a plain WebSocket, `http://` is socket.io, of the old servers and of the new ones.
 */
import { ConnectionLost, LocalMisuse } from '../errors.ts';
import type { PacketFrame } from '../packets.ts';
import type { Connect } from '../transport.ts';
import { createIdentity, type Identity } from './identity.ts';
import { type Place, StarNode, type StarNodeOptions } from './node.ts';
import type { Reach } from './peer.ts';
import { plainPath, plainTransport } from './plainWire.ts';
import { introduce, introduceAsOld } from './query.ts';
import { firstOf } from './reach.ts';

export interface JoinOptions extends StarNodeOptions {
  /** The wire to all servers. Default: by each URL, a plain WebSocket for `ws:` and `wss:`, socket.io for `http:` and `https:`. */
  readonly transport?: 'socketio' | 'ws';
  /** Our address at a server, in place of the one that its URL and our identity make. */
  readonly address?: (url: string) => string;
}

/**
 * Joins a rendezvous server, or several: one of them is enough, the others are tried on.
 *
 * ```ts
 * const node = await joinStar('ws://127.0.0.1:8005', { identity: await createIdentity() });
 * const connection = await node.dial(friend);
 * await file.pipeTo(connection.writable);
 * for await (const { readable } of node.incoming()) await readable.pipeTo(disk);
 * ```
 * @throws ConnectionLost `notOpened`: no server is there; `lost`: it ended the connection before it had answered
 * @throws StarRefused the server refused the address, or its proof
 * @throws PeerMisbehaved `misanswered`: what the server answered is no answer
 * @throws DeadlinePassed `unanswered`
 * @throws LocalMisuse `badUrl`
 * @throws the signal's reason
 */
export async function joinStar(urls: string | readonly string[], options: JoinOptions = {}): Promise<StarNode> {
  const { signal, transport, namespace, address } = options;
  const list = typeof urls === 'string' ? [urls] : [...new Set(urls)];
  if (list.length === 0) throw new LocalMisuse('Name a rendezvous server to join.', { code: 'badUrl' });
  for (const url of list) {
    if (!URL.canParse(url) || !/^(wss?|https?):$/.test(new URL(url).protocol))
      throw new LocalMisuse(`${url} is not the URL of a WebSocket or of socket.io.`, { code: 'badUrl' });
  }
  signal?.throwIfAborted();
  const identity = options.identity === null ? undefined : (options.identity ?? (await createIdentity()));
  const places = await Promise.all(
    list.map(async (url): Promise<Place> => {
      const isPlain = (transport ?? (/^ws/.test(url) ? 'ws' : 'socketio')) === 'ws';
      return {
        ...(isPlain ? await plain(url, namespace) : await socketIo(url, namespace)),
        address: address?.(url) ?? addressAt(url, identity),
      };
    }),
  );
  const node = new StarNode(places, identity, options);
  try {
    return await node.join();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** The multiaddr of a peer at a server: `/ip4/127.0.0.1/tcp/8005/ws/p2p-websocket-star/ipfs/12D3KooW…`. */
export function addressAt(url: string, identity: Identity | undefined): string {
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === 'wss:' || protocol === 'https:';
  const host = hostname.startsWith('[')
    ? `/ip6/${hostname.slice(1, -1)}`
    : `/${/^\d+(\.\d+){3}$/.test(hostname) ? 'ip4' : 'dns4'}/${hostname}`;
  const id = identity === undefined ? '' : `/ipfs/${identity.peerId}`;
  const at = port === '' ? (isSecure ? '443' : '80') : port;
  return `${host}/tcp/${at}/${isSecure ? 'wss' : 'ws'}/p2p-websocket-star${id}`;
}

async function plain(url: string, namespace: string | undefined): Promise<Reach> {
  const { connect } = await import('#websocket');
  const address = new URL(introduce(url.replace(/^http/, 'ws'), namespace));
  if (address.pathname === '/') address.pathname = plainPath;
  const opens: Connect<PacketFrame> = async (at, options) => plainTransport(await connect(at, options));
  return { url, target: address.href, connect: opens, dialect: 'ours' };
}

/**
 * First as the clients of old: nearly every server takes these, and no library is needed. Then as a client of now, if socket.io is installed. Of what we
 * know nothing is said, as no server of old could know it too; only that we want to hear how a stream has ended, which the original's keep to themselves.
 */
async function socketIo(url: string, namespace: string | undefined): Promise<Reach> {
  const { connect } = await import('#websocket');
  const { engine3 } = await import('../../adapters/engine3.ts');
  const now: Connect<PacketFrame> = async (at, options) => {
    const library = await import('../../adapters/socketioClient.ts').catch((cause: unknown) => {
      throw new ConnectionLost('the package `socket.io-client` is not installed (npm install socket.io-client)', {
        code: 'connectFailed',
        cause,
      });
    });
    return library.connectSocketIo(at, options);
  };
  const target = introduceAsOld(url.replace(/^ws/, 'http'), namespace);
  return { url, target, connect: firstOf([engine3(connect), now]), dialect: 'old' };
}
