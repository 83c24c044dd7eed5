/**
 * The star's messages as packets: named events with arguments and callbacks, as the original has them, and byte streams over them.
 *
 * The only file outside of `machines/star/` that knows the names of the messages. A packet's callback is a number that counts up with the connection;
 * a machine's callback is a name, and an answer names it again. Chunks do not become messages: whoever carries them asks `chunkIn` first.
 */
import {
  answers,
  argumentsOf,
  type Message,
  type Misshapen,
  type Received,
  type StreamMessage,
  type ToClient,
  type ToServer,
  toClient,
  toServer,
} from '../../machines/star/messages.ts';
import type { Packet } from '../packet.ts';
import { bytesIn, type PacketFrame } from '../packets.ts';

const prefix = 'socket.io-pull-stream.';
const queued = `${prefix}queue.`;
const streamed = (['accept', 'queue', 'error', 'credit', 'abort'] as const satisfies readonly ToServer['event'][]).map(
  (name) => ({ name, start: `${name}.` }),
);
/** What `{}` says: an error of which only that it was one has come over the wire. */
const unsaid = 'no reason was given';
const longestName = 160;
const longestReason = 1_024;
/** Questions behind the newest whose answers are still waited for; an older one's answer is one to nothing. */
const mostAsked = 4_096;

/** One chunk on its way, and the stream that it belongs to. */
export interface Chunked {
  readonly stream: string;
  readonly bytes: Uint8Array;
  /** What is sent where it is passed on: encoded already, where it came so. */
  readonly packet: Packet;
}

/** The chunk in a packet: the one thing that is carried past the machines. What is no chunk, and what only looks like one, is `undefined`. */
export function chunkIn(packet: PacketFrame): Chunked | undefined {
  if (packet.type !== 'event' || !packet.event.startsWith(queued)) return undefined;
  const stream = packet.event.slice(queued.length);
  if (stream === '' || stream.length > longestName) return undefined;
  const bytes = bytesOf(packet.args[0]);
  if (bytes === undefined) return undefined;
  return { stream, bytes, packet: packet.forms === undefined ? chunkPacket(stream, bytes) : packet };
}

/** Bytes, or text; a length is none, whatever the original makes of it. */
function bytesOf(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' ? new TextEncoder().encode(value) : bytesIn(value);
}

/** The packet of a chunk. */
export const chunkPacket = (stream: string, bytes: Uint8Array): Extract<Packet, { readonly type: 'event' }> => ({
  type: 'event',
  event: `${queued}${stream}`,
  args: [bytes],
});

/** The packet that announces an address, for many receivers. */
export const announcement = (address: string): Packet => ({
  type: 'event',
  event: 'ws-peer',
  args: [address],
  forms: {},
});

/** The packet that tells many who has come and who has gone. Ours. */
export const difference = (found: readonly string[], left: readonly string[]): Packet => ({
  type: 'event',
  event: 'peers',
  args: [found, left],
  forms: {},
});

/** Who is told of a message that is not for the connection's own role: the one stream, the one dial. */
export interface Route {
  readonly role: 'stream' | 'dialer';
  readonly id: string;
}

/** Who is told of a message; `undefined`: the connection's own role. */
export function routeOf(message: ToServer | ToClient): Route | undefined {
  if ('stream' in message) return { role: 'stream', id: message.stream };
  return message.event === 'ss-dial.reply' ? { role: 'dialer', id: message.replyTo } : undefined;
}

/** What a connection may send: chunks go by `chunkPacket`. */
export type Sent = Exclude<ToServer | ToClient, Message<'queue'>>;

interface Schema<M> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: M }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

interface Issue {
  readonly path: PropertyKey[];
  readonly code?: string | undefined;
  readonly maximum?: number | bigint;
}

type Asked = keyof typeof answers;
const isKnown = (event: string): event is keyof typeof argumentsOf => Object.hasOwn(argumentsOf, event);

/** One connection's packets: what they mean, and whose answers are still to come. */
export class StarLine<Heard extends ToServer | ToClient> {
  readonly #schemas: Readonly<Record<string, Schema<Heard>>>;
  readonly #quick: Quick<Heard>;
  /** By packet id. */
  readonly #asked = new Map<number, { readonly event: Asked; readonly callback: string }>();
  #next = 0;

  /** @param quick knows some of what the schemas know, and leaves the rest to them */
  constructor(schemas: Readonly<Record<string, Schema<Heard>>>, quick: Quick<Heard> = nothingQuick) {
    this.#schemas = schemas;
    this.#quick = quick;
  }

  /** A message as a packet. A question's callback is remembered until it is answered or forgotten. */
  encode(message: Sent): Packet {
    const args = argumentsFrom(message);
    if ('replyTo' in message) return { type: 'answer', id: Number(message.replyTo), args };
    if ('stream' in message) return { type: 'event', event: `${prefix}${message.event}.${message.stream}`, args };
    if (!('callback' in message)) return { type: 'event', event: message.event, args };
    return { type: 'event', event: message.event, args, id: this.#ask(message.event, message.callback) };
  }

  /** A packet as an event of the machine that `routeOf` names. Nothing that a peer sends makes it throw. */
  event(packet: PacketFrame): Received<Heard> | Misshapen {
    if (packet.type === 'bad') return misshapen(packet.reason);
    if (packet.type === 'answer') return this.#answer(packet.id, packet.args);
    const { event, args, id } = packet;
    const callback = id === undefined ? {} : { callback: `${id}` };
    if (!event.startsWith(prefix)) return this.#read(event, args, callback);
    const known = streamed.find(({ start }) => event.startsWith(start, prefix.length));
    if (known === undefined) return this.#read(event, args, callback);
    return this.#read(known.name, args, { stream: event.slice(prefix.length + known.start.length) });
  }

  /** The answer to this question is not waited for any more. */
  forget(callback: string): void {
    for (const [id, asked] of this.#asked) if (asked.callback === callback) this.#asked.delete(id);
  }

  /** Questions that wait for their answers. */
  get waiting(): number {
    return this.#asked.size;
  }

  #ask(event: Asked, callback: string): number {
    const id = this.#next;
    this.#next += 1;
    this.#asked.set(id, { event, callback });
    this.#asked.delete(id - mostAsked);
    return id;
  }

  #answer(id: number, args: readonly unknown[]): Received<Heard> | Misshapen {
    const asked = this.#asked.get(id);
    if (asked === undefined) return misshapen('an answer to nothing');
    this.#asked.delete(id);
    return this.#read(answers[asked.event], args, { replyTo: asked.callback });
  }

  #read(event: string, args: readonly unknown[], names: Names): Received<Heard> | Misshapen {
    return this.#quick(event, args, names) ?? this.#parse(event, args, names);
  }

  #parse(event: string, args: readonly unknown[], names: Names): Received<Heard> | Misshapen {
    const schema = Object.hasOwn(this.#schemas, event) ? this.#schemas[event] : undefined;
    const { callback = '' } = names;
    if (schema === undefined || !isKnown(event)) return misshapen('an unknown event', event.slice(0, 64), callback);
    const fields: Record<string, unknown> = { ...names, event };
    const layout = argumentsOf[event];
    for (let index = 0; index < layout.length; index += 1) {
      const field = layout[index];
      if (field === undefined || args[index] === undefined) continue;
      const value = fieldOf(event, field, args[index], names);
      if (value !== undefined && value !== null) fields[field] = value;
    }
    const parsed = schema.safeParse(fields);
    if (parsed.success) return received(parsed.data);
    const [issue] = parsed.error.issues;
    return misshapen(`${event} with ${faultOf(issue)}`, event, callback);
  }
}

function faultOf(issue: Issue | undefined): string {
  const argument = issue?.path.map(String).join('.') ?? 'argument';
  return issue?.code === 'too_big' ? `more than ${issue.maximum} in ${argument}` : `a wrong or missing ${argument}`;
}

interface Names {
  readonly callback?: string;
  readonly replyTo?: string;
  readonly stream?: string;
}

/** What a schema would make of a message that every dial has, in its usual form: a tenth of the work. `undefined`: ask the schema. */
type Quick<Heard extends ToServer | ToClient> = (
  event: string,
  args: readonly unknown[],
  names: Names,
) => Received<Heard> | undefined;

const nothingQuick = () => undefined;

function quickOfStream(
  event: string,
  args: readonly unknown[],
  { stream = '' }: Names,
): Received<StreamMessage> | undefined {
  if (stream === '' || stream.length > longestName) return undefined;
  const [first] = args;
  switch (event) {
    case 'accept':
      if (args.length === 0) return { type: 'received.accept', message: { event, stream } };
      return isCount(first) ? { type: 'received.accept', message: { event, stream, credit: first } } : undefined;
    case 'credit':
      return isCount(first) ? { type: 'received.credit', message: { event, stream, bytes: first } } : undefined;
    case 'error':
      return first === true ? { type: 'received.error', message: { event, stream, error: true } } : undefined;
    default:
      return undefined;
  }
}

function quickToServer(event: string, args: readonly unknown[], names: Names): Received<ToServer> | undefined {
  if (names.stream !== undefined) return quickOfStream(event, args, names);
  const { callback, replyTo } = names;
  if (event === 'ss-incomming.reply' && isText(replyTo, 0, longestName) && args.length === 0)
    return { type: 'received.ss-incomming.reply', message: { event, replyTo } };
  const [from, to, dialId] = args;
  if (event !== 'ss-dial' || !isText(callback, 0, longestName) || !isText(dialId, 1, longestDialId)) return undefined;
  if (!isText(from, 1, longestAddress) || !isText(to, 1, longestAddress)) return undefined;
  return { type: 'received.ss-dial', message: { event, from, to, dialId, callback } };
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isText = (value: unknown, least: number, most: number): value is string =>
  typeof value === 'string' && value.length >= least && value.length <= most;
const longestAddress = 1_024;
const longestDialId = 128;

/** The line of a server to a client. */
export const serverLine = (isQuick = true): StarLine<ToServer> =>
  new StarLine<ToServer>(toServer, isQuick ? quickToServer : undefined);

/** The line of a client to its server. */
export const clientLine = (isQuick = true): StarLine<ToClient> =>
  new StarLine<ToClient>(toClient, isQuick ? quickOfStream : undefined);

/** What an argument says. Errors come as whatever the other side had: a text, or an object that has lost its own. */
function fieldOf(event: string, field: string, value: unknown, { stream }: Names): unknown {
  if (field === 'chunk') {
    const bytes = bytesOf(value);
    return bytes === undefined ? undefined : { held: stream, bytes: bytes.length };
  }
  if (field !== 'error' || value === undefined) return value;
  if (typeof value === 'string' && value !== '') return value.slice(0, longestReason);
  if (event === 'error') return value === true ? true : '';
  return isFalse(value) ? undefined : unsaid;
}

/** What a callback is called with where nothing is wrong. */
const isFalse = (value: unknown) => value === null || value === false || value === 0 || value === '';

function argumentsFrom(message: Sent): readonly unknown[] {
  const values: Readonly<Record<string, unknown>> = { ...message };
  // An error without words is what an Error looks like that has gone through JSON.
  if (message.event === 'error') return [message.error === '' ? {} : message.error];
  const args = argumentsOf[message.event].map((field) => values[field] ?? null);
  while (args.at(-1) === null) args.pop();
  return args;
}

const misshapen = (reason: string, about = '', callback = ''): Misshapen => ({
  type: 'received.malformed',
  reason,
  about,
  callback,
});

function received<M extends ToServer | ToClient>(message: M): Received<M>;
function received(message: ToServer | ToClient) {
  return { type: `received.${message.event}`, message };
}
