/**
 * Two parties of ours and a node of ours in one process, on simulated time and lines in memory. Any of the three can be killed, with a store that keeps
 * only what was synced; every line can break. Whoever is told something by nobody is wrong: see `wrong`.
 */
import { memoryPair } from '../../../adapters/memory.ts';
import { Chain } from '../../../src/channel/chain.ts';
import { Channel } from '../../../src/channel/channel.ts';
import { Nodes } from '../../../src/channel/nodes.ts';
import type { ChannelNotice } from '../../../src/channel/options.ts';
import { see } from '../../../src/channel/seen.ts';
import { ConnectionLost } from '../../../src/errors.ts';
import { parseJson } from '../../../src/json.ts';
import type { Signer } from '../../../src/signer.ts';
import { SimulatedClock, seededRandom, UnsyncedStore } from '../../../src/testing/index.ts';
import type { ConnectOptions, Transport } from '../../../src/transport.ts';
import { alice, bob, fields } from '../node/world.ts';

type Frame = string | Uint8Array;
export type Role = 'initiator' | 'responder';
export const roles: readonly Role[] = ['initiator', 'responder'];
export const otherRole = (role: Role): Role => (role === 'initiator' ? 'responder' : 'initiator');
const people = { initiator: alice, responder: bob };

/** What a party's policy does with the next questions. */
export type Mood = 'signs' | 'refuses' | 'hangs' | 'hesitates';

export const reserve = 2n;
const all = 20n;

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

interface Pending {
  readonly what: string;
  isSettled: boolean;
  isForgiven: boolean;
}

/** One party's process, and the one that comes after it. */
class Actor {
  readonly role: Role;
  store = new UnsyncedStore();
  channel: Channel | undefined;
  mood: Mood = 'signs';
  /** The app was told that the channel is over. */
  isOver = false;
  life = 0;
  readonly lines = new Set<() => void>();
  /** By round, what has left with our signature; a conflict takes it back. */
  readonly released = new Map<number, string>();
  rounds: number[] = [];

  constructor(role: Role) {
    this.role = role;
  }
}

export interface WorldOptions {
  readonly seed: number;
  readonly era: 'legacy' | 'modern';
  readonly dialects: Readonly<Record<Role, 'text' | 'epoch'>>;
}

export class World {
  readonly clock = new SimulatedClock(1_000_000);
  readonly wrong: string[] = [];
  readonly trace: string[] = [];
  readonly pending: Pending[] = [];
  readonly actors = { initiator: new Actor('initiator'), responder: new Actor('responder') };
  readonly #random;
  readonly #options: WorldOptions;
  nodeStore = new UnsyncedStore();
  chain: Chain | undefined;
  #nodes: Nodes | undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  async startNode(): Promise<void> {
    const report = (error: unknown) => this.wrong.push(`the node reports ${String(error)}`);
    const { clock } = this;
    const chain = new Chain({ store: this.nodeStore, clock, blockMs: 5_000, report });
    await chain.start();
    const nodes = new Nodes({ store: this.nodeStore, chain, clock, random: this.#random, report, minimumDepth: 1 });
    await nodes.restore();
    this.chain = chain;
    this.#nodes = nodes;
  }

  async killNode(): Promise<void> {
    this.nodeStore.crash();
    for (const role of roles) this.cut(role);
    await this.chain?.stop();
    this.#nodes = undefined;
    await settle();
    this.nodeStore = this.nodeStore.reopen();
    await this.startNode();
  }

  cut(role: Role): void {
    for (const cut of this.actors[role].lines) cut();
    this.actors[role].lines.clear();
  }

  kill(role: Role): void {
    const actor = this.actors[role];
    actor.store.crash();
    actor.life += 1;
    this.cut(role);
    actor.channel = undefined;
    for (const each of this.pending) if (each.what.startsWith(role)) each.isForgiven = true;
    actor.store = actor.store.reopen();
    this.open(role);
  }

  /** A new process of the party's app opens the channel, unless it knows that it is over. */
  open(role: Role): void {
    const actor = this.actors[role];
    if (actor.isOver || actor.channel !== undefined) return;
    const { life } = actor;
    const { era, dialects } = this.#options;
    const channel = new Channel((url, options) => this.#connect(actor, life, url, options), {
      url: 'ws://node',
      role,
      initiator: alice[era],
      responder: bob[era],
      initiatorAmount: 10n,
      responderAmount: 10n,
      pushAmount: 3n,
      channelReserve: reserve,
      lockPeriod: 10,
      host: 'localhost',
      port: 1234,
      dialect: dialects[role],
      signer: this.#signer(role),
      store: actor.store,
      clock: this.clock,
      random: this.#random,
      report: (error) => this.wrong.push(`the ${role} reports ${String(error)}`),
      backoff: { first: 100, most: 1_000 },
      attempts: 50,
      answerTimeout: 3_000,
      signTimeout: 8_000,
      finishTimeout: 30_000,
      settleTimeout: 500,
      closeTimeout: 2_000,
      openTimeout: 600_000,
      nodeTimeouts: { sign: 20_000 },
      policy: (question, signal) => {
        const { initiatorAmount, responderAmount } = question;
        if (question.what !== 'shutdown_sign' && question.what !== 'shutdown_sign_ack') {
          if (initiatorAmount + responderAmount !== all) this.wrong.push('an amount is made or lost');
          if (initiatorAmount < reserve || responderAmount < reserve) this.wrong.push('the reserve is not kept');
        }
        if (question.what === 'create') return true;
        switch (actor.mood) {
          case 'signs':
            return true;
          case 'refuses':
            return false;
          case 'hangs':
            return new Promise((resolve) => signal.addEventListener('abort', () => resolve(false)));
          case 'hesitates':
            return new Promise((resolve) => this.clock.set(() => resolve(true), 1_500));
        }
      },
      notify: (notice) => this.#told(actor, life, notice),
    });
    actor.channel = channel;
    void channel.ended.then(() => {
      if (actor.channel === channel) actor.channel = undefined;
    });
    this.promise(role, 'open', channel.open());
  }

  #told(actor: Actor, life: number, notice: ChannelNotice): void {
    if (life !== actor.life) return;
    this.trace.push(
      `${this.clock.now()} ${actor.role} ${JSON.stringify(notice, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)).slice(0, 120)}`,
    );
    if (notice.type === 'closed' || notice.type === 'died') actor.isOver = true;
    if (notice.type === 'updated') {
      const last = actor.rounds.at(-1) ?? 1;
      const { round } = notice.state;
      if (round <= last) this.wrong.push(`the ${actor.role} is told of round ${round} after ${last}`);
      actor.rounds.push(round);
    }
    if (notice.type === 'error' && notice.reason === 'violated')
      this.trace.push(`${this.clock.now()} ${actor.role} violated: ${notice.detail}`);
  }

  #signer(role: Role): Signer {
    return people[role].signer;
  }

  async #connect(actor: Actor, life: number, url: string, { signal }: ConnectOptions): Promise<Transport<Frame>> {
    await new Promise<void>((resolve) => this.clock.set(resolve, 5));
    const nodes = this.#nodes;
    if (nodes === undefined || actor.life !== life) throw new ConnectionLost('Nobody is there.', { code: 'notOpened' });
    signal?.throwIfAborted();
    const pair = memoryPair<Frame>(this.clock, this.#random, { delay: [1, 20] });
    actor.lines.add(pair.cut);
    const { pathname, search } = new URL(url);
    const [own, its] = pair.ends;
    nodes.accept(its, { address: '127.0.0.1', target: `${pathname}${search}` });
    return this.#watched(actor, own);
  }

  /** A party's end of a line, of which is read what leaves and what comes. */
  #watched(actor: Actor, end: Transport<Frame>): Transport<Frame> {
    return {
      attach: (events) =>
        end.attach({
          frame: (frame) => {
            this.#comes(actor, `${frame}`);
            events.frame(frame);
          },
          closed: (closure) => events.closed(closure),
        }),
      send: (frame, handedOver) => {
        this.#leaves(actor, `${frame}`);
        return end.send(frame, handedOver);
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

  #comes(actor: Actor, frame: string): void {
    this.trace.push(`${this.clock.now()} ${actor.role} < ${frame.slice(0, 90)}`);
    const { action, payload } = fields(parseJson(frame));
    if (action === 'conflict') actor.released.delete(Number(fields(payload)['round']) + 1);
  }

  #leaves(actor: Actor, frame: string): void {
    this.trace.push(`${this.clock.now()} ${actor.role} > ${frame.slice(0, 90)}`);
    const { tx } = fields(fields(parseJson(frame))['payload']);
    const seen = typeof tx === 'string' ? see(tx) : undefined;
    if (seen?.kind === 'unreadable') this.wrong.push(`the ${actor.role} says what cannot be read`);
    if (seen?.kind !== 'offchain') return;
    const round = Number(seen.round);
    const before = actor.released.get(round);
    if (before !== undefined && before !== seen.id) this.wrong.push(`the ${actor.role} signs round ${round} twice`);
    actor.released.set(round, seen.id);
  }

  promise(role: Role, what: string, promise: Promise<unknown>): Promise<unknown> {
    const pending: Pending = { what: `${role}: ${what}`, isSettled: false, isForgiven: false };
    this.pending.push(pending);
    const settled = (outcome: unknown) => {
      pending.isSettled = true;
      this.trace.push(`${this.clock.now()} ${pending.what}: ${outcome instanceof Error ? outcome.message : 'done'}`);
      return outcome;
    };
    return promise.then(settled, settled);
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    let isOver = false;
    await settle();
    this.clock.set(() => {
      isOver = true;
    }, ms);
    while (!isOver && this.clock.now() <= end) {
      this.clock.next();
      await settle();
    }
  }

  /** Lets time pass until it is so, or for so long. */
  async until(isSo: () => boolean, ms: number): Promise<boolean> {
    const end = this.clock.now() + ms;
    await settle();
    while (!isSo() && this.clock.now() < end) {
      if (!this.clock.next()) return isSo();
      await settle();
    }
    return isSo();
  }

  async stop(): Promise<void> {
    for (const role of roles) void this.actors[role].channel?.disconnect();
    await this.#nodes?.close();
    await this.chain?.stop();
  }
}
