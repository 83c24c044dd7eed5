/** A client of ours on the plain wire, message by message: it says what no client of ours would. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Message, ToClient } from '../../machines/star/messages.ts';
import { plainForm, plainPath } from '../../src/star/plainWire.ts';
import { chunkIn, chunkPacket, clientLine, type Sent } from '../../src/star/wire.ts';
import { Inbox } from './world.ts';

/** One connection, and what it was told; its chunks are counted. */
export class PlainPeer extends Inbox<ToClient> {
  readonly #socket: WebSocket;
  readonly #line = clientLine();
  /** Accepts the streams of dials to it with this credit. */
  readonly #credit: number;
  /** Bytes of chunks that have come. */
  come = 0;

  constructor(socket: WebSocket, credit: number) {
    super();
    this.#socket = socket;
    this.#credit = credit;
    socket.on('message', (data, isBinary) => {
      const frame = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
      const decoded = plainForm.decode(isBinary ? frame : frame.toString());
      if (!decoded.ok) throw new Error(decoded.fault);
      const chunked = chunkIn(decoded.message);
      if (chunked !== undefined) {
        this.come += chunked.bytes.length;
        return;
      }
      const event = this.#line.event(decoded.message);
      if (event.type === 'received.malformed') throw new Error(event.type);
      const { message } = event;
      if (message.event === 'ss-incomming') {
        this.say({ event: 'accept', stream: `${message.dialId}.dialer`, credit: this.#credit });
        this.say({ event: 'ss-incomming.reply', replyTo: message.callback });
      }
      this.put(message);
    });
  }

  /**
   * @param credit with what it accepts the streams of dials to it
   * @param localAddress the network address that it comes from
   */
  static async connect(url: string, credit = 0, localAddress = '127.0.0.1'): Promise<PlainPeer> {
    const socket = new WebSocket(`${url}${plainPath}?statewire=1`, { localAddress });
    await once(socket, 'open');
    return new PlainPeer(socket, credit);
  }

  say(message: Sent): void {
    this.#socket.send(plainForm.encode(this.#line.encode(message)));
  }

  chunk(stream: string, bytes: Uint8Array): void {
    this.#socket.send(plainForm.encode(chunkPacket(stream, bytes)));
  }

  /** Resolves with the first message of this event, and of this stream or callback. */
  async until<E extends ToClient['event']>(event: E, of?: string): Promise<Extract<ToClient, { readonly event: E }>> {
    const found = await this.take((message) => message.event === event && (of === undefined || nameOf(message) === of));
    if (!isOf(found, event)) throw new Error('It is another.');
    return found;
  }

  async join(address: string): Promise<void> {
    this.say({ event: 'ss-join', address, data: '', callback: address });
    await this.until('ss-join.reply', address);
  }

  /** Dials. @returns the first credit of the stream that it writes */
  async dial(from: string, to: string, dialId: string): Promise<number> {
    this.say({ event: 'ss-dial', from, to, dialId, callback: dialId });
    const { credit = 0 } = await this.until('accept', `${dialId}.dialer`);
    await this.until('ss-dial.reply', dialId);
    return credit;
  }

  /** Resolves once the server has handled what was said before. */
  async settled(): Promise<void> {
    this.say({ event: 'ss-join', address: '/none', data: '', callback: 'settled' });
    await this.until('ss-join.reply', 'settled');
  }

  close(): void {
    this.#socket.terminate();
  }
}

const nameOf = (message: ToClient): string =>
  'stream' in message ? message.stream : 'replyTo' in message ? message.replyTo : '';

function isOf<E extends ToClient['event']>(
  message: ToClient,
  event: E,
): message is Extract<ToClient, { readonly event: E }> & Message<E> {
  return message.event === event;
}
