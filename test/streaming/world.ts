/**
 * The other side of every transcript of streaming: a bare WebSocket that says what the test says and shows what it hears. It knows nothing of the machines:
 * only the frames of the text, JSON arrays of an event and its arguments, and the bytes that the plain scheme signs.
 */
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { MemoryStore } from '../../adapters/memoryStore.ts';
import { connect, listenWs } from '../../adapters/ws.ts';
import { fromHex, toHex } from '../../src/bytes.ts';
import { signerFromSeed, verify } from '../../src/keys/index.ts';
import { packetTransport } from '../../src/packets.ts';
import type { Signer } from '../../src/signer.ts';
import { type PayeeNotice, Payees, type PayeesOptions } from '../../src/streaming/payees.ts';
import { plain } from '../../src/streaming/plain.ts';
import { type Part, Player, type PlayerNotice, type PlayerOptions } from '../../src/streaming/player.ts';
import type { Channel, Standing, Statement } from '../../src/streaming/scheme.ts';
import { Trust } from '../../src/streaming/trust.ts';
import { SocketEnd } from '../harness/socketEnd.ts';

/** One frame: the event and its arguments. */
export type Said = readonly [event: string, ...args: unknown[]];

export const PRICE = '10';
export const PAYEE_WALLET = 'the payee';
/** The key of a part, 32 bytes. */
export const keyOf = (part: number) => (part + 1).toString(16).padStart(64, '0');

export const signerOf = (seed: number): Promise<Signer> => signerFromSeed(new Uint8Array(32).fill(seed));
export const never = new AbortController().signal;

/** One end of a WebSocket. */
export class Peer extends SocketEnd {
  static async open(url: string): Promise<Peer> {
    const peer = new Peer(new WebSocket(url, { perMessageDeflate: false }));
    await once(peer.socket, 'open');
    return peer;
  }

  /** Sends one frame as it stands: a string as text, bytes as binary. */
  raw(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  say(...said: Said): void {
    this.socket.send(JSON.stringify(said));
  }

  /** The next frame as an event. */
  async hears(): Promise<Said> {
    return JSON.parse(await this.frame());
  }

  /** The next frame with this event; those before it are passed over. */
  async hearsOf(event: string): Promise<Said> {
    for (;;) {
      const said = await this.hears();
      if (said[0] === event) return said;
    }
  }

  /** Everything that the payee says until it has dealt with what was said so far: it answers `publicKey` in its turn. */
  async answers(...extended: readonly unknown[]): Promise<Said[]> {
    this.say('publicKey', ...extended);
    const answers: Said[] = [];
    for (;;) {
      const said = await this.hears();
      if (said[0] === 'publicKey') return answers;
      answers.push(said);
    }
  }
}

/** A state object of the text. */
export interface StateObject {
  readonly channel_id: string;
  readonly channel_address: string;
  readonly client_wallet_address: string;
  readonly client_public_key: string;
  readonly client_balance: string;
  readonly server_balance: string;
  readonly client_sequence_number: number;
  readonly client_signature: string | null;
}

/** S + L in place of S: the second spelling of a signature. */
export function respelled(signature: string): string {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const bytes = Buffer.from(signature, 'hex');
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
  return `${signature.slice(0, 64)}${Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex')}`;
}

/** A payer by hand: a key, a channel, and signatures of whatever the test wants signed. */
export class Purse {
  readonly signer: Signer;
  readonly key: string;
  readonly channel: Channel;
  readonly deposit: string;

  constructor(signer: Signer, payee: string, { id = '0f'.repeat(16), deposit = '30', wallet = 'the payer' } = {}) {
    this.signer = signer;
    this.key = toHex(signer.publicKey);
    this.deposit = deposit;
    this.channel = {
      id,
      payer: { publicKey: this.key, wallet },
      payee: { publicKey: payee, wallet: PAYEE_WALLET },
    };
  }

  /** "The latest state (which is actually the first state)". */
  first(changes: Partial<StateObject> = {}): StateObject {
    return this.state('0', 0, null, changes);
  }

  state(sent: string, sequence: number, signature: string | null, changes: Partial<StateObject> = {}): StateObject {
    return {
      channel_id: this.channel.id,
      channel_address: plain.address(this.channel),
      client_wallet_address: this.channel.payer.wallet,
      client_public_key: this.key,
      client_balance: `${BigInt(this.deposit) - BigInt(sent)}`,
      server_balance: sent,
      client_sequence_number: sequence,
      client_signature: signature,
      ...changes,
    };
  }

  /** The signature over what the plain scheme writes down. */
  async sign(sent: string, sequence: number, statement: Statement = 'state', changes: Partial<Channel> = {}) {
    return signed(this.signer, statement, { ...this.channel, ...changes }, { deposit: this.deposit, sent, sequence });
  }

  /** The n-th payment of one part. */
  pays(n: number): Promise<string> {
    const sent = `${BigInt(PRICE) * BigInt(n)}`;
    return this.sign(sent, n, sent === this.deposit ? 'close' : 'state');
  }
}

export async function signed(signer: Signer, statement: Statement, channel: Channel, standing: Standing) {
  return toHex(await signer.sign(plain.bytes(statement, channel, standing), never));
}

/** What happened, in order, for whoever waits for some of it. */
export class Happened<Fact> {
  readonly all: Fact[] = [];
  #wake: (() => void)[] = [];

  tell(fact: Fact): void {
    this.all.push(fact);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The first fact that is so, past or to come. */
  async until(isSo: (fact: Fact) => boolean): Promise<Fact> {
    for (;;) {
      const found = this.all.find(isSo);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }
}

export interface Told {
  readonly payer: string;
  readonly notice: PayeeNotice;
}

export type PayeesChanges = Partial<PayeesOptions> & {
  readonly offer?: Partial<PayeesOptions['shows'][number]['offer']>;
};

/** Our payees, fresh for every test of the file, and bare sockets that talk to them. */
export function usePayees({ offer, ...changes }: PayeesChanges = {}) {
  let payees: Payees;
  let url: string;
  let told: Happened<Told>;
  let reports: unknown[];
  let payeeKey: string;
  let hangUp: (() => void)[];
  let end: () => Promise<void>;
  beforeEach(async () => {
    told = new Happened();
    reports = [];
    hangUp = [];
    const signer = await signerOf(200);
    payeeKey = toHex(signer.publicKey);
    payees = new Payees({
      signer,
      wallet: PAYEE_WALLET,
      shows: [
        {
          offer: {
            stream: 'news',
            price: PRICE,
            unit: 'cent',
            partMs: 0,
            parts: null,
            commitment: '',
            content: '',
            credit: 0,
            ...offer,
          },
          key: keyOf,
        },
      ],
      store: new MemoryStore(),
      scheme: plain,
      settlement: new Trust('1000'),
      report: (error) => reports.push(error),
      notify: (payer, notice) => told.tell({ payer, notice }),
      ...changes,
    });
    const listener = await listenWs({
      connection: (transport, info) => payees.accept(packetTransport(transport), info),
    });
    url = listener.url;
    end = async () => {
      await payees.close();
      listener.cut();
      await listener.stop();
    };
  });
  afterEach(async () => {
    for (const each of hangUp) each();
    await end();
  });
  const peer = async () => {
    const opened = await Peer.open(url);
    hangUp.push(() => opened.socket.terminate());
    return opened;
  };
  return {
    peer,
    url: () => url,
    payees: () => payees,
    payee: () => payeeKey,
    told: () => told,
    reports: () => reports,
    purse: async (seed = 1, options: { id?: string; deposit?: string; wallet?: string } = {}) =>
      new Purse(await signerOf(seed), payeeKey, options),
  };
}

export type PlayerChanges = Partial<PlayerOptions>;

/** A scripted payee for every test of the file, and players of ours that talk to it. */
export function useScriptedPayee() {
  let listener: WebSocketServer;
  let arrived: Peer[];
  let wake: () => void;
  let url: string;
  let players: Player[];
  let payee: Signer;
  beforeEach(async () => {
    arrived = [];
    players = [];
    wake = () => {};
    payee = await signerOf(200);
    listener = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    listener.on('connection', (socket) => {
      arrived.push(new Peer(socket));
      wake();
    });
    await once(listener, 'listening');
    const at = listener.address();
    if (at === null || typeof at === 'string') throw new Error('not listening');
    url = `ws://127.0.0.1:${at.port}`;
  });
  afterEach(async () => {
    const leaving = players.map((player) => player.leave());
    for (const socket of listener.clients) socket.terminate();
    await Promise.all([...leaving, new Promise((resolve) => listener.close(resolve))]);
  });
  /** The next connection of a player. */
  const accept = async (): Promise<Peer> => {
    for (;;) {
      const peer = arrived.shift();
      if (peer !== undefined) return peer;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const player = async (changes: PlayerChanges = {}) => {
    const made = await playerAt(url, changes);
    players.push(made.player);
    return made;
  };
  /** A player that opens, and the payee by hand that it has come to. */
  const meet = async (changes: PlayerChanges = {}) => {
    const made = await player(changes);
    const opening = fate(made.player.open());
    const script = new Script(await accept(), payee, made.key);
    return { ...made, opening, script, peer: script.peer };
  };
  return {
    accept,
    player,
    meet,
    payee: () => payee,
    payeeKey: () => toHex(payee.publicKey),
    stop: () => new Promise<void>((resolve) => listener.close(() => resolve())),
    cut: () => {
      for (const socket of listener.clients) socket.terminate();
    },
  };
}

/** The types of what a player tells. */
const playerNotices = [
  'playing',
  'purchaseNeeded',
  'emptied',
  'streamEnded',
  'partLost',
  'overBudget',
  'stopped',
  'settled',
  'violated',
  'misused',
  'receipted',
] as const satisfies readonly PlayerNotice['type'][];

export type Open = ConstructorParameters<typeof Player>[1];

export const openPackets: Open = async (to, options) => packetTransport(await connect(to, options));

/** A player with a key of its own; keys open parts to themselves. */
export async function playerAt(url: string, changes: PlayerChanges = {}, open: Open = openPackets) {
  const signer = changes.signer ?? (await signerOf(1));
  const told = new Happened<PlayerNotice>();
  const reports: unknown[] = [];
  const player = new Player(url, open, {
    signer,
    budget: { part: PRICE, session: '1000' },
    deposit: '30',
    wallet: 'the payer',
    store: new MemoryStore(),
    schemes: [plain],
    settlement: new Trust('0'),
    content: () => ({ have: async () => {}, open: async (_, key) => new TextEncoder().encode(key) }),
    backoff: { first: 1, most: 1 },
    attempts: 2,
    answerTimeout: 2_000,
    secretTimeout: 2_000,
    closeTimeout: 300,
    report: (error) => reports.push(error),
    ...changes,
  });
  for (const type of playerNotices) player.on(type, (notice) => told.tell(notice));
  return { player, signer, key: toHex(signer.publicKey), told, reports };
}

/** What a payee of ours offers, as it stands on the line. */
export const offerOf = (changes: Record<string, unknown> = {}) => ({
  stream: 'news',
  price: PRICE,
  unit: 'cent',
  partMs: 0,
  parts: null,
  commitment: '',
  content: '',
  credit: 0,
  scheme: 'plain',
  ...changes,
});

/** How a promise ended, without rejecting. */
export const fate = <T>(promise: Promise<T>): Promise<T | Error> =>
  promise.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));

/** The numbers of the parts that a player gives, until it ends, and how it ended. */
export async function collect(player: Player): Promise<{ readonly parts: Part[]; readonly error?: Error }> {
  const parts: Part[] = [];
  try {
    for await (const part of player.parts()) parts.push(part);
    return { parts };
  } catch (error) {
    return { parts, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

const Announced = z.tuple([
  z.enum(['refund', 'newChannel']),
  z.object({ channel_id: z.string(), client_balance: z.string() }).loose(),
]);

/** A payee by hand, at the other end of a player's connection. Each step says what the text says, and returns what the player said before. */
export class Script {
  readonly peer: Peer;
  readonly signer: Signer;
  readonly payer: string;
  /** As the player has announced it. */
  channel: Channel | undefined;
  deposit = '0';
  state: unknown = null;

  constructor(peer: Peer, signer: Signer, payer: string) {
    this.peer = peer;
    this.signer = signer;
    this.payer = payer;
  }

  get key(): string {
    return toHex(this.signer.publicKey);
  }

  /** Answers `publicKey` and `latestState`. */
  async meets(offer: Record<string, unknown> | null = offerOf(), state: unknown = null): Promise<void> {
    await this.peer.hearsOf('publicKey');
    this.peer.say('publicKey', this.key, PAYEE_WALLET, ...(offer === null ? [] : [offer]));
    await this.peer.hearsOf('latestState');
    this.peer.say('latestState', state);
  }

  /** Hears of a channel: in `refund`, or in `newChannel`. */
  async hearsOfChannel(): Promise<Said> {
    const said = await this.peer.hears();
    const [, state] = Announced.parse(said);
    this.state = state;
    this.deposit = state.client_balance;
    this.channel = {
      id: state.channel_id,
      payer: { publicKey: this.payer, wallet: 'the payer' },
      payee: { publicKey: this.key, wallet: PAYEE_WALLET },
    };
    return said;
  }

  async sign(statement: Statement, sent: string, sequence: number): Promise<string> {
    if (this.channel === undefined) throw new Error('No channel was announced.');
    return signed(this.signer, statement, this.channel, { deposit: this.deposit, sent, sequence });
  }

  /** Whether this is the payer's signature. */
  async isSigned(signature: unknown, statement: Statement, sent: string, sequence: number): Promise<boolean> {
    if (this.channel === undefined || typeof signature !== 'string') return false;
    const bytes = plain.bytes(statement, this.channel, { deposit: this.deposit, sent, sequence });
    return verify(fromHex(this.payer), bytes, fromHex(signature));
  }

  /** All of it as far as `play`, which is returned. */
  async plays(offer: Record<string, unknown> | null = offerOf()): Promise<Said> {
    await this.meets(offer);
    const [event] = await this.hearsOfChannel();
    if (event === 'refund') {
      this.peer.say('refund', await this.sign('refund', '0', 0));
      await this.peer.hearsOf('newChannel');
    }
    this.peer.say('latestState', this.state);
    return this.peer.hearsOf('play');
  }

  /** Asks for a part as the extension does. */
  asks(part: number, changes: Record<string, unknown> = {}): void {
    const sent = BigInt(PRICE) * BigInt(part);
    this.peer.say('pay', {
      stream: 'news',
      part,
      required: `${sent + BigInt(PRICE)}`,
      accepted: `${sent}`,
      deposit: this.deposit,
      ...changes,
    });
  }

  gives(part: number, key = keyOf(part)): void {
    this.peer.say('secret', key, { stream: 'news', part });
  }
}
