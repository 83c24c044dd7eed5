/**
 * Where the board's client meets the world: `ws://` is a plain WebSocket, `http://` is socket.io, which must be installed then.
 */
import { LocalMisuse } from '../errors.ts';
import { type PacketFrame, packetTransport } from '../packets.ts';
import type { Connect } from '../transport.ts';
import { BoardClient } from './client.ts';
import type { BoardClientOptions } from './options.ts';

/**
 * Joins a board: connects, registers our addresses, and gets the list of what is proposed.
 *
 * ```ts
 * const board = await joinBoard('ws://127.0.0.1:8003', { signers: [await freshSigner()] });
 * board.on('interest', ({ fromAddress }) => console.log(fromAddress));
 * await board.propose({ marginBalance: '10', quotePrice: '2.5', unpublishedTradeSize: '3' });
 * for await (const proposal of board.proposals) console.log(proposal.quotePrice);
 * ```
 * @throws ConnectionLost `notOpened`: nobody there, or it did not do its part in time
 * @throws BoardRefused the board refused all of the addresses
 * @throws LocalMisuse `badUrl`
 * @throws the signal's reason
 */
export async function joinBoard(url: string, options: BoardClientOptions = {}): Promise<BoardClient> {
  if (!URL.canParse(url) || !/^(wss?|https?):$/.test(new URL(url).protocol))
    throw new LocalMisuse(`${url} is not the URL of a WebSocket or of socket.io.`, { code: 'badUrl' });
  const { signal } = options;
  signal?.throwIfAborted();
  const board = new BoardClient(url, await connectOf(url), options);
  try {
    return await board.join();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

async function connectOf(url: string): Promise<Connect<PacketFrame>> {
  if (/^https?:/.test(url)) return (await import('../../adapters/socketioClient.ts')).connectSocketIo;
  const { connect } = await import('#websocket');
  return async (address, options) => packetTransport(await connect(address, options));
}
