/**
 * Packets as JSON text over a plain WebSocket, each one text frame. Pure: no sockets.
 *
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
 */
import type { Packet } from './packet.ts';
import type { Decoded, Transport } from './transport.ts';

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

/** A frame is no packet; the message is half a sentence. */
export class Unfit extends Error {}

/** Encodes a packet for a plain WebSocket; one for many receivers once. */
export function encodePacket(packet: Packet): string {
  if (packet.type === 'answer' || packet.forms === undefined) return textOf(packet);
  packet.forms.json ??= textOf(packet);
  return packet.forms.json;
}

function textOf(packet: Packet): string {
  const replacer = packet.args.every(isFlat) ? undefined : escapeBytes;
  if (packet.type === 'answer') return JSON.stringify({ answer: packet.id, args: packet.args }, replacer);
  const { event, args, id } = packet;
  return JSON.stringify(id === undefined ? [event, ...args] : { event, args, id }, replacer);
}

/** Whether there can be neither a byte array nor an object in it: it need not be searched then, which costs more than to write it. */
export const isFlat = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Array.isArray(value) && value.every(isText));
const isText = (value: unknown): value is string => typeof value === 'string';

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

/** How packets look on a plain WebSocket. */
export interface PacketForm {
  encode(packet: Packet): string | Uint8Array;
  /** It never throws, whatever the frame is. */
  decode(frame: string | Uint8Array): Decoded<Packet, string>;
}

const asText: PacketForm = { encode: encodePacket, decode: decodePacket };

/** Packets over a line that carries text frames, or frames of another form. */
export function packetTransport(
  line: Transport<string | Uint8Array>,
  { encode, decode }: PacketForm = asText,
): Transport<PacketFrame> {
  return {
    attach: (events) =>
      line.attach({
        frame: (frame) => events.frame(frameOf(decode(frame))),
        ...(events.drained === undefined ? {} : { drained: () => events.drained?.() }),
        closed: (closure) => events.closed(closure),
      }),
    send: (packet, handedOver) => {
      if (packet.type !== 'bad') return line.send(encode(packet), handedOver);
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

export function eventFrom([event, ...args]: readonly unknown[], id?: number): Packet {
  if (typeof event !== 'string') throw new Unfit('its event has no name');
  if (args.length > maxArgs) throw new Unfit('it has too many arguments');
  return id === undefined ? { type: 'event', event, args } : { type: 'event', event, args, id };
}

export function answerFrom(args: readonly unknown[], id: number | undefined): Packet {
  if (id === undefined) throw new Unfit('it answers nothing');
  if (args.length > maxArgs) throw new Unfit('it has too many arguments');
  return { type: 'answer', id, args };
}

function idFrom(id: unknown): number {
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id;
  throw new Unfit('its id is no whole number in range');
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unfit('it is not JSON');
  }
}

export function attempt(decode: () => Packet): Decoded<Packet, string> {
  try {
    return { ok: true, message: decode() };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, fault: error.message };
    throw error;
  }
}

export const frameOf = (decoded: Decoded<Packet, string>): PacketFrame =>
  decoded.ok ? decoded.message : { type: 'bad', reason: decoded.fault };

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts byte arrays where a freshly parsed value stands for them, in place. */
export function revive(value: unknown, replace: (object: JsonObject) => JsonObject | Uint8Array, depth = 0): unknown {
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
export function bytesIn(value: unknown): Uint8Array | undefined {
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
