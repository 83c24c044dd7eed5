/**
 * Dialect `rpc`: the channel's messages in JSON-RPC 2.0 frames, as the nodes and clients of today exchange them.
 *
 * A second framing and nothing else: what a frame says is read and written as the same messages as in the frames of old, and which they are is in
 * `machines/channel/messages.ts`. Here a transaction that is to be signed is called `signed_tx`, has no signature or one, and stands in a signed
 * transaction's envelope; every frame of a node names the channel; errors have codes.
 */
import type { Change, FromNode, ToNode } from '../../machines/channel/messages.ts';
import {
  outerCode,
  outerMessage,
  type Reason,
  reasonOfCode,
  reasons,
  rejections,
} from '../../machines/channel/reasons.ts';
import { type JsonValue, memberText, toJson } from '../json.ts';
import { type Fields, isObject } from './jsonFields.ts';

const prefix = 'channels.';

/** The action and the tag in a method's name. */
function named(method: JsonValue | undefined): readonly [action: string, tag?: string] | undefined {
  if (typeof method !== 'string' || !method.startsWith(prefix)) return undefined;
  const name = method.slice(prefix.length);
  const dot = name.indexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

const isRpc = ({ jsonrpc }: Fields) => jsonrpc === '2.0';

/** What a question's answer is about: the frame does not say. */
function tagOf(result: JsonValue | undefined): string {
  if (Array.isArray(result)) return 'balances';
  return isObject(result) && 'poi' in result ? 'poi' : 'offchain_state';
}

/** The reason that an error's codes mean. */
function reasonOf({ code, data }: Fields): Reason {
  const codes = Array.isArray(data) ? data.map((each: JsonValue) => (isObject(each) ? each['code'] : undefined)) : [];
  const found = [...codes, code].flatMap((each) => (typeof each === 'number' ? (reasonOfCode(each) ?? []) : []));
  return found[0] ?? 'rejected';
}

function errorFields(error: Fields, frame: string): Fields {
  const request = memberText(memberText(frame, 'error') ?? '{}', 'request') ?? '';
  return { action: 'error', payload: { reason: reasonOf(error), request } };
}

/** What a frame of a node says, in the shape of the frames of old; or what is wrong with it. */
export function fromRpcNode(fields: Fields, frame: string): Fields | string {
  if (!isRpc(fields)) return 'no JSON-RPC';
  const { method, params, id, error, result } = fields;
  if (isObject(error)) return errorFields(error, frame);
  if (method === undefined && result !== undefined)
    return { action: 'get', tag: tagOf(result), ...(id === undefined ? {} : { id }), payload: result };
  const name = named(method);
  if (name === undefined) return 'unknown action';
  const [action, tag] = name;
  const { channel_id, data = {} } = isObject(params) ? params : {};
  const tagged = tag === undefined ? {} : { tag };
  if (action === 'leave') return { action, channel_id: channel_id ?? null, payload: data };
  if (action !== 'sign' || !isObject(data)) return { action, ...tagged, payload: data };
  const { signed_tx, ...rest } = data;
  return { action, ...tagged, payload: signed_tx === undefined ? rest : { ...rest, tx: signed_tx } };
}

/** What a frame of a party says, in the shape of the frames of old; or why it is refused. */
export function fromRpcParty(fields: Fields): Fields | Extract<Reason, 'invalid_request' | 'unknown_request'> {
  if (!isRpc(fields) || typeof fields['method'] !== 'string') return 'invalid_request';
  const { method, params = {}, id } = fields;
  const name = named(method);
  if (name === undefined || !isObject(params)) return name === undefined ? 'unknown_request' : 'invalid_request';
  const [action, tag] = name;
  if (action === 'system' && tag === undefined) return { action, tag: params['action'] ?? '' };
  const { signed_tx, ...rest } = params;
  const payload = signed_tx === undefined ? rest : { ...rest, tx: signed_tx };
  const numbered = action === 'get' && id !== undefined ? { id } : {};
  return { action, ...(tag === undefined ? {} : { tag }), ...numbered, payload };
}

/** A change in the node's words, its amount as a number of any size. */
function changeOf(change: Change): unknown {
  if (!('op' in change)) return { op: 'OffChainTransfer', ...change, amount: BigInt(change.amount) };
  return change.op === 'OffChainMeta' ? change : { ...change, amount: BigInt(change.amount) };
}

const notification = (method: string, channelId: string | null, data: unknown): string =>
  toJson({ jsonrpc: '2.0', version: 1, method: `${prefix}${method}`, params: { channel_id: channelId, data } });

/** The `id` of the request that an error is about, as it was written. */
function idIn(request: string): string {
  if (!request.startsWith('{')) return 'null';
  return memberText(request, 'id') ?? 'null';
}

function errorFrame(reason: Reason, request: string, channelId: string | null, message?: string): string {
  const { code, message: meaning } = rejections[reason];
  const shown = message ?? meaning;
  const error =
    code < 0
      ? { code, message: shown }
      : { code: outerCode(reason), message: outerMessage(reason), data: [{ code, message: shown }] };
  const repeated = request === '' ? '' : `,"request":${request}`;
  const body = `${JSON.stringify(error).slice(0, -1)}${repeated}}`;
  return `{"jsonrpc":"2.0","version":1,"id":${idIn(request)},"channel_id":${JSON.stringify(channelId)},"error":${body}}`;
}

const isReason = (name: string): name is Reason => reasons.some((reason) => reason === name);

/** A node's message as a frame about this channel; null while it has no id. */
export function toRpcParty(message: FromNode, channelId: string | null): string {
  switch (message.action) {
    case 'sign': {
      const { tx, updates = [] } = message.payload;
      return notification(`sign.${message.tag}`, channelId, { signed_tx: tx, updates: updates.map(changeOf) });
    }
    case 'error': {
      const { payload } = message;
      if ('message' in payload)
        return errorFrame(payload.code ?? 'rejected', payload.frame ?? '', channelId, payload.message);
      return errorFrame(isReason(payload.reason) ? payload.reason : 'rejected', payload.request, channelId);
    }
    case 'get': {
      const { id, payload } = message;
      const result = Array.isArray(payload)
        ? payload.map(({ account, balance }) => ({ account, balance: BigInt(balance) }))
        : payload;
      return toJson({ jsonrpc: '2.0', version: 1, id: id ?? null, channel_id: channelId, result });
    }
    case 'system':
      return notification('system.pong', channelId, { action: 'system', tag: 'pong' });
    case 'on_chain_tx': {
      const { tx, info, type } = message.payload;
      const told = info === undefined ? { tx } : { info, tx };
      return notification('on_chain_tx', channelId, type === undefined ? told : { ...told, type });
    }
    default:
      return notification(message.action, channelId, message.payload);
  }
}

const request = (method: string, params: unknown, id?: number | string): string =>
  toJson({ jsonrpc: '2.0', method: `${prefix}${method}`, ...(id === undefined ? {} : { id }), params });

/** A party's message as a frame. */
export function toRpcNode(message: ToNode): string {
  switch (message.action) {
    case 'leave':
    case 'shutdown':
      return request(message.action, {});
    case 'system':
      return request('system', { action: message.tag });
    case 'get':
      return request(`get.${message.tag}`, 'payload' in message ? message.payload : {}, message.id);
    case 'deposit':
    case 'withdraw':
      return request(message.action, { amount: BigInt(message.payload.amount) });
    case 'message':
      return request('message', message.payload);
    default: {
      const { payload } = message;
      if ('amount' in payload) {
        const { from, to, amount, meta = [] } = payload;
        return request('update.new', { from, to, amount: BigInt(amount), meta });
      }
      return request(message.action, 'tx' in payload ? { signed_tx: payload.tx } : payload);
    }
  }
}
