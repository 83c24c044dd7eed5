/**
 * Board messages as packets: named events with one argument, as the original has them.
 *
 * The only file outside of `machines/board/` that knows the names of the messages. What is beyond the text is marked as ours in the schemas, and reaches
 * only peers that have said that they know it: a client says so in the query of its connection (`extend`), a server in its first message.
 */
import type { ClientEvent } from '../../machines/board/client.ts';
import {
  type FromServer,
  type Proposal,
  type Received,
  type Sent,
  type ToClient,
  type ToServer,
  toClient,
  toServer,
} from '../../machines/board/messages.ts';
import type { ServerEvent } from '../../machines/board/server.ts';
import type { Packet } from '../packet.ts';
import { isObject, type PacketFrame } from '../packets.ts';

/** The query by which a client says that it knows more than the text. The original's server ignores it. */
const extension = 'statewire';

/** A board's URL with the query that says that the client knows more than the text. */
export function extend(url: string): string {
  const extended = new URL(url);
  extended.searchParams.set(extension, '1');
  return extended.href;
}

/** Whether the client of a connection with this request target knows more than the text. */
export const isExtended = (target: string): boolean =>
  new URL(target, 'http://localhost').searchParams.get(extension) === '1';

const event = (name: string, ...args: readonly unknown[]): Packet => ({ type: 'event', event: name, args });

/** A client's message as a packet. */
export function encodeToServer({ event: name, ...fields }: ToServer): Packet {
  // The original's servers and clients give an argument always.
  return event(name, name === 'pinger' ? { msg: 'ping' } : fields);
}

/** A server's message as a packet. A page of the list is put in its place by `channelsPacket`. */
export function encodeToClient(message: Exclude<Sent, { readonly page: string }>): Packet {
  const { event: name, ...fields } = message;
  if (message.event === 'ponger') return event(name, { msg: 'pong' });
  if (message.event === 'receiveChannelProposal') return event(name, message.proposal);
  return event(name, fields);
}

/** What a page of the list is beside its channels: where it stands. */
export type Place = Pick<FromServer<'receiveChannels'>, 'after' | 'next'>;

/**
 * A list of proposals, as "map id -> channel". The ids 1 and "1" are two; the second one's key in the map is its JSON text then.
 * Without a place, and on the only page, it is the original's message.
 */
export function channelsPacket(proposals: Iterable<Proposal>, place: Place = {}): Packet {
  const map = new Map<string, Proposal>();
  for (const proposal of proposals) {
    const key = String(proposal.id);
    map.set(map.has(key) ? JSON.stringify(proposal.id) : key, proposal);
  }
  const list = Object.fromEntries(map);
  const isWhole = place.after === undefined && place.next === undefined;
  return isWhole ? event('receiveChannels', list) : event('receiveChannels', list, place);
}

/** The packet of a proposal that is listed now. */
export const proposedPacket = (proposal: Proposal): Packet =>
  encodeToClient({ event: 'receiveChannelProposal', proposal });

/** The packet of a proposal that is not listed any more. */
export const endedPacket = (id: Proposal['id'], reason: FromServer<'channelEnded'>['reason']): Packet =>
  encodeToClient({ event: 'channelEnded', id, reason });

/** Whether the message is a page of the list, and which. */
export const pageIn = (message: Sent): string | undefined => ('page' in message ? message.page : undefined);

/** The fault that a message tells, if it tells one. */
export const faultIn = (message: Sent) => (message.event === 'boardError' ? message.error : undefined);

interface Schema<Message> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Message }
    | { readonly success: false; readonly error: { readonly issues: readonly { readonly path: PropertyKey[] }[] } };
}

type Malformed = Extract<ServerEvent, { readonly type: 'received.malformed' }>;
const malformed = (reason: string, about = '', request = ''): Malformed => ({
  type: 'received.malformed',
  reason,
  about,
  request,
});

type Fields = Readonly<Record<string, unknown>>;

/** What the fields of a message are called where its argument is none of them. */
function fieldsOf(name: string, [first, second]: readonly unknown[]): Fields | undefined {
  if (name === 'receiveChannelProposal') return { event: name, proposal: first };
  if (name === 'receiveChannels') return { ...(isObject(second) ? second : {}), event: name, list: first };
  if (first === undefined || first === null) return name === 'requestAddresses' ? { event: name } : undefined;
  if (!isObject(first)) return name === 'pinger' || name === 'ponger' ? { event: name } : undefined;
  return { ...first, event: name };
}

/** Clients of 2019 name the address of the channel alone. */
function modern(fields: Fields): Fields {
  const { event: name, channel, targetAddress } = fields;
  if (name !== 'indicateInterest' || channel !== undefined || targetAddress === undefined) return fields;
  return { ...fields, channel: { address: targetAddress } };
}

function messageOf<Message extends ToServer | ToClient>(
  packet: PacketFrame,
  schemas: Readonly<Record<string, Schema<Message>>>,
): Message | Malformed {
  if (packet.type === 'bad') return malformed(packet.reason);
  if (packet.type === 'answer') return malformed('an answer to nothing');
  const { event: name, args } = packet;
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (schema === undefined) return malformed('an unknown event', name.slice(0, 64));
  const fields = fieldsOf(name, args);
  if (fields === undefined) return malformed(`${name} without data`, name);
  const parsed = schema.safeParse(modern(fields));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const { request } = fields;
  const named = typeof request === 'string' && request.length <= 64 ? request : '';
  return malformed(`${name} with a wrong or missing ${issue?.path.map(String).join('.') ?? 'field'}`, name, named);
}

function received<M extends ToServer | ToClient>(message: M): Received<M>;
function received(message: ToServer | ToClient) {
  return { type: `received.${message.event}`, message };
}

/** A packet as an event of the server's machine. Nothing that a peer sends makes it throw. */
export function serverEvent(packet: PacketFrame): ServerEvent {
  const message = messageOf<ToServer>(packet, toServer);
  return 'type' in message ? message : received(message);
}

/** A packet as an event of the client's machine. */
export function clientEvent(packet: PacketFrame): ClientEvent {
  const message = messageOf<ToClient>(packet, toClient);
  return 'type' in message ? message : received(message);
}
