/**
 * The end of a connection at which its streams hang: whose chunk is whose, who waits until the connection takes more, and whether it is read at all.
 *
 * Nobody speaks for a stream of another connection, and one stream that waits keeps no other from its turn.
 */
import type { Received, StreamMessage } from '../../machines/star/messages.ts';
import { type End, type PlainMessage, type StreamEvent, sideOf } from '../../machines/star/stream.ts';
import type { Packet } from '../packet.ts';
import type { Holder, Holding, Holdings } from './holdings.ts';
import { defaultStreamLimits, type StreamLimits } from './streamLimits.ts';

/** What a connection does for its streams. */
export interface Carrier {
  /** Whether the peer knows credit and abort. */
  readonly dialect: Exclude<End, 'app'>;
  /** Beyond it stands one that knows the original's wire and, in place of its silence, how a stream has ended: by a broken line, or by a reader who gave up. */
  readonly hearsOfEnds?: boolean;
  send(message: PlainMessage): void;
  /** Sends a chunk; in the packet in which it came, where it came in one. @returns whether it was taken: a line that is closing takes nothing more */
  chunk(stream: string, bytes: Uint8Array, packet?: Packet): boolean;
  readonly bufferedAmount: number;
  pause(): void;
  resume(): void;
}

/** A stream, as the connections at its ends know it. */
export interface Carried extends Holder {
  readonly id: string;
  /** Something has happened to it. */
  tell(event: StreamEvent): void;
  /** A chunk has come for it. */
  take(bytes: Uint8Array, packet?: Packet): void;
  /** Its sink takes something again. */
  pump(): void;
}

/** The end of a connection at which its streams hang: which there are, and which of them wait for it. */
export class StreamPort {
  /** The sum of what is held of this connection, where there is one. */
  readonly holding: Holding | undefined;
  readonly #carrier: Carrier;
  readonly #socketBuffer: number;
  /** Streams whose chunks come from this connection, and those whose chunks go to it. */
  readonly #feeds = new Map<string, Carried>();
  readonly #drains = new Map<string, Carried>();
  /** Streams that hold something for this connection until its buffer is empty, in the order in which they have their turn. */
  readonly #blocked = new Set<Carried>();
  #pauses = 0;
  #isLost = false;
  /** Its line takes nothing more: whoever writes waits for its end, or a writer that never waits would let nobody hear of that. */
  #isDeaf = false;

  constructor(
    carrier: Carrier,
    { socketBuffer }: Pick<StreamLimits, 'socketBuffer'> = defaultStreamLimits,
    holdings?: Holdings,
    ip?: string,
  ) {
    this.holding = holdings?.open(this.#feeds, ip);
    this.#carrier = carrier;
    this.#socketBuffer = socketBuffer;
  }

  get dialect(): Exclude<End, 'app'> {
    return this.#carrier.dialect;
  }

  get hearsOfEnds(): boolean {
    return this.#carrier.hearsOfEnds === true;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Streams that come from or go to this connection. */
  get size(): number {
    return this.#feeds.size + this.#drains.size;
  }

  /** Whether a stream of this name comes from this connection (`source`), or goes to it. */
  has(side: 'source' | 'sink', id: string): boolean {
    return (side === 'source' ? this.#feeds : this.#drains).has(id);
  }

  /** A message of a stream. @returns whether there is such a stream, on that side of it: nobody speaks for another's */
  receive(event: Received<StreamMessage>): boolean {
    const { message } = event;
    const found = (sideOf(message) === 'source' ? this.#feeds : this.#drains).get(message.stream);
    found?.tell(event);
    return found !== undefined;
  }

  /** A chunk. @returns whether a stream of that name comes from here */
  chunk(id: string, bytes: Uint8Array, packet?: Packet): boolean {
    const found = this.#feeds.get(id);
    found?.take(bytes, packet);
    return found !== undefined;
  }

  /** The connection's buffer is empty again: those who waited have their turn, the first to wait first. */
  drained(): void {
    const waiting = [...this.#blocked];
    this.#blocked.clear();
    for (const each of waiting) {
      if (this.hasRoom) each.pump();
      else this.#blocked.add(each);
    }
  }

  /** The connection is gone, and with it its side of every stream. */
  lost(code: number, reason: string): void {
    this.#isLost = true;
    for (const each of [...this.#drains.values()]) each.tell({ type: 'connection.lost', code, reason, from: 'sink' });
    for (const each of [...this.#feeds.values()]) each.tell({ type: 'connection.lost', code, reason, from: 'source' });
  }

  /** For streams: whether it takes chunks now. */
  get hasRoom(): boolean {
    return !this.#isDeaf && this.#carrier.bufferedAmount < this.#socketBuffer;
  }

  /** For streams. */
  carry(id: string, bytes: Uint8Array, packet: Packet | undefined): void {
    if (!this.#carrier.chunk(id, bytes, packet)) this.#isDeaf = true;
  }

  /** For streams. */
  send(message: PlainMessage): void {
    if (!this.#isLost) this.#carrier.send(message);
  }

  /** For streams: tells this one when there is room. */
  block(waiting: Carried): void {
    this.#blocked.add(waiting);
  }

  /** For streams: reads nothing until as many have resumed as have paused. */
  pause(): void {
    this.#pauses += 1;
    if (this.#pauses === 1 && !this.#isLost) this.#carrier.pause();
  }

  resume(): void {
    this.#pauses -= 1;
    if (this.#pauses === 0 && !this.#isLost) this.#carrier.resume();
  }

  /** For streams. */
  join(side: 'source' | 'sink', joining: Carried): void {
    (side === 'source' ? this.#feeds : this.#drains).set(joining.id, joining);
  }

  /** For streams. */
  leave(side: 'source' | 'sink', leaving: Carried): void {
    (side === 'source' ? this.#feeds : this.#drains).delete(leaving.id);
    this.#blocked.delete(leaving);
  }
}
