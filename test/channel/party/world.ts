/**
 * A node by hand, at the other end of a party's WebSocket: it says what the test says, letter by letter, and shows what it hears. It knows the frames of
 * the text and the formats of the transactions, and nothing of the machines. The other party's key is in its hand too.
 */
import { once } from 'node:events';
import { type RawData, WebSocketServer } from 'ws';
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { connect } from '../../../adapters/ws.ts';
import { toHex } from '../../../src/bytes.ts';
import { Channel } from '../../../src/channel/channel.ts';
import { decode, type Era, encode } from '../../../src/channel/encoding.ts';
import { channelId, stateHash } from '../../../src/channel/hashes.ts';
import type { ChannelNotice, ChannelOptions } from '../../../src/channel/options.ts';
import { type Signing, sign, signedBy } from '../../../src/channel/signing.ts';
import { decodeTransaction, encodeTransaction, type Unsigned } from '../../../src/channel/transactions.ts';
import { signerFromSeed } from '../../../src/keys/index.ts';
import type { Signer } from '../../../src/signer.ts';

export type Role = 'initiator' | 'responder';
export const other = (role: Role): Role => (role === 'initiator' ? 'responder' : 'initiator');

/** A frame as it stands in the text, without its amounts: those are compared as text. */
export interface Said {
  readonly action: string;
  readonly tag?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

export const signerOf = (seed: number): Promise<Signer> => signerFromSeed(new Uint8Array(32).fill(seed));
const never = new AbortController().signal;
const network = 'ae_devnet';

/** Two parties, and what they have agreed on outside. */
export interface Pair {
  readonly era: Era;
  readonly signers: Readonly<Record<Role, Signer>>;
  readonly accounts: Readonly<Record<Role, string>>;
}

export async function pairOf(era: Era): Promise<Pair> {
  const signers = { initiator: await signerOf(1), responder: await signerOf(2) };
  const accounts = {
    initiator: encode('ak', era, signers.initiator.publicKey),
    responder: encode('ak', era, signers.responder.publicKey),
  };
  return { era, signers, accounts };
}

/** As in the text. */
export const terms = {
  initiatorAmount: 10n,
  responderAmount: 10n,
  pushAmount: 3n,
  channelReserve: 2n,
  lockPeriod: 10,
  ttl: 1000,
};

export type Shares = readonly [initiator: bigint, responder: bigint];

/** Writes and signs the transactions of one channel. */
export class Notary {
  readonly pair: Pair;
  readonly id: Uint8Array;

  constructor(pair: Pair) {
    this.pair = pair;
    this.id = channelId(this.key('initiator'), 5n, this.key('responder'));
  }

  key(role: Role): Uint8Array {
    return this.pair.signers[role].publicKey;
  }

  get signing(): Signing {
    return this.pair.era === 'legacy' ? { form: 'raw' } : { form: 'networkHash', networkId: network };
  }

  write(transaction: Unsigned): string {
    return encode('tx', this.pair.era, encodeTransaction(transaction));
  }

  hash([initiator, responder]: Shares): Uint8Array {
    const balances = [
      { account: this.key('initiator'), balance: initiator },
      { account: this.key('responder'), balance: responder },
    ];
    return stateHash(balances, this.pair.era === 'legacy' ? '2018' : 'today');
  }

  /** The create transaction, whose first state has these shares. */
  create(
    shares: Shares = [7n, 13n],
    changes: Partial<Extract<Unsigned, { type: 'channelCreate'; era: 'today' }>> = {},
  ): string {
    const common = {
      type: 'channelCreate',
      initiator: this.key('initiator'),
      responder: this.key('responder'),
      initiatorAmount: terms.initiatorAmount,
      responderAmount: terms.responderAmount,
      channelReserve: terms.channelReserve,
      lockPeriod: BigInt(terms.lockPeriod),
      ttl: BigInt(terms.ttl),
      fee: 1n,
      nonce: 5n,
      stateHash: this.hash(shares),
    } as const;
    const { era: _era, initiatorDelegates: _i, responderDelegates: _r, ...changed } = changes;
    return this.write(
      this.pair.era === 'legacy'
        ? { ...common, ...changed, era: '2018' }
        : { ...common, ...changed, era: 'today', initiatorDelegates: [], responderDelegates: [] },
    );
  }

  /** The state of a round, after `from` has paid `amount`. */
  state(round: number, from: Role, amount: bigint, shares: Shares, changes: { channelId?: Uint8Array } = {}): string {
    const common = {
      type: 'channelOffchain',
      channelId: changes.channelId ?? this.id,
      round: BigInt(round),
      stateHash: this.hash(shares),
    } as const;
    return this.write(
      this.pair.era === 'legacy'
        ? {
            ...common,
            era: '2018',
            updates: [{ op: 'transfer', from: this.key(from), to: this.key(other(from)), amount }],
          }
        : { ...common, era: 'today' },
    );
  }

  /** A deposit of this party, or a withdrawal, which leaves the two with these shares. */
  funding(
    kind: 'deposit' | 'withdraw',
    round: number,
    party: Role,
    amount: bigint,
    shares: Shares,
    changes: { channelId?: Uint8Array; fee?: bigint } = {},
  ): string {
    const common = {
      channelId: changes.channelId ?? this.id,
      amount,
      ttl: 0n,
      fee: changes.fee ?? 1n,
      stateHash: this.hash(shares),
      round: BigInt(round),
      nonce: 7n,
    } as const;
    return this.write(
      kind === 'deposit'
        ? { ...common, type: 'channelDeposit', from: this.key(party) }
        : { ...common, type: 'channelWithdraw', to: this.key(party) },
    );
  }

  /** Closes alone, with the last state that the chain has seen. */
  closeSolo(): string {
    const nothing = new Uint8Array();
    const common = { channelId: this.id, payload: nothing, poi: nothing, ttl: 0n, fee: 1n, nonce: 8n } as const;
    return this.write({ ...common, type: 'channelCloseSolo', from: this.key('responder') });
  }

  close([initiatorAmount, responderAmount]: Shares, fee = 1n, changes: { channelId?: Uint8Array } = {}): string {
    const common = {
      type: 'channelCloseMutual',
      channelId: changes.channelId ?? this.id,
      initiatorAmount,
      responderAmount,
      ttl: 0n,
      fee,
      nonce: 6n,
    } as const;
    return this.write(
      this.pair.era === 'legacy'
        ? { ...common, era: '2018' }
        : { ...common, era: 'today', from: this.key('initiator') },
    );
  }

  /** The transaction with one signature more. */
  async signed(tx: string, signer: Signer): Promise<string> {
    const { era, bytes } = decode(tx, 'tx');
    return encode('tx', era, encodeTransaction(await sign(decodeTransaction(bytes), signer, this.signing, never)));
  }

  async cosigned(tx: string): Promise<string> {
    const { initiator, responder } = this.pair.signers;
    return this.signed(await this.signed(tx, initiator), responder);
  }

  /** Who has signed it, and nobody else. */
  async signersOf(tx: string): Promise<Role[]> {
    const transaction = decodeTransaction(decode(tx, 'tx').bytes);
    if (transaction.type !== 'signed') return [];
    const found: Role[] = [];
    for (const role of ['initiator', 'responder'] as const) {
      if ((await signedBy(transaction, this.key(role), network)) !== undefined) found.push(role);
    }
    return found.length === transaction.signatures.length ? found : [];
  }
}

/** One end of a WebSocket. */
export class Peer {
  readonly socket: {
    send(data: string | Uint8Array): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
  };
  readonly url: string;
  /** Resolves with the code of the close, whoever closed. */
  readonly closed: Promise<number>;
  readonly #frames: string[] = [];
  #wake: () => void = () => {};
  #isClosed = false;

  constructor(socket: import('ws').WebSocket, url: string) {
    this.socket = socket;
    this.url = url;
    socket.on('message', (data: RawData, isBinary) => {
      this.#frames.push(isBinary ? `binary: ${data}` : `${data}`);
      this.#wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.#isClosed = true;
        this.#wake();
        resolve(code);
      });
    });
  }

  raw(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  say(said: Omit<Said, 'payload'> & { readonly channel_id?: string; readonly payload?: unknown }): void {
    this.raw(JSON.stringify(said));
  }

  info(...events: readonly string[]): void {
    for (const event of events) this.say({ action: 'info', payload: { event } });
  }

  asks(tag: string, tx: string, updates?: readonly unknown[]): void {
    this.say({ action: 'sign', tag, payload: { tx, ...(updates === undefined ? {} : { updates }) } });
  }

  onChain(tx: string): void {
    this.say({ action: 'on_chain_tx', payload: { tx } });
  }

  state(state: string): void {
    this.say({ action: 'update', payload: { state } });
  }

  conflict(round: number): void {
    this.say({
      action: 'conflict',
      payload: { channel_id: 'ch$2cobu19u5X3rVgT2vVmnwpYgdzYtDMZekD1cHRLpwxZyk6BVVM', round },
    });
  }

  /** The next frame, letter by letter. */
  async frame(): Promise<string> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (this.#isClosed) throw new Error(`closed with ${await this.closed} while a frame was awaited`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async hears(): Promise<Said> {
    return JSON.parse(await this.frame());
  }

  /** The transaction in the next frame, which must be this action. */
  async reply(action: string): Promise<string> {
    const { action: heard, tag, payload } = await this.hears();
    expect({ heard, tag }).toEqual({ heard: action, tag: undefined });
    return `${payload?.['tx']}`;
  }

  /** The frames that have arrived and were not looked at. */
  unread(): readonly string[] {
    return this.#frames;
  }
}

/** A node that speaks one dialect to one party. */
export class Node {
  readonly peer: Peer;
  readonly notary: Notary;
  readonly role: Role;
  readonly dialect: 'text' | 'epoch';
  shares: Shares;
  round = 1;

  constructor(peer: Peer, notary: Notary, role: Role, dialect: 'text' | 'epoch') {
    this.peer = peer;
    this.notary = notary;
    this.role = role;
    this.dialect = dialect;
    this.shares = dialect === 'epoch' && notary.pair.era === 'legacy' ? [10n, 10n] : [7n, 13n];
  }

  get createTag(): string {
    return `${this.role}_${this.dialect === 'text' ? 'signed' : 'sign'}`;
  }

  get accounts() {
    return this.notary.pair.accounts;
  }

  /** As far as our signature on the create transaction, which is returned. */
  async asksForCreate(): Promise<string> {
    const { peer, role, createTag } = this;
    if (role === 'initiator') peer.info('channel_accept');
    else peer.info('channel_open', 'funding_created');
    peer.asks(createTag, this.notary.create(this.shares));
    return peer.reply(createTag);
  }

  /** From `funding_signed` to `open`. */
  async locks(): Promise<void> {
    const { peer, role, dialect } = this;
    const create = await this.notary.cosigned(this.notary.create(this.shares));
    if (role === 'initiator') peer.info('funding_signed');
    peer.onChain(create);
    peer.info('own_funding_locked', 'funding_locked', 'open');
    if (dialect === 'epoch') peer.state(create);
  }

  async opens(): Promise<void> {
    await this.asksForCreate();
    await this.locks();
  }

  /** The state after the next update. */
  next(from: Role, amount: bigint): { readonly tx: string; readonly shares: Shares; readonly round: number } {
    const change = from === 'initiator' ? -amount : amount;
    const shares: Shares = [this.shares[0] + change, this.shares[1] - change];
    const round = this.round + 1;
    return { tx: this.notary.state(round, from, amount, shares), shares, round };
  }

  /** Says that it is finished, as the dialect has it. */
  async finishes({ tx, shares, round }: { tx: string; shares: Shares; round: number }): Promise<void> {
    this.shares = shares;
    this.round = round;
    if (this.dialect === 'text') this.peer.info('update_finalized');
    else this.peer.state(await this.notary.cosigned(tx));
  }

  /** What our extension says beside a transaction of today, which does not say it. */
  updates(from: Role, amount: bigint): readonly unknown[] {
    return [{ from: this.accounts[from], to: this.accounts[other(from)], amount: Number(amount) }];
  }

  /** The party's own update, started with the next frame, as far as our signature. */
  async takesUpdate(from: Role, amount: bigint) {
    const started = await this.peer.hears();
    const next = this.next(from, amount);
    this.peer.asks('update', next.tx, this.updates(from, amount));
    return { started, reply: await this.peer.reply('update'), ...next };
  }

  /** The other's update, as far as our signature. */
  async putsUpdate(from: Role, amount: bigint) {
    const next = this.next(from, amount);
    this.peer.info('update');
    this.peer.asks('update_ack', next.tx, this.updates(from, amount));
    return { reply: await this.peer.reply('update_ack'), ...next };
  }

  /** The channel after a party has put in more, or taken out. */
  funding(kind: 'deposit' | 'withdraw', party: Role, amount: bigint) {
    const change = kind === 'deposit' ? amount : -amount;
    const [initiator, responder] = this.shares;
    const shares: Shares = party === 'initiator' ? [initiator + change, responder] : [initiator, responder + change];
    const round = this.round + 1;
    return { tx: this.notary.funding(kind, round, party, amount, shares), shares, round };
  }

  /** From the signatures of both to the last block, as the node of its time tells it. */
  async puts(kind: 'deposit' | 'withdraw', { tx, shares, round }: { tx: string; shares: Shares; round: number }) {
    const whole = await this.notary.cosigned(tx);
    this.peer.onChain(whole);
    this.peer.info(`own_${kind}_locked`, `${kind}_locked`);
    this.peer.state(whole);
    this.shares = shares;
    this.round = round;
    return whole;
  }

  /** What both have, to who asks. */
  balances([initiator, responder]: Shares): void {
    this.peer.say({
      action: 'get',
      tag: 'balances',
      payload: [
        { account: this.accounts.initiator, balance: Number(initiator) },
        { account: this.accounts.responder, balance: Number(responder) },
      ],
    });
  }

  /** What closing gives, with a fee of 1. */
  get closing(): string {
    return this.notary.close([this.shares[0] - 1n, this.shares[1]]);
  }
}

export type Changes = Partial<ChannelOptions> & { readonly era?: Era; readonly speaks?: 'text' | 'epoch' };

export const dialects = [
  ['text', 'legacy'],
  ['epoch', 'legacy'],
  ['text', 'modern'],
  ['epoch', 'modern'],
] as const;
export const settings = dialects.flatMap(([dialect, era]) =>
  (['initiator', 'responder'] as const).map((role) => [dialect, era, role] as const),
);

/** How a promise ended, without rejecting. */
export const fate = <T>(promise: Promise<T>): Promise<T | Error> =>
  promise.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));

/** A node by hand for every test of the file, and parties of ours that come to it. */
export function useNode() {
  let listener: WebSocketServer;
  let arrived: Peer[];
  let wake: () => void;
  let url: string;
  let channels: Channel[];
  let reports: unknown[];
  beforeEach(async () => {
    arrived = [];
    channels = [];
    reports = [];
    wake = () => {};
    listener = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    listener.on('connection', (socket, { url: target }) => {
      arrived.push(new Peer(socket, target ?? ''));
      wake();
    });
    await once(listener, 'listening');
    const at = listener.address();
    if (at === null || typeof at === 'string') throw new Error('not listening');
    url = `ws://127.0.0.1:${at.port}`;
  });
  afterEach(async () => {
    const leaving = channels.map((channel) => channel.disconnect());
    for (const socket of listener.clients) socket.terminate();
    await Promise.all([...leaving, new Promise((resolve) => listener.close(resolve))]);
    expect(reports).toEqual([]);
  });
  /** The next connection of a party. */
  const accept = async (): Promise<Peer> => {
    for (;;) {
      const peer = arrived.shift();
      if (peer !== undefined) return peer;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  /** A party that does not connect yet, and what it tells. */
  const party = async ({ era = 'legacy', speaks: _, ...changes }: Changes = {}) => {
    const pair = await pairOf(era);
    const role = changes.role ?? 'initiator';
    const told: ChannelNotice[] = [];
    const watchers = new Set<() => void>();
    const channel = new Channel(connect, {
      url,
      role,
      ...pair.accounts,
      ...terms,
      host: 'localhost',
      port: 1234,
      signer: pair.signers[role],
      store: new MemoryStore(),
      backoff: { first: 1, most: 1 },
      attempts: 3,
      report: (error) => reports.push(error),
      ...changes,
      notify: (notice) => {
        told.push(notice);
        changes.notify?.(notice);
        for (const watcher of watchers) watcher();
      },
    });
    channels.push(channel);
    /** The first notice of this type that was not looked for before. */
    const hears = async <Type extends ChannelNotice['type']>(
      type: Type,
    ): Promise<Extract<ChannelNotice, { type: Type }>> => {
      for (;;) {
        const at = told.findIndex((notice) => notice.type === type);
        const [found] = at < 0 ? [] : told.splice(at, 1);
        if (found !== undefined && isOf(found, type)) return found;
        await new Promise<void>((resolve) => {
          const watcher = () => {
            watchers.delete(watcher);
            resolve();
          };
          watchers.add(watcher);
        });
      }
    };
    return { channel, told, hears, pair, role };
  };
  /** A party that opens, and the node by hand that it has come to. */
  const meet = async (changes: Changes = {}) => {
    const made = await party(changes);
    const opening = fate(made.channel.open());
    const node = new Node(await accept(), new Notary(made.pair), made.role, changes.speaks ?? 'text');
    return { ...made, opening, node, peer: node.peer, notary: node.notary };
  };
  /** A party whose channel is open. */
  const opened = async (changes: Changes = {}) => {
    const made = await meet(changes);
    await made.node.opens();
    const outcome = await made.opening;
    if (outcome instanceof Error) throw outcome;
    return made;
  };
  return {
    accept,
    party,
    meet,
    opened,
    url: () => url,
    stop: () =>
      new Promise<void>((resolve) => {
        for (const socket of listener.clients) socket.terminate();
        listener.close(() => resolve());
      }),
  };
}

function isOf<Type extends ChannelNotice['type']>(
  notice: ChannelNotice,
  type: Type,
): notice is Extract<ChannelNotice, { type: Type }> {
  return notice.type === type;
}

/** Tells when everything that was said to the party has been dealt with: a message to it comes back as a notice, in its turn. */
export async function dealtWith(peer: Peer, hears: (type: 'message') => Promise<unknown>): Promise<void> {
  peer.say({ action: 'message', payload: { message: { channel_id: 'c', from: 'f', to: 't', info: 'that was all' } } });
  await hears('message');
}

export const hex = toHex;
