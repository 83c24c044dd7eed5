/**
 * Packets in socket.io's own text with binary attachments, as a parser that socket.io is given. Pure: no sockets.
 *
 * It has no escape as the plain form has: an object with `"_placeholder": true` beside a byte array does not survive it.
 */
import type { Packet } from './packet.ts';
import {
  answerFrom,
  attempt,
  bytesIn,
  eventFrom,
  frameOf,
  isFlat,
  isObject,
  type JsonObject,
  type PacketFrame,
  parse,
  revive,
  Unfit,
} from './packets.ts';
import type { Decoded } from './transport.ts';

/** Byte arrays of one socket.io packet. (socket.io's own decoder takes 10.) */
const maxAttachments = 64;
/** Digits of an id: what a double can hold exactly. */
const maxDigits = 15;

/** A parser for socket.io and its client: their option `parser`. */
export interface SocketIoParser {
  readonly Encoder: new () => { encode(message: SocketIoMessage): (string | Uint8Array)[] };
  readonly Decoder: new () => {
    on(event: 'decoded', listener: (message: SocketIoMessage) => void): void;
    off(): void;
    removeListener(): void;
    add(data: unknown): void;
    destroy(): void;
  };
}

/**
 * With this parser socket.io gets every event and every answer folded into one event named `folded` with one argument, the packet, and sends the same
 * way. So it never spreads a peer's arguments over the stack, never keeps a callback, and has no forbidden names.
 * @param maxAttached bytes that the attachments of one packet may have together
 * @param deliver takes the packets of the only connection, at once and in order; without it they go the way of socket.io's events
 */
export function socketIoParser(
  maxAttached: number,
  deliver?: (frame: PacketFrame, size: number) => void,
): SocketIoParser {
  return {
    Encoder: SocketIoEncoder,
    Decoder: class extends SocketIoDecoder {
      constructor() {
        super(maxAttached, deliver);
      }
    },
  };
}

class SocketIoEncoder {
  /** One text, and what is attached to it. */
  encode({ type, nsp, data }: SocketIoMessage): (string | Uint8Array)[] {
    if (type === kinds.event && Array.isArray(data) && data[0] === folded) return encodeSocketIo(data[1]);
    const json = data === undefined || data === null ? '' : JSON.stringify(data);
    return [`${type}${nsp === '/' ? '' : `${nsp},`}${json}`];
  }
}

class SocketIoDecoder {
  readonly #maxAttached: number;
  #deliver: ((frame: PacketFrame, size: number) => void) | undefined;
  #decoded: ((message: SocketIoMessage) => void) | undefined;
  #half: Half | undefined;
  /** An event whose one argument is still to come. */
  #ofBytes: { readonly event: string; readonly text: string } | undefined;

  constructor(maxAttached: number, deliver: ((frame: PacketFrame, size: number) => void) | undefined) {
    this.#maxAttached = maxAttached;
    this.#deliver = deliver;
  }

  /** From now on packets are delivered there, at once and in order. */
  deliverTo(deliver: (frame: PacketFrame, size: number) => void): void {
    this.#deliver = deliver;
  }

  on(_: 'decoded', listener: (message: SocketIoMessage) => void): void {
    this.#decoded = listener;
  }

  off(): void {
    this.#decoded = undefined;
  }

  removeListener(): void {
    this.#decoded = undefined;
  }

  destroy(): void {
    this.#half = undefined;
    this.#ofBytes = undefined;
  }

  /** @throws Error where the frame leaves it open what the next one would be: socket.io then ends the connection. */
  add(data: unknown): void {
    if (typeof data === 'string') this.#text(data);
    else this.#attachment(bytesIn(data));
  }

  #text(text: string): void {
    if (this.#half !== undefined || this.#ofBytes !== undefined) throw new Error('An attachment is missing.');
    const event = eventOfBytes(text);
    if (event !== undefined) {
      this.#ofBytes = { event, text };
      return;
    }
    const bare = bareEvent.exec(text);
    if (bare?.[1] !== undefined) {
      this.#give({ type: 'event', event: bare[1], args: bare[2] === undefined ? [] : [true] }, '/', text.length);
      return;
    }
    const half = headOf(text);
    if (half.kind === kinds.event || half.kind === kinds.answer) {
      if (half.awaited === 0) this.#packet(half);
      else this.#half = half;
      return;
    }
    const data = handshakeData(half);
    this.#decoded?.({ type: half.kind, nsp: half.nsp, data });
  }

  #attachment(bytes: Uint8Array | undefined): void {
    const ofBytes = this.#ofBytes;
    if (ofBytes !== undefined && bytes !== undefined) {
      this.#ofBytes = undefined;
      const { event, text } = ofBytes;
      if (bytes.length > this.#maxAttached) throw new Error('The attachments are too large.');
      const forms = { socketIo: [text, bytes] };
      this.#give({ type: 'event', event, args: [bytes], forms }, '/', text.length + bytes.length);
      return;
    }
    const half = this.#half;
    if (half === undefined || bytes === undefined) throw new Error('Nothing is awaited that it could be attached to.');
    half.attachments.push(bytes);
    half.size += bytes.length;
    if (half.size - half.text > this.#maxAttached) throw new Error('The attachments are too large.');
    if (half.attachments.length < half.awaited) return;
    this.#half = undefined;
    this.#packet(half);
  }

  #packet(half: Half): void {
    this.#give(frameOf(decodeSocketIo(half)), half.nsp, half.size);
  }

  #give(frame: PacketFrame, nsp: string, size: number): void {
    if (this.#deliver !== undefined && nsp === '/') this.#deliver(frame, size);
    // socket.io ends the line of who speaks in a namespace that it has not opened.
    else this.#decoded?.({ type: kinds.event, nsp, data: [folded, frame, size] });
  }
}

/**
 * For who has the decoder of one connection: its packets do not go the way of socket.io's events any more, which costs a turn of the event loop for each.
 * @returns whether it is a decoder of ours
 */
export function deliverTo(decoder: unknown, deliver: (frame: PacketFrame, size: number) => void): boolean {
  const isOurs = decoder instanceof SocketIoDecoder;
  if (isOurs) decoder.deliverTo(deliver);
  return isOurs;
}

/** An event that says nothing beside its name, or `true`: read without JSON. */
const bareEvent = /^2\["([ !#-[\]-~]+)"(,true)?\]$/;

/** An event with one byte array is written in one way only by all who write it so; it is read, and written, without JSON. */
const ofBytesStart = '51-["';
const ofBytesEnd = '",{"_placeholder":true,"num":0}]';
const plainName = /^[ !#-[\]-~]+$/;

function eventOfBytes(text: string): string | undefined {
  if (!text.startsWith(ofBytesStart) || !text.endsWith(ofBytesEnd)) return undefined;
  const name = text.slice(ofBytesStart.length, -ofBytesEnd.length);
  return plainName.test(name) ? name : undefined;
}

/** What a packet that waits costs beside its bytes: a flood of empty ones is bounded too. */
export const frameOverhead = 64;

/** The one event that socket.io sees (see `socketIoParser`). */
export const folded = 'packet';

/** socket.io's packet types. With attachments an event is 5 and an answer 6. */
const kinds = { connect: 0, disconnect: 1, event: 2, answer: 3, connectError: 4 } as const;

export interface SocketIoMessage {
  readonly type: number;
  readonly nsp: string;
  readonly data?: unknown;
}

/** A message whose attachments may still have to come. */
interface Half {
  readonly kind: number;
  readonly nsp: string;
  readonly id: string;
  readonly json: string;
  readonly awaited: number;
  readonly attachments: Uint8Array[];
  /** Characters of the text. */
  readonly text: number;
  /** These, and the bytes that have come. */
  size: number;
}

/** Encodes a packet in socket.io's text, and what is attached to it; one for many receivers once. */
export function encodeSocketIo(packet: Packet): (string | Uint8Array)[] {
  if (packet.type === 'answer' || packet.forms === undefined) return encode(packet);
  packet.forms.socketIo ??= encode(packet);
  return packet.forms.socketIo;
}

function encode(packet: Packet): (string | Uint8Array)[] {
  if (packet.type === 'event' && packet.id === undefined && packet.args.length === 1 && plainName.test(packet.event)) {
    const [first] = packet.args;
    if (first === true) return [`${kinds.event}["${packet.event}",true]`];
    const bytes = bytesIn(first);
    if (bytes !== undefined) return [`${ofBytesStart}${packet.event}${ofBytesEnd}`, bytes];
  }
  if (packet.args.length === 0) {
    if (packet.type === 'answer') return [`${kinds.answer}${packet.id}[]`];
    if (packet.id === undefined && plainName.test(packet.event)) return [`${kinds.event}["${packet.event}"]`];
  }
  if (packet.args.every(isFlat)) {
    const json = JSON.stringify(packet.type === 'event' ? [packet.event, ...packet.args] : packet.args);
    return [`${packet.type === 'event' ? kinds.event : kinds.answer}${packet.id ?? ''}${json}`];
  }
  const attachments: Uint8Array[] = [];
  const attach = function (this: JsonObject, name: string, value: unknown): unknown {
    const bytes = bytesIn(this[name]);
    return bytes === undefined ? value : { _placeholder: true, num: attachments.push(bytes) - 1 };
  };
  const json = JSON.stringify(packet.type === 'event' ? [packet.event, ...packet.args] : packet.args, attach);
  const kind = packet.type === 'event' ? kinds.event : kinds.answer;
  const head = attachments.length === 0 ? `${kind}` : `${kind + 3}${attachments.length}-`;
  return [`${head}${packet.id ?? ''}${json}`, ...attachments];
}

function headOf(text: string): Half {
  const head = /^(?:([0-4])|([56])(\d+)-)(?:(\/[^,]*)(?:,|$))?(\d*)/.exec(text);
  if (head === null) throw new Error('It is no message of socket.io.');
  const [all, plain, binary, count = '0', nsp = '/', id = ''] = head;
  const awaited = Number(count);
  if (awaited > maxAttachments || (binary !== undefined && awaited === 0))
    throw new Error('The number of attachments is out of bounds.');
  const kind = binary === undefined ? Number(plain) : Number(binary) - 3;
  return {
    kind,
    nsp,
    id,
    json: text.slice(all.length),
    awaited,
    attachments: [],
    text: text.length,
    size: text.length,
  };
}

function decodeSocketIo({ kind, id, json, attachments }: Half): Decoded<Packet, string> {
  return attempt(() => {
    if (id.length > maxDigits) throw new Unfit('its id is no whole number in range');
    const used = new Set<number>();
    const args = revive(parse(json), (object) => {
      if (attachments.length === 0 || object['_placeholder'] !== true) return object;
      const num = Number(object['num']);
      const bytes = attachments[num];
      // Each once: one large attachment in a thousand places would be a thousand when it is sent on.
      if (bytes === undefined || used.has(num)) throw new Unfit('its attachments are not where it says');
      used.add(num);
      return bytes;
    });
    if (used.size < attachments.length) throw new Unfit('its attachments are not where it says');
    if (!Array.isArray(args)) throw new Unfit('it is neither an event nor an answer');
    if (kind === kinds.event) return eventFrom(args, id === '' ? undefined : Number(id));
    return answerFrom(args, id === '' ? undefined : Number(id));
  });
}

/** What comes with the opening of a namespace: an object always, since socket.io looks into it without asking. */
function handshakeData({ kind, json }: Half): unknown {
  if (kind === kinds.disconnect) return undefined;
  const data = json === '' ? undefined : parse(json);
  if (kind === kinds.connectError) return isObject(data) ? data : { message: `${data ?? 'refused'}` };
  if (data === undefined || isObject(data)) return data;
  throw new Error('What comes with the opening is no object.');
}
