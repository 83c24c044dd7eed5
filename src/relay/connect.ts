/**
 * Where the relay's client meets the world: it takes the WebSocket of the platform that it runs on.
 */
import { LocalMisuse } from '../errors.ts';
import { RelayClient } from './client.ts';
import type { RelayClientOptions } from './options.ts';

/**
 * Connects to a relay and gets an ephemeral address.
 *
 * ```ts
 * const relay = await relayClient('ws://127.0.0.1:8001');
 * console.log(relay.address);
 * console.log(await relay.route(friend, { hello: 'stranger' }));
 * for await (const { msg } of relay.deliveries()) console.log(msg);
 * ```
 * @throws ConnectionLost `notOpened`: nobody there, or no address in time
 * @throws LocalMisuse `badUrl`, or `badKey` for a sealing key that is none
 */
export async function relayClient(url: string, options: RelayClientOptions = {}): Promise<RelayClient> {
  if (!URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol)) {
    throw new LocalMisuse(`${url} is not the URL of a WebSocket.`, { code: 'badUrl' });
  }
  const { connect } = await import('#websocket');
  return new RelayClient(url, connect, options).open(options.signal);
}
