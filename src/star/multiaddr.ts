/**
 * Addresses of the star, as text: they are kept, compared and announced as they were written. Pure.
 *
 * Strict is the format of the text: a host, a port, WebSocket, `p2p-websocket-star`, and perhaps a peer id. Loose is any multiaddr of protocols that we
 * know. A client of old dies of an announced address that does not end in `/ipfs/` and a peer id: whether one may be told to it is asked here.
 */

import { isPeerId } from './ids.ts';
import { isIPv4, isIPv6 } from './ip.ts';

/** Characters of an address that anybody may join with. */
const longest = 512;

type IsValue = (value: string) => boolean;
const isName: IsValue = (value) => value.length <= 253 && /^[^\s/]+$/.test(value);
const isPort: IsValue = (value) => /^(?:0|[1-9]\d{0,4})$/.test(value) && Number(value) <= 65_535;
const nothing: IsValue | undefined = undefined;

/** What may follow a protocol's name; `undefined`: nothing. All of these the clients of old know too. */
const protocols: ReadonlyMap<string, IsValue | undefined> = new Map([
  ['ip4', isIPv4],
  ['ip6', isIPv6],
  ['dns', isName],
  ['dns4', isName],
  ['dns6', isName],
  ['dnsaddr', isName],
  ['tcp', isPort],
  ['udp', isPort],
  ['ipfs', isPeerId],
  ['p2p', isPeerId],
  ['ws', nothing],
  ['wss', nothing],
  ['http', nothing],
  ['https', nothing],
  ['utp', nothing],
  ['quic', nothing],
  ['p2p-circuit', nothing],
  ['p2p-websocket-star', nothing],
  ['p2p-webrtc-star', nothing],
]);

interface Part {
  readonly name: string;
  readonly value: string;
}

function partsOf(address: string): readonly Part[] | undefined {
  if (address.length > longest || !/^(?:\/[\x21-\x2e\x30-\x7e]+)+$/.test(address)) return undefined;
  const words = address.slice(1).split('/');
  const parts: Part[] = [];
  for (let at = 0; at < words.length; ) {
    const name = words[at] ?? '';
    if (!protocols.has(name)) return undefined;
    const isValue = protocols.get(name);
    const value = isValue === undefined ? '' : (words[at + 1] ?? '');
    if (isValue !== undefined && !isValue(value)) return undefined;
    parts.push({ name, value });
    at += isValue === undefined ? 1 : 2;
  }
  return parts;
}

/** Whether it is a multiaddr, of protocols that we know. */
export const isMultiaddr = (address: string): boolean => partsOf(address) !== undefined;

/** Whether it is an address of a star: `/dns4/star.example/tcp/443/wss/p2p-websocket-star/ipfs/Qm…`. The port may be missing behind a name. */
export function isStarAddress(address: string): boolean {
  const parts = partsOf(address);
  const path = parts?.map(({ name }) => name).join('/') ?? '';
  return /^(?:(?:ip4|ip6|dns|dns4|dns6|dnsaddr)\/tcp|dns|dns4|dns6|dnsaddr)\/wss?\/p2p-websocket-star(?:\/(?:ipfs|p2p))?$/.test(
    path,
  );
}

/** The peer id at the end of an address, in either spelling. */
export function peerIdIn(address: string): string | undefined {
  const [, id = ''] = /\/(?:ipfs|p2p)\/([1-9A-HJ-NP-Za-km-z]{40,64})$/.exec(address) ?? [];
  return isPeerId(id) ? id : undefined;
}

/** Whether a client of old survives being told of it: it takes what stands behind the last `/ipfs/` for a peer id, and the whole for a multiaddr. */
export const isOldSafe = (address: string): boolean =>
  /\/ipfs\/[^/]+$/.test(address) && peerIdIn(address) !== undefined && isMultiaddr(address);
