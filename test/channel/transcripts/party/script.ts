/** A node that says what a test says, and a party of ours that talks to it. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { type Channel, type ChannelNotice, type ChannelOptions, openChannel } from '../../../../src/channel/index.ts';
import { alice, bob, type Dialect, hexOf } from '../keys.ts';
import { info, Peer, txOf } from '../peer.ts';
import {
  channelIdOf,
  type Era,
  expectSignedBy,
  type Key,
  overOf,
  readSigned,
  signedBytes,
  stateHashOf,
  write,
  writeCloseMutual,
  writeCreate,
  writeOffChain,
  writeSigned,
} from '../transactions.ts';

export type Role = 'initiator' | 'responder';

export const roles: readonly Role[] = ['initiator', 'responder'];

/** How the node speaks. */
export interface Manner {
  readonly dialect: Dialect;
  readonly era: Era;
  /** Whether what is pushed is in the balances. Default: as the dialect and the era have it. */
  readonly isPushed?: boolean;
  /** Whether paying counts as a transaction of the payer, as in the node of that time. */
  readonly isCounted?: boolean;
}

export const manners: readonly Manner[] = [
  { dialect: 'text', era: 'legacy' },
  { dialect: 'text', era: 'modern' },
  { dialect: 'epoch', era: 'legacy' },
  { dialect: 'epoch', era: 'modern' },
];

/** The text as it is, and what is farthest from it: where one manner is much like another. */
export const extremes: readonly Manner[] = [
  { dialect: 'text', era: 'legacy' },
  { dialect: 'epoch', era: 'modern' },
];

/** One of each role among them. */
export const samples: readonly (Manner & { readonly role: Role })[] = [
  { dialect: 'text', era: 'legacy', role: 'initiator' },
  { dialect: 'epoch', era: 'modern', role: 'responder' },
];

/** Thrown where the test ends the script. */
export class CutShort extends Error {}

/** The node of one channel, with the other party behind it. */
export class Script {
  readonly peer: Peer;
  readonly role: Role;
  readonly manner: Manner;
  readonly channelId: string;
  round = 1n;
  amounts: readonly [bigint, bigint];
  #paid = [0n, 0n];
  /** Is called before every frame of the script. */
  before: (script: Script) => Promise<void> | void = () => {};
  /** What the last frame of an update is, or the last frames. */
  finish: (state: string) => readonly unknown[];

  constructor(peer: Peer, role: Role, manner: Manner) {
    this.peer = peer;
    this.role = role;
    this.manner = manner;
    this.channelId = channelIdOf(alice.bytes, 1n, bob.bytes);
    const isPushed = manner.isPushed ?? (manner.dialect === 'text' || manner.era === 'modern');
    this.amounts = isPushed ? [7n, 13n] : [10n, 10n];
    this.finish = (state) =>
      manner.dialect === 'text' ? [info('update_finalized')] : [{ action: 'update', payload: { state } }];
  }

  get own(): Key {
    return this.role === 'initiator' ? alice : bob;
  }

  get other(): Key {
    return this.role === 'initiator' ? bob : alice;
  }

  get channelText(): string {
    return write('ch', Buffer.from(this.channelId, 'hex'), this.manner.era);
  }

  async tell(...messages: readonly unknown[]): Promise<void> {
    for (const message of messages) {
      await this.before(this);
      this.peer.send(message);
    }
  }

  /** Asks for a signature; the answer has to have the sign request's tag for its action, and the transaction with one right signature. @returns it with both */
  async asks(tag: string, tx: Uint8Array, beside = {}): Promise<string> {
    await this.tell({ action: 'sign', tag, payload: { tx: write('tx', tx, this.manner.era), ...beside } });
    return this.takes(tag, tx);
  }

  async takes(tag: string, tx: Uint8Array): Promise<string> {
    const { era } = this.manner;
    const answer = await this.peer.message();
    const text = txOf(answer);
    expect(answer).toStrictEqual({ action: tag, payload: { tx: text } });
    const signed = readSigned(text, era);
    expect(write('tx', signed.tx, era)).toBe(write('tx', tx, era));
    expectSignedBy(signed, [this.own], overOf(era));
    return this.coSigned(tx);
  }

  coSigned(tx: Uint8Array): string {
    const bytes = signedBytes(tx, overOf(this.manner.era));
    return writeSigned(tx, [alice.sign(bytes), bob.sign(bytes)], this.manner.era);
  }

  stateHash([initiator, responder] = this.amounts, paid = this.#paid): string {
    const nonce = (at: number) => (this.manner.isCounted === true ? (paid[at] ?? 0n) : 0n);
    return stateHashOf(
      [
        { key: alice.bytes, balance: initiator, nonce: nonce(0) },
        { key: bob.bytes, balance: responder, nonce: nonce(1) },
      ],
      this.manner.era === 'legacy' ? 15 : 1,
    );
  }

  createTx(): Uint8Array {
    return writeCreate(
      {
        initiator: hexOf(alice.bytes),
        initiatorAmount: 10n,
        responder: hexOf(bob.bytes),
        responderAmount: 10n,
        channelReserve: 2n,
        lockPeriod: 10n,
        ttl: 1000n,
        fee: 1n,
        stateHash: this.stateHash(),
        nonce: 1n,
      },
      this.manner.era,
    );
  }

  createTag(): string {
    return `${this.role}_${this.manner.dialect === 'text' ? 'signed' : 'sign'}`;
  }

  /** Until both have signed. @returns the create transaction with both signatures */
  async signing(): Promise<string> {
    if (this.role === 'initiator') {
      await this.tell(info('channel_accept'));
      const create = await this.asks(this.createTag(), this.createTx());
      await this.tell(info('funding_signed'), { action: 'on_chain_tx', payload: { tx: create } });
      return create;
    }
    await this.tell(info('channel_open'), info('funding_created'));
    const create = await this.asks(this.createTag(), this.createTx());
    await this.tell({ action: 'on_chain_tx', payload: { tx: create } });
    return create;
  }

  /** "Channel open", as the text has it or the node of its time. */
  async opening(): Promise<void> {
    const create = await this.signing();
    await this.tell(info('own_funding_locked'), info('funding_locked'), info('open'));
    if (this.manner.dialect === 'epoch') await this.tell({ action: 'update', payload: { state: create } });
  }

  /** What the next round is, when so much is paid. */
  next(from: Role, amount: bigint): { tx: Uint8Array; beside: object; apply: () => void } {
    const [initiator, responder] = this.amounts;
    const gain = from === 'initiator' ? -amount : amount;
    const [payer, payee] = from === 'initiator' ? [alice, bob] : [bob, alice];
    const amounts = [initiator + gain, responder - gain] as const;
    const paid = this.#paid.map((count, at) => ((at === 0) === (from === 'initiator') ? count + 1n : count));
    const { era } = this.manner;
    const tx = writeOffChain(
      {
        channelId: this.channelId,
        round: this.round + 1n,
        updates: era === 'legacy' ? [[0n, hexOf(payer.bytes), hexOf(payee.bytes), amount]] : undefined,
        stateHash: this.stateHash(amounts, paid),
      },
      era,
    );
    const update = { from: payer.text(era), to: payee.text(era), amount: Number(amount) };
    const apply = () => {
      this.round += 1n;
      this.amounts = amounts;
      this.#paid = paid;
    };
    return { tx, beside: era === 'legacy' ? {} : { updates: [update] }, apply };
  }

  /** The next frame starts an update, as the text writes it. */
  async hearsNew(from: Role, amount: bigint): Promise<void> {
    const [payer, payee] = from === 'initiator' ? [alice, bob] : [bob, alice];
    const { era } = this.manner;
    expect(await this.peer.frame()).toBe(
      `{"action":"update","tag":"new","payload":{"from":"${payer.text(era)}","to":"${payee.text(era)}","amount":${amount}}}`,
    );
  }

  /** "Channel off-chain update" of the party under test. */
  async ownUpdate(from: Role, amount: bigint): Promise<void> {
    await this.hearsNew(from, amount);
    const { tx, beside, apply } = this.next(from, amount);
    const state = await this.asks('update', tx, beside);
    await this.tell(...this.finish(state));
    apply();
  }

  /** The same, of the other. */
  async otherUpdate(from: Role, amount: bigint): Promise<void> {
    const { tx, beside, apply } = this.next(from, amount);
    await this.tell(info('update'));
    const state = await this.asks('update_ack', tx, beside);
    await this.tell(...this.finish(state));
    apply();
  }

  closeTx(amounts: readonly [bigint, bigint] = [this.amounts[0] - 1n, this.amounts[1]]): Uint8Array {
    return writeCloseMutual(
      {
        channelId: this.channelId,
        from: hexOf(alice.bytes),
        initiatorAmount: amounts[0],
        responderAmount: amounts[1],
        ttl: 0n,
        fee: 1n,
        nonce: 2n,
      },
      this.manner.era,
    );
  }

  /** "Channel mutual close", started by the party under test or by the other. @returns the closing transaction */
  async closing(isOwn: boolean): Promise<string> {
    if (isOwn) expect(await this.peer.message()).toStrictEqual({ action: 'shutdown' });
    const tx = await this.asks(isOwn ? 'shutdown_sign' : 'shutdown_sign_ack', this.closeTx());
    await this.tell({ action: 'on_chain_tx', payload: { tx } });
    if (this.manner.dialect === 'epoch') await this.tell(info('close_mutual'));
    await this.tell(info('died'));
    this.peer.socket.close();
    return tx;
  }

  conflict(round = this.round): unknown {
    return { action: 'conflict', payload: { channel_id: this.channelText, round: Number(round) } };
  }

  message(what: string): unknown {
    const { era } = this.manner;
    const message = { channel_id: this.channelText, from: this.other.text(era), to: this.own.text(era), info: what };
    return { action: 'message', payload: { message } };
  }
}

/** Everything a channel has told. */
export type Told = readonly ChannelNotice[];

export interface Meeting {
  readonly script: Script;
  readonly channel: Promise<Channel>;
  readonly told: Told;
  /** The query that the party came with. */
  readonly query: URLSearchParams;
}

/** The last opening of a test ends with the test. */
export function useScriptedNode() {
  let http: Server;
  let listener: WebSocketServer;
  let arrived: { peer: Peer; target: string }[];
  let wake: () => void;
  let ending: AbortController;
  let url: string;
  beforeEach(async () => {
    arrived = [];
    wake = () => {};
    ending = new AbortController();
    // A node without a chain: whoever asks over HTTP is told so, and holds nothing open.
    http = createServer((_, response) => void response.writeHead(426, { connection: 'close' }).end());
    listener = new WebSocketServer({ server: http });
    listener.on('connection', (socket, { url: target = '' }) => {
      arrived.push({ peer: new Peer(socket), target });
      wake();
    });
    await once(http.listen(0, '127.0.0.1'), 'listening');
    const at = http.address();
    if (at === null || typeof at === 'string') throw new Error('not listening');
    url = `ws://127.0.0.1:${at.port}`;
  });
  afterEach(async () => {
    ending.abort(new Error('the test is over'));
    const closed = new Promise((resolve) => http.close(resolve));
    for (const socket of listener.clients) socket.terminate();
    http.closeAllConnections();
    await closed;
  });

  const accept = async () => {
    for (;;) {
      const next = arrived.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  /** A party of ours connects. */
  const meet = async (role: Role, manner: Manner, options: Partial<ChannelOptions> = {}): Promise<Meeting> => {
    const key = role === 'initiator' ? alice : bob;
    const told: ChannelNotice[] = [];
    const channel = openChannel({
      url,
      role,
      initiator: alice.text(manner.era),
      responder: bob.text(manner.era),
      initiatorAmount: 10n,
      responderAmount: 10n,
      pushAmount: 3n,
      channelReserve: 2n,
      lockPeriod: 10,
      ttl: 1000,
      host: 'localhost',
      port: 1234,
      dialect: manner.dialect,
      signer: { publicKey: key.bytes, sign: async (bytes) => key.sign(bytes) },
      notify: (notice) => told.push(notice),
      signal: ending.signal,
      attempts: 1,
      backoff: { first: 1, most: 1 },
      // This node has no chain to look at.
      watch: false,
      ...options,
    });
    channel.catch(() => {});
    const { peer, target } = await accept();
    const at = target.indexOf('?');
    expect(target.slice(0, at)).toBe('/channel');
    return { script: new Script(peer, role, manner), channel, told, query: new URLSearchParams(target.slice(at)) };
  };

  /** Nobody listens any more; what is connected is cut. */
  const vanish = () => {
    http.close();
    for (const socket of listener.clients) socket.terminate();
  };
  return { meet, accept, vanish };
}

/** What becomes of a promise: never an unhandled rejection. */
export const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof Error ? `${error.constructor.name}: ${Reflect.get(error, 'code')}` : 'other'),
  );
