/**
 * A payer and a payee in simulated time, each a process with a disk that keeps only what was synced. A process can be killed before or after any of
 * its writes and any of its frames; it says no goodbye, its lines are cut, and another one goes on from its disk. The books here are kept by neither of them.
 */
import { type Faults, memoryPair } from '../../../adapters/memory.ts';
import { toHex } from '../../../src/bytes.ts';
import type { Clock } from '../../../src/clock.ts';
import { ConnectionLost } from '../../../src/errors.ts';
import { signerFromSeed } from '../../../src/keys/index.ts';
import type { PacketFrame } from '../../../src/packets.ts';
import type { Random } from '../../../src/random.ts';
import type { Signer } from '../../../src/signer.ts';
import type { Store, StoreChange } from '../../../src/store.ts';
import { Payees } from '../../../src/streaming/payees.ts';
import { plain } from '../../../src/streaming/plain.ts';
import { Player } from '../../../src/streaming/player.ts';
import type { Channel, Scheme, Standing, Statement } from '../../../src/streaming/scheme.ts';
import { Trust } from '../../../src/streaming/trust.ts';
import { SimulatedClock, seededRandom, UnsyncedStore } from '../../../src/testing/index.ts';
import type { Connect, Transport, TransportEvents } from '../../../src/transport.ts';

export type Side = 'payer' | 'payee';

/** A moment at which a side is killed: at its nth write or frame since the last kill, counted from 1. */
export interface Kill {
  readonly who: Side;
  readonly at: 'write' | 'send';
  readonly number: number;
  readonly when: 'before' | 'after';
}

export interface Plot {
  /** What is to be had, and what it costs. Defaults: 7 parts for 10 each, channels of 40, 1,000 at most. */
  readonly parts?: number;
  readonly deposit?: bigint;
  readonly budget?: bigint;
  readonly credit?: number;
  /** Milliseconds that the payer's signer takes. Default 0. */
  readonly signing?: number;
  /** Milliseconds that a part takes to be opened. Default 0. */
  readonly opening?: number;
  /** Milliseconds that the app takes for a part, and the parts that may wait for it. Defaults: 0 and 8. */
  readonly taking?: number;
  readonly ahead?: number;
  /** Whether the id of a later channel comes before that of an earlier one. */
  readonly idsFall?: boolean;
  /** One after the other. */
  /** Whether each run of the app is a session of its own. */
  readonly isFresh?: boolean;
  readonly kills?: readonly Kill[];
  /** How the lines misbehave, until the last deed is done. */
  readonly faults?: Faults;
  readonly deeds?: readonly Deed[];
  readonly seed?: number;
}

/** Something that happens while the stream plays. */
export interface Deed {
  /** Milliseconds after the deed before it. */
  readonly after: number;
  readonly deed: 'cut' | 'kill payer' | 'kill payee' | 'pause' | 'resume' | 'topUp' | 'leave' | 'settle';
}

export const price = 10n;
const url = 'memory://payee';
/** Milliseconds until a killed process is there again. */
const absence = 20;

/** Lets everything run that can run without time passing. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const never = new Promise<never>(() => {});

export const keyOf = (part: number) =>
  toHex(Uint8Array.from({ length: 32 }, (_, at) => (at * 7 + part * 13 + 1) & 0xff));
export const bytesOf = (part: number) => `the bytes of part ${part}`;

interface Statemented {
  readonly statement: Statement;
  readonly channel: Channel;
  readonly standing: Standing;
}

/** What both sides did, as seen from outside. */
export class Books {
  /** What the payer's signer was asked to sign of a channel: by sequence number, what was sent. */
  readonly signed = new Map<string, Map<number, Set<string>>>();
  /** What the payee's disk says it has accepted, by channel. */
  readonly accepted = new Map<string, bigint>();
  /** Parts that the payer has opened. */
  readonly opened = new Set<number>();
  /** Parts whose keys were handed out. */
  readonly released = new Set<number>();
  /** Parts that the app has got, in the order in which it got them. */
  readonly received = new Map<number, string>();
  /** Channels that ended, and what was sent in them: by whom it was told. */
  readonly settled = { payer: new Map<string, bigint>(), payee: new Map<string, bigint>() };
  /** Everything that must not happen and did. */
  readonly faults: string[] = [];
  readonly journal: string[] = [];
  /** What the player failed of. */
  readonly failures: string[] = [];

  /** What the payer has signed away in a channel. */
  paidIn(channel: string): bigint {
    const sents = [...(this.signed.get(channel)?.values() ?? [])].flatMap((set) => [...set].map(BigInt));
    return sents.sort((one, other) => Number(other - one))[0] ?? 0n;
  }

  get paid(): bigint {
    return [...this.signed.keys()].reduce((sum, channel) => sum + this.paidIn(channel), 0n);
  }

  get taken(): bigint {
    return [...this.accepted.values()].reduce((sum, sent) => sum + sent, 0n);
  }

  fault(sentence: string): void {
    if (!this.faults.includes(sentence)) this.faults.push(sentence);
    this.journal.push(`!!! ${sentence}`);
  }

  sign({ statement, channel, standing }: Statemented, budget: bigint): void {
    this.journal.push(`payer signs ${statement} ${standing.sequence} ${standing.sent} of ${channel.id.slice(0, 2)}`);
    const bySequence = this.signed.get(channel.id) ?? new Map<number, Set<string>>();
    this.signed.set(channel.id, bySequence);
    const sents = bySequence.get(standing.sequence) ?? new Set<string>();
    bySequence.set(standing.sequence, sents.add(standing.sent));
    if (sents.size > 1) this.fault(`two amounts at sequence number ${standing.sequence}: ${[...sents].join(' and ')}`);
    const most = price * BigInt(this.opened.size + this.signed.size);
    if (this.paid > most) this.fault(`paid ${this.paid} for ${this.opened.size} parts in ${this.signed.size} channels`);
    if (this.paid > budget) this.fault(`paid ${this.paid} with a budget of ${budget}`);
  }

  release(part: number, credit: number): void {
    this.released.add(part);
    const most = this.taken + price * BigInt(credit);
    const worth = price * BigInt(this.released.size);
    if (worth > most) this.fault(`released ${worth} for ${this.taken}, with a credit of ${credit} parts`);
  }

  accept(channel: string, sent: bigint): void {
    const before = this.accepted.get(channel) ?? 0n;
    if (sent < before) this.fault(`the payee forgot a payment: ${before}, then ${sent}`);
    this.accepted.set(channel, sent);
  }
}

/** A process. What it does after its end reaches nobody. */
class Life {
  readonly side: Side;
  readonly store: UnsyncedStore;
  readonly clock: Clock;
  readonly died: Promise<void>;
  readonly links = new Set<() => void>();
  isDead = false;
  #die = () => {};

  constructor(side: Side, store: UnsyncedStore, clock: Clock) {
    this.side = side;
    this.store = store;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
    this.clock = {
      now: () => clock.now(),
      set: (fire, delay) =>
        clock.set(() => {
          if (!this.isDead) fire();
        }, delay),
      clear: (handle) => clock.clear(handle),
    };
  }

  end(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.store.crash();
    for (const cut of this.links) cut();
    this.#die();
  }
}

/** One story of a payer and a payee. */
export class Trade {
  readonly clock = new SimulatedClock(1_000_000);
  readonly books = new Books();
  readonly plot: Plot;
  readonly parts: number;
  readonly budget: bigint;
  /** Writes and frames of each side since the last kill. */
  counted = { payer: { write: 0, send: 0 }, payee: { write: 0, send: 0 } };
  /** Kills that took place. */
  killed = 0;
  player: Player | undefined;
  payees: Payees | undefined;
  readonly lives: Partial<Record<Side, Life>> = {};
  readonly #stores: Record<Side, UnsyncedStore> = { payer: new UnsyncedStore(), payee: new UnsyncedStore() };
  readonly #statements = new Map<string, Statemented>();
  readonly #random: Random;
  #link: Faults;
  #born = 0;
  #channels = 0;
  #isOver = false;

  constructor(plot: Plot = {}) {
    this.plot = plot;
    this.parts = plot.parts ?? 7;
    this.budget = plot.budget ?? 1_000n;
    this.#random = seededRandom(plot.seed ?? 1);
    this.#link = plot.faults ?? {};
  }

  /** From the first part to the settlement. @throws Error when it gets stuck */
  async tell(): Promise<this> {
    await this.boot();
    this.#happen(this.plot.deeds ?? []);
    const paying = this.#pay();
    paying.catch(() => {});
    await this.drive(() => this.#isOver, paying);
    // A channel that is used up lingers for a minute before it is settled. What the payer has closed alone stays with the payee.
    const end = this.clock.now() + 70_000;
    await this.drive(() => this.#records('payee') === 0 || this.clock.now() > end || this.clock.waiting === 0);
    return this;
  }

  #happen([next, ...later]: readonly Deed[]): void {
    if (next === undefined) {
      this.#link = {};
      return;
    }
    this.clock.set(() => {
      this.books.journal.push(`--- ${next.deed}`);
      this.#do(next.deed);
      this.#happen(later);
    }, next.after);
  }

  #do(deed: Deed['deed']): void {
    const { player } = this;
    switch (deed) {
      case 'cut':
        for (const cut of this.lives.payer?.links ?? []) cut();
        break;
      case 'kill payer':
        this.kill('payer');
        break;
      case 'kill payee':
        this.kill('payee');
        break;
      case 'pause':
        player?.pause();
        this.clock.set(() => player?.resume(), absence);
        break;
      case 'resume':
        player?.resume();
        break;
      case 'topUp':
        player?.topUp(2n * price);
        break;
      case 'leave':
        void player?.leave();
        break;
      case 'settle':
        player?.settle().catch(() => {});
        break;
    }
  }

  /** Turns time until it is so. */
  async drive(isSo: () => boolean, running: Promise<unknown> = never): Promise<void> {
    let failure: unknown;
    running.catch((error: unknown) => {
      failure = error;
    });
    for (let turns = 0; ; turns += 1) {
      await settled();
      if (failure !== undefined) throw failure;
      if (isSo()) return;
      if (turns > 20_000 || !this.clock.next()) throw new Error('It is stuck.');
    }
  }

  /** Begins the payee's process, with whatever its disk holds. */
  async boot(): Promise<void> {
    const life = this.#begin('payee');
    const signer = await signerFromSeed(new Uint8Array(32).fill(2));
    const payees = new Payees({
      signer,
      wallet: 'the payee',
      shows: [{ offer: this.#offer(), key: keyOf }],
      store: this.#observed(life),
      scheme: plain,
      settlement: new Trust('100000', (channel, { standing }) => {
        if (!life.isDead) this.books.settled.payee.set(channel.id, BigInt(standing.sent));
      }),
      limits: { lead: 5 },
      clock: life.clock,
      random: seededRandom(this.#born),
      report: (error) => this.books.fault(`the payee reports ${String(error)}`),
    });
    await Promise.race([payees.restore(), life.died]);
    if (!life.isDead) this.payees = payees;
  }

  /** Ends a process. A payee comes again after a while; the payer's app does so itself. */
  kill(side: Side): void {
    const life = this.lives[side];
    if (life === undefined || life.isDead) return;
    this.books.journal.push(`${side} is killed`);
    life.end();
    if (side === 'payer') return;
    this.payees = undefined;
    this.clock.set(() => void this.boot(), absence);
  }

  /** The app: it keeps what it gets, and comes again until it has everything. */
  async #pay(): Promise<void> {
    for (let tries = 0; tries < 30; tries += 1) {
      if (this.#isComplete && this.#records('payer') === 0) {
        this.#isOver = true;
        return;
      }
      const life = this.#begin('payer');
      const player = await this.open(life);
      await Promise.race([this.#consume(player, life), life.died]);
      life.end();
      await this.#wait(absence);
    }
    throw new Error(`The player does not get to the end: ${this.books.failures.join(', ')}`);
  }

  async #consume(player: Player, life: Life): Promise<void> {
    try {
      const got = new Set<number>();
      await player.open();
      // What was being settled when the process was killed may be settled by now.
      if (life.isDead || this.#records('payer') === 0) return;
      if (!this.#isComplete) {
        for await (const { number, bytes } of player.parts()) {
          if ((this.plot.taking ?? 0) > 0) await this.#wait(this.plot.taking ?? 0);
          if (life.isDead) return;
          if (got.has(number)) this.books.fault(`one player gave part ${number} twice`);
          got.add(number);
          this.#take(number, new TextDecoder().decode(bytes));
        }
      }
      if (this.#isComplete) await player.settle();
      else if (!life.isDead) this.books.failures.push('The parts ended early.');
    } catch (error) {
      if (life.isDead) return;
      this.books.failures.push(String(error));
    }
    if (!life.isDead) await player.leave();
  }

  #take(number: number, bytes: string): void {
    this.books.journal.push(`app gets ${number}`);
    if (bytes !== bytesOf(number)) this.books.fault(`part ${number} is not what it should be`);
    this.books.received.set(number, bytes);
  }

  get #isComplete(): boolean {
    return this.books.received.size === this.parts;
  }

  /** The first part that the app has not got. */
  get #missing(): number {
    for (let part = 0; part < this.parts - 1; part += 1) if (!this.books.received.has(part)) return part;
    return this.parts - 1;
  }

  async open(life: Life): Promise<Player> {
    const player = new Player(url, this.#connect(life), {
      signer: await this.#signer(life),
      budget: { part: price, session: this.budget },
      deposit: this.plot.deposit ?? 40n,
      store: this.#observed(life),
      schemes: [this.#scheme()],
      settlement: new Trust('0', (channel, { standing }) => {
        if (!life.isDead) this.books.settled.payer.set(channel.id, BigInt(standing.sent));
      }),
      content: () => ({
        have: async () => {},
        open: async (part, key) => {
          if ((this.plot.opening ?? 0) > 0) await this.#wait(this.plot.opening ?? 0);
          if (key !== keyOf(part)) throw new Error(`The key is not that of part ${part}.`);
          if (!life.isDead) this.books.opened.add(part);
          return new TextEncoder().encode(bytesOf(part));
        },
      }),
      from: this.#missing,
      ahead: this.plot.ahead ?? 8,
      session: this.plot.isFresh === true ? `session ${this.#born}` : 'the one session',
      attempts: 50,
      backoff: { first: 1, most: 5 },
      answerTimeout: 1_000,
      secretTimeout: 1_000,
      closeTimeout: 1_000,
      clock: life.clock,
      random: this.#ids(),
      report: (error) => this.books.fault(`the player reports ${String(error)}`),
    });
    this.player = player;
    for (const type of [
      'violated',
      'misused',
      'declined',
      'refusedBy',
      'partLost',
      'stopped',
      'purchaseNeeded',
    ] as const) {
      player.on(type, (notice) => {
        if (!life.isDead) this.books.journal.push(`payer tells ${JSON.stringify(notice)}`);
      });
    }
    return player;
  }

  #offer() {
    const { parts } = this;
    return {
      stream: 'film',
      price: `${price}`,
      unit: 'unit',
      partMs: 0,
      parts,
      commitment: 'ab'.repeat(32),
      content: '',
      credit: this.plot.credit ?? 0,
    };
  }

  #begin(side: Side): Life {
    this.#born += 1;
    this.#stores[side] = this.#stores[side].reopen();
    const life = new Life(side, this.#stores[side], this.clock);
    this.lives[side] = life;
    if (side === 'payee') this.#look();
    return life;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.set(() => resolve(), ms);
    });
  }

  /** How many records a side's disk holds. */
  #records(side: Side): number {
    return this.#stores[side].disk.size;
  }

  /** The payee's disk, as it is now. */
  #look(): void {
    for (const text of this.#stores.payee.disk.values()) {
      const { channel, accepted } = JSON.parse(text).stored.snapshot.context;
      this.books.accept(channel.id, BigInt(accepted.sent));
    }
  }

  /** Counts something that a side is about to do, and kills it if this is the moment. */
  #point(life: Life, at: Kill['at'], when: Kill['when']): void {
    if (life.isDead) return;
    if (when === 'before') this.counted[life.side][at] += 1;
    const kill = this.plot.kills?.[this.killed];
    if (kill?.who !== life.side || kill.at !== at || kill.when !== when) return;
    if (this.counted[life.side][at] !== kill.number) return;
    this.killed += 1;
    this.counted = { payer: { write: 0, send: 0 }, payee: { write: 0, send: 0 } };
    this.kill(life.side);
  }

  #observed(life: Life): Store {
    const { store } = life;
    return {
      read: (key) => store.read(key),
      write: async (changes: readonly StoreChange[]) => {
        this.#point(life, 'write', 'before');
        if (life.isDead) return never;
        await store.write(changes);
        if (life.side === 'payee') this.#look();
        this.#point(life, 'write', 'after');
        if (life.isDead) return never;
      },
      keys: (prefix) => store.keys(prefix),
      close: () => store.close(),
    };
  }

  #scheme(): Scheme {
    return {
      ...plain,
      bytes: (statement, channel, standing) => {
        const bytes = plain.bytes(statement, channel, standing);
        this.#statements.set(toHex(bytes), { statement, channel, standing });
        return bytes;
      },
    };
  }

  async #signer(life: Life): Promise<Signer> {
    const signer = await signerFromSeed(new Uint8Array(32).fill(1));
    return {
      publicKey: signer.publicKey,
      sign: async (bytes, signal) => {
        if (life.isDead) return never;
        const statement = this.#statements.get(toHex(bytes));
        if (statement === undefined) this.books.fault('something was signed that no scheme has written');
        else this.books.sign(statement, this.budget);
        const { signing = 0 } = this.plot;
        if (signing > 0) await this.#wait(signing);
        return life.isDead ? never : signer.sign(bytes, signal);
      },
    };
  }

  /** Ids of channels that sort as the plot wants. */
  #ids(): Random {
    const other = seededRandom(this.#born);
    return {
      bytes: (length) => {
        const bytes = other.bytes(length);
        if (length !== 16) return bytes;
        this.#channels += 1;
        bytes[0] = this.plot.idsFall === true ? 250 - this.#channels : this.#channels;
        return bytes;
      },
    };
  }

  #connect(life: Life): Connect<PacketFrame> {
    return async () => {
      if (life.isDead) return never;
      const payee = this.lives.payee;
      if (this.payees === undefined || payee === undefined || payee.isDead) {
        throw new ConnectionLost('Nobody is there.', { code: 'notOpened' });
      }
      const { ends, cut } = memoryPair<PacketFrame>(this.clock, this.#random, this.#faults());
      life.links.add(cut);
      payee.links.add(cut);
      this.payees.accept(this.#line(ends[1], payee), { address: '127.0.0.1' });
      return this.#line(ends[0], life);
    };
  }

  /** As they are at the moment of each frame. */
  #faults(): Faults {
    const link = () => this.#link;
    return {
      get delay() {
        return link().delay ?? [0, 0];
      },
      get drop() {
        return link().drop ?? 0;
      },
      get duplicate() {
        return link().duplicate ?? 0;
      },
      get reorder() {
        return link().reorder ?? 0;
      },
      get cut() {
        return link().cut ?? 0;
      },
    };
  }

  /** A process's end of a line. */
  #line(end: Transport<PacketFrame>, life: Life): Transport<PacketFrame> {
    return {
      attach: (events) => end.attach(guarded(life, events)),
      send: (packet, handedOver) => {
        if (life.isDead) return false;
        this.#point(life, 'send', 'before');
        if (life.isDead) return false;
        this.#see(life.side, packet);
        const isTaken = end.send(packet, handedOver);
        this.#point(life, 'send', 'after');
        return isTaken;
      },
      get bufferedAmount() {
        return end.bufferedAmount;
      },
      pause: () => end.pause(),
      resume: () => end.resume(),
      close: (code, reason) => end.close(code, reason),
      terminate: () => end.terminate(),
    };
  }

  #see(side: Side, packet: PacketFrame): void {
    if (packet.type !== 'event') return;
    const text = JSON.stringify(packet.args).replaceAll(/"([0-9a-f]{4})[0-9a-f]{28,}"/g, '$1');
    this.books.journal.push(`${this.clock.now() - 1_000_000} ${side} says ${packet.event} ${text}`);
    if (side !== 'payee' || packet.event !== 'secret') return;
    const about = packet.args[1];
    if (about !== null && typeof about === 'object' && 'part' in about) {
      this.books.release(Number(about.part), this.plot.credit ?? 0);
    }
  }
}

function guarded(life: Life, events: TransportEvents<PacketFrame>): TransportEvents<PacketFrame> {
  return {
    frame: (packet) => {
      if (!life.isDead) events.frame(packet);
    },
    drained: () => {
      if (!life.isDead) events.drained?.();
    },
    closed: (closure) => {
      if (!life.isDead) events.closed(closure);
    },
  };
}

/** What is wrong with a story that was told to its end; empty when it is as it must be. */
export function wrongIn({ books, parts, killed, plot }: Trade): string[] {
  const wrong = [...books.faults];
  if (killed !== (plot.kills?.length ?? 0)) wrong.push(`killed ${killed} times`);
  for (let part = 0; part < parts; part += 1) if (!books.received.has(part)) wrong.push(`part ${part} is missing`);
  for (const [channel, sent] of books.accepted) {
    const paid = books.paidIn(channel);
    if (sent !== paid) wrong.push(`in one channel the payer sent ${paid} and the payee has ${sent}`);
    const ended = books.settled.payee.get(channel) ?? books.settled.payer.get(channel);
    if (paid > 0n && ended !== sent) wrong.push(`a channel in which ${sent} was sent was settled with ${ended}`);
  }
  const most = price * BigInt(parts + books.accepted.size);
  if (books.paid > most || books.paid < price * BigInt(parts)) wrong.push(`${books.paid} was paid in all`);
  return [...wrong, ...books.failures.map((failure) => `failed: ${failure}`)];
}
