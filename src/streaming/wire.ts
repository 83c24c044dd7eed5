/**
 * Streaming messages as packets: named events with the text's arguments in the text's order, ours after them.
 *
 * The only file outside of `machines/streaming/` that knows the names of the messages. Towards a peer that knows only the text, what is ours is left out.
 * Keys of parts pass through here and stop here: a machine is told that a key has come, never the key.
 */
import type { DeskEvent } from '../../machines/streaming/desk.ts';
import {
  argumentsToPayee,
  argumentsToPayer,
  type Received,
  type ToPayee,
  type ToPayer,
  toPayee,
  toPayer,
} from '../../machines/streaming/messages.ts';
import type { PayerEvent } from '../../machines/streaming/payer.ts';
import type { Packet } from '../packet.ts';
import type { PacketFrame } from '../packets.ts';
import { secretFields } from '../secrets.ts';
import type { Decoded } from '../transport.ts';

/** What an observer or a log must not see: the keys of the parts. */
export const streamingSecrets = secretFields([...Object.values(toPayee), ...Object.values(toPayer)]);

/** Whether a packet's receiver knows more than the text. */
export interface Receiver {
  readonly extended: boolean;
}

interface Arguments {
  readonly fields: readonly string[];
  readonly text: number | null;
}

function packetOf(message: ToPayee | ToPayer, { fields, text }: Arguments, { extended }: Receiver): Packet | undefined {
  if (!extended && text === null) return undefined;
  const values: Readonly<Record<string, unknown>> = { ...message };
  const args = (extended || text === null ? fields : fields.slice(0, text)).map((field) => values[field]);
  while (args.length > (text ?? 0) && args.at(-1) === undefined) args.pop();
  return { type: 'event', event: message.event, args };
}

/** A payer's message as a packet, or `undefined` where the payee would not know it. */
export const encodeToPayee = (message: ToPayee, receiver: Receiver): Packet | undefined =>
  packetOf(message, argumentsToPayee[message.event], receiver);

/** A payee's message as a packet, or `undefined` where the payer would not know it. */
export const encodeToPayer = (message: ToPayer, receiver: Receiver): Packet | undefined =>
  packetOf(message, argumentsToPayer[message.event], receiver);

interface Schema<Message> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Message }
    | { readonly success: false; readonly error: { readonly issues: readonly { readonly path: PropertyKey[] }[] } };
}

function messageOf<Message>(
  packet: PacketFrame,
  schemas: Readonly<Record<string, Schema<Message>>>,
  layouts: Readonly<Record<string, Arguments>>,
): Decoded<Message, string> {
  if (packet.type === 'bad') return { ok: false, fault: packet.reason };
  if (packet.type === 'answer') return { ok: false, fault: 'an answer to nothing' };
  const { event, args } = packet;
  const schema = Object.hasOwn(schemas, event) ? schemas[event] : undefined;
  const layout = layouts[event];
  if (schema === undefined || layout === undefined) return { ok: false, fault: 'an unknown event' };
  const fields: Record<string, unknown> = { event };
  for (const [index, field] of layout.fields.entries()) if (args[index] !== undefined) fields[field] = args[index];
  const parsed = schema.safeParse(fields);
  if (parsed.success) return { ok: true, message: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, fault: `${event} with a wrong or missing ${issue?.path.join('.') ?? 'argument'}` };
}

/** Reads a packet that came to a payee. */
export const decodeToPayee = (packet: PacketFrame): Decoded<ToPayee, string> =>
  messageOf<ToPayee>(packet, toPayee, argumentsToPayee);

/** Reads a packet that came to a payer. */
export const decodeToPayer = (packet: PacketFrame): Decoded<ToPayer, string> =>
  messageOf<ToPayer>(packet, toPayer, argumentsToPayer);

function received<M extends ToPayee | ToPayer>(message: M): Received<M>;
function received(message: ToPayee | ToPayer) {
  return { type: `received.${message.event}`, message };
}

/** A packet as an event of the desk's machine. */
export function deskEvent(packet: PacketFrame): DeskEvent {
  const decoded = decodeToPayee(packet);
  if (decoded.ok) return received(decoded.message);
  const isKnown = packet.type === 'event' && Object.hasOwn(toPayee, packet.event);
  return { type: 'received.malformed', reason: decoded.fault, ...(isKnown ? { about: packet.event } : {}) };
}

/** A key that has come, and for which part, if the payee says so. */
export interface Delivered {
  readonly secret: string;
  readonly about?: { readonly stream: string; readonly part: number };
}

/** A packet as an event of the payer's machine, and the key that was taken out of it. */
export function payerEvent(packet: PacketFrame): { readonly event: PayerEvent; readonly delivered?: Delivered } {
  const decoded = decodeToPayer(packet);
  if (!decoded.ok) return { event: { type: 'received.malformed', reason: decoded.fault } };
  const { message } = decoded;
  if (message.event !== 'secret') return { event: received(message) };
  const { secret, about } = message;
  return {
    event: received({ ...message, secret: '' }),
    delivered: about === undefined ? { secret } : { secret, about },
  };
}

/** Whether the payer says that it knows more than the text; `undefined` where it says nothing of it. */
export const extendedIn = (event: DeskEvent): boolean | undefined =>
  event.type === 'received.publicKey' ? event.message.hello !== undefined : undefined;

/** The part whose key a message is to carry. */
export const partIn = (message: ToPayer): { readonly stream: string; readonly part: number } | undefined =>
  message.event === 'secret' ? message.about : undefined;

/** The same message with the key. */
export const withKey = (message: ToPayer, secret: string): ToPayer =>
  message.event === 'secret' ? { ...message, secret } : message;

/** Whether a message tells a payer that it was refused. */
export const isRefusal = (message: ToPayer): boolean => message.event === 'refused';
