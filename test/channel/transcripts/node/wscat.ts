/** Our node, and two bare clients that talk to it with exactly the query strings of the text. */
import { type ChannelServer, type ChannelServerOptions, channelServer } from '../../../../src/channel/serve.ts';
import { alice, bob, type Dialect, hexOf } from '../keys.ts';
import { info, member, Peer } from '../peer.ts';
import {
  channelIdOf,
  type Era,
  expectSignedBy,
  type OffChain,
  overOf,
  read,
  readCreate,
  readOffChain,
  readSigned,
  signTx,
  stateHashOf,
  write,
} from '../transactions.ts';

export interface Variant {
  readonly dialect: Dialect;
  readonly era: Era;
}

/** The text itself is the first. */
export const variants: readonly Variant[] = [
  { dialect: 'text', era: 'legacy' },
  { dialect: 'text', era: 'modern' },
  { dialect: 'epoch', era: 'legacy' },
  { dialect: 'epoch', era: 'modern' },
];

/** What both have agreed on, in the order of the text's query string. */
export interface Terms {
  readonly lock_period: number;
  readonly push_amount: number;
  readonly initiator_amount: number;
  readonly responder_amount: number;
  readonly channel_reserve: number;
  readonly ttl: number;
}

export const textTerms: Terms = {
  lock_period: 10,
  push_amount: 3,
  initiator_amount: 10,
  responder_amount: 10,
  channel_reserve: 2,
  ttl: 1000,
};

/** The text's query string, letter by letter but for the two keys; in `epoch`, with the names that the node of that time had for them later. */
export function query({ dialect, era }: Variant, role: 'initiator' | 'responder', terms: Terms = textTerms): string {
  const suffix = dialect === 'text' ? '' : '_id';
  const told = Object.entries(terms).map(([name, value]) => `${name}=${value}`);
  const place = role === 'initiator' ? 'host=localhost&port=1234' : 'port=1234';
  return `initiator${suffix}=${alice.text(era)}&responder${suffix}=${bob.text(era)}&${told.join('&')}&${place}&role=${role}`;
}

/** A state as both sides of the wire ought to know it. */
export interface Balances {
  readonly initiator: bigint;
  readonly responder: bigint;
}

export function stateHash({ initiator, responder }: Balances, era: Era): string {
  return stateHashOf(
    [
      { key: alice.bytes, balance: initiator, nonce: 0n },
      { key: bob.bytes, balance: responder, nonce: 0n },
    ],
    era === 'legacy' ? 15 : 1,
  );
}

/** Both parties of a channel that is open, and what is known of it. */
export interface Pair {
  readonly variant: Variant;
  readonly initiator: Peer;
  readonly responder: Peer;
  /** Hexadecimal. */
  readonly channelId: string;
  /** As it is written. */
  readonly channelText: string;
  readonly createTx: string;
  readonly balances: Balances;
}

/** Where a pay goes. */
export type Way = 'initiator' | 'responder';

/** Our node, fresh for every test of the file; a block is made when a test says so. */
export function useNode() {
  let server: ChannelServer;
  let sockets: Peer[];
  const start = async (options: ChannelServerOptions = {}) => {
    server = await channelServer({ blockMs: 0, ...options });
  };
  beforeEach(async () => {
    sockets = [];
    await start();
  });
  afterEach(async () => {
    for (const { socket } of sockets) socket.terminate();
    await server.close();
  });

  const wscat = async (params: string): Promise<Peer> => {
    const peer = await Peer.open(`${server.url}/channel?${params}`);
    sockets.push(peer);
    return peer;
  };
  /** As `curl` shows it. */
  const curl = async (hash: string): Promise<unknown> => {
    const answer = await fetch(`${server.url.replace(/^ws/, 'http')}/v2/tx/${hash}?tx_encoding=json`);
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const blockHash = async (hash: string) => member(await curl(hash), 'block_hash');

  /** The whole of "Channel open", every frame in its order. */
  const open = async (variant: Variant, terms: Terms = textTerms, depth = 4): Promise<Pair> => {
    const { dialect, era } = variant;
    const tag = (role: string) => `${role}_${dialect === 'text' ? 'signed' : 'sign'}`;
    const initiator = await wscat(query(variant, 'initiator', terms));
    const responder = await wscat(query(variant, 'responder', terms));
    await initiator.hears(info('channel_accept'));
    await responder.hears(info('channel_open'));

    const unsigned = await initiator.hearsSign(tag('initiator'));
    const create = readCreate(read('tx', unsigned, era), era);
    const push = dialect === 'text' || era === 'modern' ? BigInt(terms.push_amount) : 0n;
    const balances: Balances = {
      initiator: BigInt(terms.initiator_amount) - push,
      responder: BigInt(terms.responder_amount) + push,
    };
    expect(create).toEqual({
      initiator: hexOf(alice.bytes),
      initiatorAmount: BigInt(terms.initiator_amount),
      responder: hexOf(bob.bytes),
      responderAmount: BigInt(terms.responder_amount),
      channelReserve: BigInt(terms.channel_reserve),
      lockPeriod: BigInt(terms.lock_period),
      ttl: BigInt(terms.ttl),
      fee: 1n,
      stateHash: stateHash(balances, era),
      nonce: 1n,
    });
    await responder.hearsNothing();
    initiator.send({ action: tag('initiator'), payload: { tx: signTx(alice, unsigned, era) } });

    await responder.hears(info('funding_created'));
    expect(await responder.hearsSign(tag('responder'))).toBe(unsigned);
    await initiator.hearsNothing();
    responder.send({ action: tag('responder'), payload: { tx: signTx(bob, unsigned, era) } });

    await initiator.hears(info('funding_signed'));
    const createTx = await initiator.hearsOnChainTx();
    expect(await responder.hearsOnChainTx()).toBe(createTx);
    const signed = readSigned(createTx, era);
    expect(write('tx', signed.tx, era)).toBe(unsigned);
    expectSignedBy(signed, [alice, bob], overOf(era));

    expect(await blockHash(signed.th)).toBe('none');
    for (let block = 1; block <= depth; block++) {
      await server.chain.mine();
      expect(await blockHash(signed.th)).toMatch(/^kh[$_]/);
      await initiator.hearsNothing();
      await responder.hearsNothing();
    }
    await server.chain.mine();
    for (const peer of [initiator, responder]) {
      await peer.hears(info('own_funding_locked'), info('funding_locked'), info('open'));
      if (dialect === 'epoch') await peer.hears({ action: 'update', payload: { state: createTx } });
      await peer.hearsNothing();
    }
    const id = channelIdOf(alice.bytes, create.nonce, bob.bytes);
    const channelText = write('ch', Buffer.from(id, 'hex'), era);
    return { variant, initiator, responder, channelId: id, channelText, createTx, balances };
  };

  /** The whole of "Channel off-chain update", every frame in its order. @returns the balances afterwards */
  const update = async (
    { variant: { dialect, era }, channelId, ...pair }: Pair,
    before: Balances,
    { round, from, starter, amount }: { round: bigint; from: Way; starter: Way; amount: bigint },
  ): Promise<Balances> => {
    const [payer, payee] = from === 'initiator' ? [alice, bob] : [bob, alice];
    const [one, other] = starter === 'initiator' ? [pair.initiator, pair.responder] : [pair.responder, pair.initiator];
    const [own, foreign] = starter === 'initiator' ? [alice, bob] : [bob, alice];
    const gain = from === 'initiator' ? -amount : amount;
    const balances = { initiator: before.initiator + gain, responder: before.responder - gain };
    const update = { from: payer.text(era), to: payee.text(era), amount: Number(amount) };
    // Today's transactions do not say what changes: it is said beside them.
    const beside = era === 'legacy' ? {} : { updates: [update] };
    one.send({ action: 'update', tag: 'new', payload: update });
    const unsigned = await one.hearsSign('update', beside);
    const expected: OffChain = {
      channelId,
      round,
      updates: era === 'legacy' ? [[0n, hexOf(payer.bytes), hexOf(payee.bytes), amount]] : undefined,
      stateHash: stateHash(balances, era),
    };
    expect(readOffChain(read('tx', unsigned, era), era)).toEqual(expected);
    await other.hearsNothing();
    one.send({ action: 'update', payload: { tx: signTx(own, unsigned, era) } });

    await other.hears(info('update'));
    expect(await other.hearsSign('update_ack', beside)).toBe(unsigned);
    await one.hearsNothing();
    other.send({ action: 'update_ack', payload: { tx: signTx(foreign, unsigned, era) } });

    const states: string[] = [];
    for (const peer of [one, other]) {
      if (dialect === 'text') await peer.hears(info('update_finalized'));
      else {
        const message = await peer.message();
        const state = String(member(member(message, 'payload'), 'state'));
        expect(message).toStrictEqual({ action: 'update', payload: { state } });
        states.push(state);
      }
      await peer.hearsNothing();
    }
    for (const state of states) {
      const signed = readSigned(state, era);
      expect(write('tx', signed.tx, era)).toBe(unsigned);
      expectSignedBy(signed, [alice, bob], overOf(era));
    }
    return balances;
  };

  return {
    /** Another node instead. */
    restart: async (options: ChannelServerOptions) => {
      await server.close();
      await start(options);
    },
    wscat,
    curl,
    blockHash,
    open,
    update,
    chain: () => server.chain,
  };
}
