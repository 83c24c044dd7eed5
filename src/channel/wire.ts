/**
 * Channel messages as WebSocket text frames, one JSON object each, as events of the machines.
 *
 * The only file outside of `machines/channel/` that knows the names of the messages. Amounts are JSON integers of any size; the `request` that an
 * error repeats is cut out of the frame, and put into one, as the text that it is. Transactions are read here, once.
 */
import {
  type Envelope,
  type FromNode,
  fromNode,
  type Info,
  infos,
  type Party,
  type Subject,
  subjects,
  type ToNode,
  toNode,
} from '../../machines/channel/messages.ts';
import { type JsonValue, memberText, parseJson } from '../json.ts';
import type { Malformed } from '../role.ts';
import { type Seen, see } from './seen.ts';

type Of<Messages, Action extends string> = Extract<Messages, { readonly action: Action }>;

/** What a node said, as a party's machine is told it. The event's name says what the message is about. */
export type FromNodeEvent =
  | { [I in Info]: { readonly type: `received.info.${I}` } }[Info]
  /** An `info` that neither dialect has. */
  | { readonly type: 'received.info.other'; readonly event: string }
  | {
      [S in Subject]: {
        readonly type: `received.sign.${S}`;
        readonly message: Of<FromNode, 'sign'>;
        readonly seen: Seen;
      };
    }[Subject]
  | { readonly type: 'received.on_chain_tx'; readonly seen: Seen }
  | { readonly type: 'received.update'; readonly seen: Seen }
  | { readonly type: 'received.error'; readonly message: Of<FromNode, 'error'> }
  | { readonly type: 'received.conflict'; readonly message: Of<FromNode, 'conflict'> }
  | { readonly type: 'received.message'; readonly message: Envelope }
  | Malformed;

/** What a party said, as a node's machine is told it. */
export type ToNodeEvent =
  | { [P in Party]: { readonly type: `received.${P}_signed`; readonly seen: Seen; readonly request: string } }[Party]
  | {
      readonly type: 'received.update.new';
      readonly message: Extract<ToNode, { readonly tag: 'new' }>;
      /** The frame, for an error to repeat. */
      readonly request: string;
    }
  | {
      readonly type: `received.${'update' | 'update_ack' | 'shutdown_sign' | 'shutdown_sign_ack'}`;
      readonly seen: Seen;
      readonly request: string;
    }
  | { readonly type: 'received.shutdown' }
  | { readonly type: 'received.message'; readonly message: Of<ToNode, 'message'>; readonly request: string }
  /** `request` is empty where the frame was no JSON at all. */
  | (Malformed & { readonly request: string });

type Fields = Readonly<Record<string, JsonValue>>;

const isObject = (value: JsonValue | undefined): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A number longer than any amount: to read all its digits would take the time of a hundred frames. As a double it is no amount either. */
const endless = /[:,[\s]-?\d{81}/;

/** A frame's object, or what is wrong with it. */
function objectOf(frame: string | Uint8Array): Fields | string {
  if (typeof frame !== 'string') return 'a binary frame';
  try {
    const value: JsonValue = endless.test(frame) ? JSON.parse(frame) : parseJson(frame);
    return isObject(value) ? value : 'not an object';
  } catch {
    return 'not JSON';
  }
}

const malformed = (reason: string) => ({ type: 'received.malformed', reason }) as const;
const isKnown = <K extends string>(table: Readonly<Record<K, unknown>>, name: string): name is K =>
  Object.hasOwn(table, name);
const isInfo = (event: string): event is Info => infos.some((info) => info === event);

/** A frame of a node, as an event of a party's machine. */
export function partyEvent(frame: string | Uint8Array): FromNodeEvent {
  const fields = objectOf(frame);
  if (typeof fields === 'string' || typeof frame !== 'string') return malformed(`${fields}`);
  const { action, payload } = fields;
  if (typeof action !== 'string' || !isKnown(fromNode, action)) return malformed('unknown action');
  const isRequestError = action === 'error' && isObject(payload) && 'request' in payload;
  const parsed = fromNode[action].safeParse(
    isRequestError
      ? { ...fields, payload: { ...payload, request: memberText(memberText(frame, 'payload') ?? '{}', 'request') } }
      : fields,
  );
  if (!parsed.success) return malformed(`${action} with ${faultOf(parsed.error.issues)}`);
  return fromNodeEvent(parsed.data);
}

function fromNodeEvent(message: FromNode): FromNodeEvent {
  switch (message.action) {
    case 'info': {
      const { event } = message.payload;
      return isInfo(event) ? { type: `received.info.${event}` } : { type: 'received.info.other', event };
    }
    case 'sign':
      return { type: `received.sign.${subjects[message.tag]}`, message, seen: see(message.payload.tx) };
    case 'on_chain_tx':
      return { type: 'received.on_chain_tx', seen: see(message.payload.tx) };
    case 'update':
      return { type: 'received.update', seen: see(message.payload.state) };
    case 'error':
      return { type: 'received.error', message };
    case 'conflict':
      return { type: 'received.conflict', message };
    case 'message':
      return { type: 'received.message', message: message.payload.message };
  }
}

/** A frame of a party, as an event of the node's machine. */
export function nodeEvent(frame: string | Uint8Array): ToNodeEvent {
  const fields = objectOf(frame);
  if (typeof fields === 'string' || typeof frame !== 'string') return { ...malformed(`${fields}`), request: '' };
  const { action, tag } = fields;
  const name = action === 'update' && tag === 'new' ? 'update.new' : action;
  if (typeof name !== 'string' || !isKnown(toNode, name)) return { ...malformed('unknown action'), request: frame };
  const parsed = toNode[name].safeParse(fields);
  if (!parsed.success) return { ...malformed(`${name} with ${faultOf(parsed.error.issues)}`), request: frame };
  return toNodeEvent(parsed.data, frame);
}

function toNodeEvent(message: ToNode, request: string): ToNodeEvent {
  switch (message.action) {
    case 'shutdown':
      return { type: 'received.shutdown' };
    case 'message':
      return { type: 'received.message', message, request };
    case 'update':
      return 'tag' in message
        ? { type: 'received.update.new', message, request }
        : { type: 'received.update', seen: see(message.payload.tx), request };
    case 'initiator_signed':
    case 'initiator_sign':
      return { type: 'received.initiator_signed', seen: see(message.payload.tx), request };
    case 'responder_signed':
    case 'responder_sign':
      return { type: 'received.responder_signed', seen: see(message.payload.tx), request };
    default:
      return { type: `received.${message.action}`, seen: see(message.payload.tx), request };
  }
}

function faultOf([issue]: readonly { readonly path: readonly PropertyKey[] }[]): string {
  return `a wrong or missing ${issue?.path.join('.') || 'field'}`;
}

const text = (value: string) => JSON.stringify(value);

const update = ({ from, to, amount }: { readonly from: string; readonly to: string; readonly amount: string }) =>
  `{"from":${text(from)},"to":${text(to)},"amount":${amount}}`;

/** A message as a frame. Amounts and repeated requests are put in as the text that they are. */
export function encodeChannel(message: FromNode | ToNode): string {
  if (message.action === 'update' && 'tag' in message) {
    return `{"action":"update","tag":"new","payload":${update(message.payload)}}`;
  }
  if (message.action === 'error' && 'request' in message.payload) {
    const { reason, request } = message.payload;
    return `{"action":"error","payload":{"reason":${text(reason)},"request":${request === '' ? 'null' : request}}}`;
  }
  if (message.action === 'sign' && message.payload.updates !== undefined) {
    const { tx, updates } = message.payload;
    return `{"action":"sign","tag":${text(message.tag)},"payload":{"tx":${text(tx)},"updates":[${updates.map(update).join(',')}]}}`;
  }
  return JSON.stringify(message);
}
