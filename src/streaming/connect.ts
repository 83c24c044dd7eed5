/**
 * Where the payer meets the world: `ws://` is a plain WebSocket, `http://` is socket.io, which must be installed then.
 */
import type { Offer } from '../../machines/streaming/messages.ts';
import { fromHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { type PacketFrame, packetTransport } from '../packets.ts';
import type { Connect } from '../transport.ts';
import { partSource } from './content/fetchParts.ts';
import { plain } from './plain.ts';
import { type Content, Player, type PlayerOptions } from './player.ts';

/** As `PlayerOptions`; what is left out has a default. */
export type PlayOptions = Omit<PlayerOptions, 'schemes' | 'content'> &
  Partial<Pick<PlayerOptions, 'schemes' | 'content'>> & {
    /** What lies between the player and the transport: a dialect, such as that of `unsafeTontube`. */
    readonly line?: (connect: Connect<PacketFrame>) => Connect<PacketFrame>;
  };

/**
 * Plays a stream and pays for it, part by part.
 *
 * ```ts
 * const show = await play('ws://127.0.0.1:8002', { signer, budget: { part: 10n, session: 500n }, store, settlement });
 * for await (const part of show.parts()) console.log(part.number, part.bytes.length, show.balance.left);
 * await show.leave();
 * ```
 * @throws LocalMisuse `badUrl`
 * @throws ConnectionLost `notOpened`; StoreFailed
 */
export async function play(url: string, { line, ...options }: PlayOptions): Promise<Player> {
  if (!URL.canParse(url) || !/^(wss?|https?):$/.test(new URL(url).protocol)) {
    throw new LocalMisuse(`${url} is not the URL of a WebSocket or of socket.io.`, { code: 'badUrl' });
  }
  const connect = await connectOf(url);
  const content = (offer: Offer) => fetched(url, offer);
  return new Player(url, line === undefined ? connect : line(connect), {
    schemes: [plain],
    content,
    ...options,
  }).open();
}

async function connectOf(url: string): Promise<Connect<PacketFrame>> {
  if (/^https?:/.test(url)) return (await import('../../adapters/socketioClient.ts')).connectSocketIo;
  const { connect } = await import('#websocket');
  return async (address, options) => packetTransport(await connect(address, options));
}

/** The parts of an offer, from where it says. */
function fetched(url: string, { content, commitment }: Offer): Content {
  const address = new URL(content, url.replace(/^ws/, 'http')).href;
  const source = partSource(address, { commitment });
  // Whoever asks for a part is told.
  source.catch(() => {});
  return {
    have: async (part) => void (await (await source).part(part)),
    open: async (part, key) => {
      if (!/^([0-9a-f]{32}|[0-9a-f]{64})$/.test(key)) throw new Error('It is no key.');
      return (await source).open(part, fromHex(key));
    },
  };
}
