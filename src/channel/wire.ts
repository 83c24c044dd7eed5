/**
 * Channel messages as WebSocket text frames, one JSON object each, as events of the machines.
 *
 * The only file outside of `machines/channel/` that knows the names of the messages, with the second framing that they have, in `rpc.ts`. Amounts are
 * JSON integers of any size; the `request` that an error repeats is cut out of the frame, and put into one, as the text that it is. Transactions are
 * read here, once.
 */
import {
  type Abort,
  type Change,
  type Dialect,
  type Envelope,
  type FromNode,
  fromNode,
  type Info,
  infos,
  type Party,
  type Question,
  type Reason,
  type SignTag,
  type Subject,
  signTags,
  subjects,
  type ToNode,
  toNode,
} from '../../machines/channel/messages.ts';
import { legacyReason, reasons } from '../../machines/channel/reasons.ts';
import { memberText } from '../json.ts';
import type { Malformed } from '../role.ts';
import { type Fields, isObject, objectOf } from './jsonFields.ts';
import { fromRpcNode, fromRpcParty, toRpcNode, toRpcParty } from './rpc.ts';
import { type Seen, see } from './seen.ts';

type Of<Messages, Action extends string> = Extract<Messages, { readonly action: Action }>;

/** What is said with an `info`. */
interface InfoExtras {
  /** Of `fsm_up`. */
  readonly fsmId?: string;
  /** The co-signed state, where a node adds it to `open` or `update_finalized`. */
  readonly seen?: Seen;
}

/** What a node said, as a party's machine is told it. The event's name says what the message is about. */
export type FromNodeEvent =
  | { [I in Info]: { readonly type: `received.info.${I}` } & InfoExtras }[Info]
  /** An `info` that no dialect has. */
  | { readonly type: 'received.info.other'; readonly event: string }
  | {
      [S in Subject]: {
        readonly type: `received.sign.${S}`;
        readonly message: Of<FromNode, 'sign'>;
        readonly seen: Seen;
      };
    }[Subject]
  /** `info` says what has happened to it, where the node says so. */
  | { readonly type: 'received.on_chain_tx'; readonly seen: Seen; readonly info?: string }
  | { readonly type: 'received.update'; readonly seen: Seen }
  | { readonly type: 'received.error'; readonly message: Of<FromNode, 'error'> }
  | { readonly type: 'received.conflict'; readonly message: Of<FromNode, 'conflict'> }
  | { readonly type: 'received.message'; readonly message: Envelope }
  | { readonly type: 'received.leave'; readonly channelId: string; readonly seen: Seen }
  | { readonly type: 'received.get'; readonly message: Of<FromNode, 'get'> }
  | { readonly type: 'received.pong' }
  | Malformed;

/** The signed replies of an open channel, by their action. */
type ReplyAction = Exclude<Subject, 'create'>;

/** What a party said, as a node's machine is told it. `request` is the frame, for an error to repeat. */
export type ToNodeEvent =
  | { [P in Party]: { readonly type: `received.${P}_signed`; readonly seen: Seen; readonly request: string } }[Party]
  | {
      readonly type: 'received.update.new';
      readonly message: Extract<ToNode, { readonly action: 'update'; readonly tag: 'new' }>;
      readonly request: string;
    }
  | {
      [A in 'deposit' | 'withdraw']: {
        readonly type: `received.${A}`;
        readonly amount: string;
        readonly request: string;
      };
    }['deposit' | 'withdraw']
  | { readonly type: `received.${ReplyAction}`; readonly seen: Seen; readonly request: string }
  /** The party does not sign what it was asked to with this tag. */
  | { readonly type: 'received.abort'; readonly tag: SignTag; readonly code: number; readonly request: string }
  | { readonly type: 'received.leave'; readonly request: string }
  | { readonly type: 'received.shutdown'; readonly request: string }
  | { readonly type: 'received.message'; readonly message: Of<ToNode, 'message'>; readonly request: string }
  | { readonly type: 'received.get'; readonly message: Question; readonly request: string }
  | { readonly type: 'received.ping' }
  | Refusable;

/** A frame that is no message. `request` is empty where it was no JSON at all; `fault` is the reason to refuse it with. */
type Refusable = Malformed & { readonly request: string; readonly fault: Reason };

const malformed = (reason: string) => ({ type: 'received.malformed', reason }) as const;
const isKnown = <K extends string>(table: Readonly<Record<K, unknown>>, name: string): name is K =>
  Object.hasOwn(table, name);
const isInfo = (event: string): event is Info => infos.some((info) => info === event);

/** What a frame of a node says. */
export function readFromNode(frame: string | Uint8Array, dialect: Dialect = 'text'): FromNode | Malformed {
  const read = objectOf(frame);
  if (typeof read === 'string' || typeof frame !== 'string') return malformed(`${read}`);
  const fields = dialect === 'rpc' ? fromRpcNode(read, frame) : withRequest(read, frame);
  if (typeof fields === 'string') return malformed(fields);
  const { action } = fields;
  if (typeof action !== 'string' || !isKnown(fromNode, action)) return malformed('unknown action');
  const parsed = fromNode[action].safeParse(fields);
  if (!parsed.success) return malformed(`${action} with ${faultOf(parsed.error.issues)}`);
  return parsed.data;
}

/** A frame of a node, as an event of a party's machine. */
export function partyEvent(frame: string | Uint8Array, dialect: Dialect = 'text'): FromNodeEvent {
  const read = readFromNode(frame, dialect);
  return 'type' in read ? read : fromNodeEvent(read);
}

/** An error's `request` as the text that it is. */
function withRequest(fields: Fields, frame: string): Fields {
  const { action, payload } = fields;
  if (action !== 'error' || !isObject(payload) || !('request' in payload)) return fields;
  const request = memberText(memberText(frame, 'payload') ?? '{}', 'request') ?? '';
  return { ...fields, payload: { ...payload, request } };
}

type Showing = Extract<FromNodeEvent, { readonly seen?: Seen }>;

/** Whether an event shows a transaction that is to be there with the signatures of both, and not one that is to be signed. */
export const isShowing = (
  event: FromNodeEvent,
): event is Exclude<Showing, { readonly message: unknown }> & { readonly seen: Seen } =>
  'seen' in event && event.seen !== undefined && !('message' in event);

function fromNodeEvent(message: FromNode): FromNodeEvent {
  switch (message.action) {
    case 'info': {
      const { event, fsm_id, state } = message.payload;
      if (!isInfo(event)) return { type: 'received.info.other', event };
      return {
        type: `received.info.${event}`,
        ...(fsm_id === undefined ? {} : { fsmId: fsm_id }),
        ...(state === undefined ? {} : { seen: see(state) }),
      };
    }
    case 'sign':
      return { type: `received.sign.${subjects[message.tag]}`, message, seen: see(message.payload.tx) };
    case 'on_chain_tx': {
      const { tx, info } = message.payload;
      return { type: 'received.on_chain_tx', seen: see(tx), ...(info === undefined ? {} : { info }) };
    }
    case 'update':
      return { type: 'received.update', seen: see(message.payload.state) };
    case 'error':
      return { type: 'received.error', message };
    case 'conflict':
      return { type: 'received.conflict', message };
    case 'message':
      return { type: 'received.message', message: message.payload.message };
    case 'leave':
      return { type: 'received.leave', channelId: message.channel_id, seen: see(message.payload.state) };
    case 'get':
      return { type: 'received.get', message };
    case 'system':
      return { type: 'received.pong' };
  }
}

const isSignTag = (name: unknown): name is SignTag => signTags.some((tag) => tag === name);

/** Which of a party's messages it is: `update` with the tag `new` is another one than `update`, and a question another than the next. */
function nameOf({ action, tag, payload }: Fields): string | undefined {
  if (typeof action !== 'string') return undefined;
  if (action === 'update' && tag === 'new') return 'update.new';
  if (action === 'get') return `get.${tag}`;
  return isSignTag(action) && isObject(payload) && 'error' in payload ? 'abort' : action;
}

const faults: Readonly<Record<string, Reason>> = {
  amount: 'not_a_number',
  from: 'broken_account',
  to: 'broken_account',
  accounts: 'broken_account',
  meta: 'invalid_meta',
  tx: 'broken_encoding',
  error: 'invalid_error_code',
};

/** What a frame of a party says. */
export function readToNode(frame: string | Uint8Array, dialect: Dialect = 'text'): ToNode | Refusable {
  const read = objectOf(frame);
  if (typeof frame !== 'string') return { ...malformed(`${read}`), request: '', fault: 'invalid_request' };
  if (typeof read === 'string')
    return { ...malformed(read), request: '', fault: read === 'not JSON' ? 'parse_error' : 'invalid_request' };
  const fields = dialect === 'rpc' ? fromRpcParty(read) : read;
  const name = typeof fields === 'string' ? undefined : nameOf(fields);
  if (name === undefined || !isKnown(toNode, name))
    return {
      ...malformed('unknown action'),
      request: frame,
      fault: fields === 'invalid_request' ? fields : 'unknown_request',
    };
  const parsed = toNode[name].safeParse(fields);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const fault = faults[String(issues[0]?.path[1])] ?? 'invalid_params';
  return { ...malformed(`${name} with ${faultOf(issues)}`), request: frame, fault };
}

/** A frame of a party, as an event of the node's machine. */
export function nodeEvent(frame: string | Uint8Array, dialect: Dialect = 'text'): ToNodeEvent {
  const read = readToNode(frame, dialect);
  return 'type' in read ? read : toNodeEvent(read, typeof frame === 'string' ? frame : '');
}

const isAbort = (message: ToNode): message is Abort =>
  'payload' in message && message.payload !== undefined && 'error' in message.payload;

function toNodeEvent(message: ToNode, request: string): ToNodeEvent {
  if (isAbort(message)) return { type: 'received.abort', tag: message.action, code: message.payload.error, request };
  switch (message.action) {
    case 'shutdown':
      return { type: 'received.shutdown', request };
    case 'leave':
      return { type: 'received.leave', request };
    case 'system':
      return { type: 'received.ping' };
    case 'message':
      return { type: 'received.message', message, request };
    case 'get':
      return { type: 'received.get', message, request };
    case 'deposit':
    case 'withdraw':
      return { type: `received.${message.action}`, amount: message.payload.amount, request };
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

const amounts = ({ amount, ...rest }: { readonly amount: string }) =>
  `${JSON.stringify(rest).slice(0, -1)}${Object.keys(rest).length === 0 ? '' : ','}"amount":${amount}}`;

const update = ({ from, to, amount }: { readonly from: string; readonly to: string; readonly amount: string }) =>
  `{"from":${text(from)},"to":${text(to)},"amount":${amount}`;

function change(each: Change): string {
  if (!('op' in each)) return `${update(each)}}`;
  return each.op === 'OffChainMeta' ? JSON.stringify(each) : amounts(each);
}

/** A message of either side as a frame of old. Amounts and repeated requests are put in as the text that they are. */
export function encodeChannel(message: FromNode | ToNode): string {
  switch (message.action) {
    case 'update':
      if (!('tag' in message)) break;
      return `{"action":"update","tag":"new","payload":${update(message.payload)}${
        message.payload.meta === undefined ? '' : `,"meta":${JSON.stringify(message.payload.meta)}`
      }}}`;
    case 'deposit':
    case 'withdraw':
      return `{"action":"${message.action}","tag":"new","payload":{"amount":${message.payload.amount}}}`;
    case 'error': {
      const { payload } = message;
      if ('message' in payload) return JSON.stringify({ action: 'error', payload: { message: payload.message } });
      const { reason, request } = payload;
      const said = isReason(reason) ? legacyReason(reason) : reason;
      return `{"action":"error","payload":{"reason":${text(said)},"request":${request === '' ? 'null' : request}}}`;
    }
    case 'sign': {
      const { tx, updates } = message.payload;
      if (updates === undefined) break;
      return `{"action":"sign","tag":${text(message.tag)},"payload":{"tx":${text(tx)},"updates":[${updates.map(change).join(',')}]}}`;
    }
    case 'get': {
      const { tag } = message;
      if (tag !== 'balances' || !('payload' in message) || !Array.isArray(message.payload)) break;
      const balances = message.payload.map(
        ({ account, balance }) => `{"account":${text(account)},"balance":${balance}}`,
      );
      const id = message.id === undefined ? '' : `"id":${JSON.stringify(message.id)},`;
      return `{"action":"get","tag":"balances",${id}"payload":[${balances.join(',')}]}`;
    }
    default:
      break;
  }
  return JSON.stringify(message);
}

const isReason = (name: string): name is Reason => reasons.some((reason) => reason === name);

/**
 * A node's message as a frame for a party.
 *
 * @param channelId as text; null while there is none. Only dialect `rpc` says it with every message.
 */
export const encodeFromNode = (message: FromNode, dialect: Dialect, channelId: string | null): string =>
  dialect === 'rpc' ? toRpcParty(message, channelId) : encodeChannel(message);

/** A party's message as a frame for its node. */
export const encodeToNode = (message: ToNode, dialect: Dialect): string =>
  dialect === 'rpc' ? toRpcNode(message) : encodeChannel(message);
