/**
 * How packets look on a line: as JSON text over a plain WebSocket, and as socket.io's own text with binary attachments. Pure: no sockets.
 *
 * The plain form, each packet one text frame:
 *
 * ```text
 * ["event", arg, ...]                              an event
 * {"event": "event", "args": [arg, ...], "id": 7}  an event whose sender waits for an answer
 * {"answer": 7, "args": [arg, ...]}                the answer to it
 * {"$bytes": "AQL/"}                               inside an argument: a byte array, in base64
 * {"$$bytes": ...}                                 inside an argument: what is an object with a member "$bytes" itself
 * ```
 *
 * The last line is the escape: a member whose name is one or more dollars and `bytes` has one dollar more on the line.
 * Over socket.io's form there is no such escape: an object with `"_placeholder": true` beside a byte array does not survive it.
 */
import type { Packet } from './packet.ts';
import type { Closure, Decoded, Transport, TransportEvents } from './transport.ts';

/** A frame that is no packet. It is told to the owner, who knows whether the protocol forgives it. */
export interface BadPacket {
  readonly type: 'bad';
  /** Half a sentence: why it is no packet. */
  readonly reason: string;
}

/** What every line of packets carries, whatever it is made of. A bad packet only ever comes in: to send one is refused. */
export type PacketFrame = Packet | BadPacket;

/** Levels of arrays and objects: what goes deeper could not be encoded again, on the way to somebody else. */
const maxDepth = 64;
const maxArgs = 1_000;
/** Byte arrays of one socket.io packet. (socket.io's own decoder takes 10.) */
const maxAttachments = 64;
/** Digits of an id: what a double can hold exactly. */
const maxDigits = 15;

class Unfit extends Error {}

/** Encodes a packet for a plain WebSocket. */
export function encodePacket(packet: Packet): string {
  if (packet.type === 'answer') return JSON.stringify({ answer: packet.id, args: packet.args }, escapeBytes);
  const { event, args, id } = packet;
  return JSON.stringify(id === undefined ? [event, ...args] : { event, args, id }, escapeBytes);
}

/** Reads a frame of a plain WebSocket. It never throws, whatever the frame is. */
export function decodePacket(frame: string | Uint8Array): Decoded<Packet, string> {
  if (typeof frame !== 'string') return { ok: false, fault: 'it is a binary frame' };
  return attempt(() => {
    const json = revive(parse(frame), unescapeBytes);
    if (Array.isArray(json)) return eventFrom(json);
    if (!isObject(json) || !Array.isArray(json['args'])) throw new Unfit('it is neither an event nor an answer');
    const { event, answer, args, id } = json;
    if (event !== undefined && answer === undefined) return eventFrom([event, ...args], idFrom(id));
    if (answer !== undefined && event === undefined) return answerFrom(args, idFrom(answer));
    throw new Unfit('it is neither an event nor an answer');
  });
}

/** Packets over a line that carries text frames. */
export function packetTransport(line: Transport<string | Uint8Array>): Transport<PacketFrame> {
  return {
    attach: (events) =>
      line.attach({
        frame: (frame) => events.frame(frameOf(decodePacket(frame))),
        ...(events.drained === undefined ? {} : { drained: () => events.drained?.() }),
        closed: (closure) => events.closed(closure),
      }),
    send: (packet, handedOver) => {
      if (packet.type !== 'bad') return line.send(encodePacket(packet), handedOver);
      handedOver?.(false);
      return false;
    },
    get bufferedAmount() {
      return line.bufferedAmount;
    },
    pause: () => line.pause(),
    resume: () => line.resume(),
    close: (code, reason) => line.close(code, reason),
    terminate: () => line.terminate(),
  };
}

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
  readonly #deliver: ((frame: PacketFrame, size: number) => void) | undefined;
  #decoded: ((message: SocketIoMessage) => void) | undefined;
  #half: Half | undefined;

  constructor(maxAttached: number, deliver: ((frame: PacketFrame, size: number) => void) | undefined) {
    this.#maxAttached = maxAttached;
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
  }

  /** @throws Error where the frame leaves it open what the next one would be: socket.io then ends the connection. */
  add(data: unknown): void {
    if (typeof data === 'string') this.#text(data);
    else this.#attachment(bytesIn(data));
  }

  #text(text: string): void {
    if (this.#half !== undefined) throw new Error('An attachment is missing.');
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
    const frame = frameOf(decodeSocketIo(half));
    if (this.#deliver === undefined)
      this.#decoded?.({ type: kinds.event, nsp: half.nsp, data: [folded, frame, half.size] });
    else if (half.nsp === '/') this.#deliver(frame, half.size);
  }
}

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

function encodeSocketIo(packet: Packet): (string | Uint8Array)[] {
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

function eventFrom([event, ...args]: readonly unknown[], id?: number): Packet {
  if (typeof event !== 'string') throw new Unfit('its event has no name');
  if (args.length > maxArgs) throw new Unfit('it has too many arguments');
  return id === undefined ? { type: 'event', event, args } : { type: 'event', event, args, id };
}

function answerFrom(args: readonly unknown[], id: number | undefined): Packet {
  if (id === undefined) throw new Unfit('it answers nothing');
  if (args.length > maxArgs) throw new Unfit('it has too many arguments');
  return { type: 'answer', id, args };
}

function idFrom(id: unknown): number {
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id;
  throw new Unfit('its id is no whole number in range');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unfit('it is not JSON');
  }
}

function attempt(decode: () => Packet): Decoded<Packet, string> {
  try {
    return { ok: true, message: decode() };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, fault: error.message };
    throw error;
  }
}

const frameOf = (decoded: Decoded<Packet, string>): PacketFrame =>
  decoded.ok ? decoded.message : { type: 'bad', reason: decoded.fault };

type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts byte arrays where a freshly parsed value stands for them, in place. */
function revive(value: unknown, replace: (object: JsonObject) => JsonObject | Uint8Array, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) throw new Unfit('it is nested too deeply');
  if (Array.isArray(value)) {
    for (const [at, member] of value.entries()) value[at] = revive(member, replace, depth + 1);
    return value;
  }
  if (!isObject(value)) return value;
  const object = replace(value);
  if (isBytes(object)) return object;
  // Its own members all, `__proto__` too: so none is set on a prototype.
  for (const [name, member] of Object.entries(object)) object[name] = revive(member, replace, depth + 1);
  return object;
}

const isBytes = (value: object): value is Uint8Array => ArrayBuffer.isView(value);

/** The bytes of what stands for bytes: a typed array, a `Buffer`, an `ArrayBuffer`. */
function bytesIn(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return isArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

const isArrayBuffer = (value: unknown): value is ArrayBuffer =>
  Object.prototype.toString.call(value) === '[object ArrayBuffer]';

const escaped = /^\$+bytes$/;
const needsEscape = (object: JsonObject) => Object.keys(object).some((name) => escaped.test(name));
const renamed = (object: JsonObject, rename: (name: string) => string): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, member]) => [escaped.test(name) ? rename(name) : name, member]),
  );

function escapeBytes(this: JsonObject, name: string, value: unknown): unknown {
  const bytes = bytesIn(this[name]);
  if (bytes !== undefined) return { $bytes: toBase64(bytes) };
  return isObject(value) && needsEscape(value) ? renamed(value, (member) => `$${member}`) : value;
}

function unescapeBytes(object: JsonObject): JsonObject | Uint8Array {
  if (!needsEscape(object)) return object;
  if (!Object.hasOwn(object, '$bytes')) return renamed(object, (member) => member.slice(1));
  const bytes = Object.keys(object).length === 1 ? fromBase64(object['$bytes']) : undefined;
  if (bytes === undefined) throw new Unfit('its bytes are not in base64');
  return bytes;
}

/** Characters that are made in one call: as many as surely fit on the stack. */
const chunk = 8_192;

function toBase64(bytes: Uint8Array): string {
  let letters = '';
  for (let at = 0; at < bytes.length; at += chunk) letters += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return btoa(letters);
}

function fromBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** What an `Inbox` costs for each frame beside its bytes. */
const overhead = 64;
/** Frames that were given before the rest moves up: one by one, 100,000 cost seconds (12.6 s measured, 0.05 s so). */
const givenAtMost = 1_024;

/**
 * What a transport keeps for an owner who is not there yet, or has paused: frames in order, and the end after them. Starts paused; to attach resumes it.
 */
export class Inbox<Frame> {
  readonly #held: { readonly frame: Frame; readonly size: number }[] = [];
  /** Frames at the front of `#held` that were given already. */
  #given = 0;
  #size = 0;
  #events: TransportEvents<Frame> | undefined;
  #closure: Closure | undefined;
  #isPaused = true;

  /** Bytes that wait here. */
  get size(): number {
    return this.#size;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  attach(events: TransportEvents<Frame>): void {
    this.#events = events;
    this.resume();
  }

  frame(frame: Frame, size: number): void {
    if (this.#closure !== undefined) return;
    if (!this.#isPaused && this.#held.length === 0) {
      this.#events?.frame(frame);
      return;
    }
    this.#held.push({ frame, size });
    this.#size += size + overhead;
  }

  drained(): void {
    this.#events?.drained?.();
  }

  closed(closure: Closure): void {
    this.#closure ??= closure;
    if (this.#held.length === 0) this.#tellClosure();
  }

  pause(): void {
    this.#isPaused = true;
  }

  /** Gives what waits, as far as it is not paused again meanwhile. */
  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused) {
      const next = this.#held[this.#given];
      if (next === undefined) break;
      this.#given += 1;
      this.#size -= next.size + overhead;
      if (this.#given === this.#held.length) this.drop();
      else if (this.#given === givenAtMost) {
        this.#held.splice(0, givenAtMost);
        this.#given = 0;
      }
      this.#events?.frame(next.frame);
    }
    if (this.#held.length === 0) this.#tellClosure();
  }

  /** Forgets what waits. */
  drop(): void {
    this.#held.length = 0;
    this.#given = 0;
    this.#size = 0;
  }

  #tellClosure(): void {
    const events = this.#events;
    if (events === undefined || this.#closure === undefined) return;
    this.#events = undefined;
    events.closed(this.#closure);
  }
}
