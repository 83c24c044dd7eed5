/** Parties that speak JSON-RPC as clients of today do: a WebSocket and a key, and the tests write what they say. */
import type { Person, QueryOptions } from './world.ts';
import { alice, bob, type Fields, fields, queryOf, seenIn, signed, type World, Wscat } from './world.ts';

/** What a frame of the node says, without the envelope. */
export interface Told {
  readonly method: string;
  readonly data: Fields;
  readonly frame: Fields;
}

/** Somebody on a WebSocket, in JSON-RPC. */
export class Caller {
  readonly line: Wscat;

  constructor(line: Wscat) {
    this.line = line;
  }

  says(method: string, params: object = {}, id?: number): void {
    this.line.type({ jsonrpc: '2.0', method: `channels.${method}`, params, ...(id === undefined ? {} : { id }) });
  }

  async next(): Promise<Told> {
    const frame = await this.line.next();
    const method = String(frame['method'] ?? '').replace('channels.', '');
    return { method, data: fields(fields(frame['params'])['data']), frame };
  }

  /** The next messages, in short: an `info` by its event, `on_chain_tx` by what it is about, anything else by its method. */
  async hears(count: number): Promise<string[]> {
    const heard: string[] = [];
    while (heard.length < count) {
      const { method, data, frame } = await this.next();
      const { event, info } = data;
      if ('error' in frame) heard.push(`error ${codeOf(frame)}`);
      else heard.push(`${method} ${event ?? (method === 'on_chain_tx' ? info : '')}`.trim());
    }
    return heard;
  }

  /** Is asked to sign, and signs, or says with a code that it does not. */
  async signs(tag: string, code?: number): Promise<Fields> {
    const { method, data } = await this.next();
    if (method !== `sign.${tag}`) throw new Error(`Not asked to sign ${tag}: ${method}`);
    const signed_tx = code === undefined ? await signed(String(data['signed_tx']), this.line.person) : undefined;
    this.says(tag, code === undefined ? { signed_tx } : { error: code });
    return data;
  }
}

/** The code of an error: the inner one, where there is one. */
export function codeOf(frame: Fields): unknown {
  const error = fields(frame['error']);
  const data: unknown = error['data'];
  return Array.isArray(data) ? fields(data[0])['code'] : error['code'];
}

export const rpc: QueryOptions = {
  era: 'modern',
  dialect: 'epoch',
  more: {
    protocol: 'json-rpc',
    minimum_depth: '0',
    initiator_amount: '1000000000000000',
    responder_amount: '1000000000000000',
  },
};

/** Connects with more in its query. */
export async function call(
  world: World,
  role: 'initiator' | 'responder',
  more: Readonly<Record<string, string>> = {},
): Promise<Caller> {
  const who: Person = role === 'initiator' ? alice : bob;
  const encoded = Object.entries(more).map(([name, value]) => [name, encodeURIComponent(value)]);
  const query = queryOf(role, { ...rpc, more: { ...rpc.more, ...Object.fromEntries(encoded) } });
  return new Caller(await Wscat.connect(`${world.server.url}/channel?${query}`, who));
}

export interface Opened {
  readonly initiator: Caller;
  readonly responder: Caller;
  readonly channelId: string;
  readonly fsmIds: Readonly<Record<'initiator' | 'responder', string>>;
}

/** An open channel, every message of the opening taken. */
export async function opened(world: World, more: Readonly<Record<string, string>> = {}): Promise<Opened> {
  const initiator = await call(world, 'initiator', more);
  const responder = await call(world, 'responder', more);
  const [up, upToo] = [await initiator.next(), await responder.next()];
  await Promise.all([initiator.next(), responder.next()]);
  await initiator.signs('initiator_sign');
  await responder.next();
  await responder.signs('responder_sign');
  await initiator.hears(2);
  await responder.hears(1);
  await world.server.chain.mine();
  await initiator.hears(4);
  const { frame } = await initiator.next();
  await responder.hears(5);
  const fsmIds = { initiator: String(up.data['fsm_id']), responder: String(upToo.data['fsm_id']) };
  return { initiator, responder, channelId: String(fields(frame['params'])['channel_id']), fsmIds };
}

/** Pays, with both signing. */
export async function pays(from: Caller, to: Caller, amount: number): Promise<void> {
  from.says('update.new', { from: from.line.person.modern, to: to.line.person.modern, amount });
  await from.signs('update');
  await to.hears(1);
  await to.signs('update_ack');
  await to.hears(1);
  await from.hears(1);
}

/** The transaction in what is told. */
export const seenOf = ({ data }: Told) => seenIn({ payload: { tx: data['signed_tx'] ?? data['state'] ?? data['tx'] } });
