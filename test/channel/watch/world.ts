/** A chain, a channel of ten each on it, and Bob's watch over it. Time and blocks are turned by hand; what the chain does not hear is the test's to say. */
import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import type { Agreed } from '../../../machines/channel/party/types.ts';
import { toHex } from '../../../src/bytes.ts';
import type { ChainAccess } from '../../../src/channel/chainAccess.ts';
import { accountKey, decode, type Era, encode } from '../../../src/channel/encoding.ts';
import type { Chain } from '../../../src/channel/serve.ts';
import { Watch, type WatchNotice, type WatchOptions } from '../../../src/channel/watch.ts';
import type { Signer } from '../../../src/signer.ts';
import type { Store } from '../../../src/store.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { createTx, idHex, networkId, opened, type Split, state, text } from '../chain/dispute.ts';
import { alice, bob } from '../node/world.ts';

/** What may go wrong on the way to the chain. */
export interface Faults {
  /** Nobody is there. */
  isAway?: boolean;
  /** What is posted is lost on the way, and nobody says so. */
  isDeaf?: boolean;
  /** What is posted is refused with this sentence. */
  refusal?: string;
}

/** The chain as a watch asks it, in this process. */
export function accessTo(chain: Chain, faults: Faults = {}): ChainAccess {
  const reached = () => {
    if (faults.isAway === true) throw new Error('Nobody is there.');
  };
  return {
    async height() {
      reached();
      return chain.height;
    },
    async channel(id) {
      reached();
      const known = chain.channel(toHex(decode(id, 'ch').bytes));
      if (known === undefined) return undefined;
      const { initiatorAmount, responderAmount, round, stateHash, lockedUntil } = known;
      return { initiatorAmount, responderAmount, round: Number(round), stateHash, lockedUntil: Number(lockedUntil) };
    },
    async nextNonce(account) {
      reached();
      return chain.nextNonce(toHex(accountKey(account)));
    },
    async post(tx) {
      reached();
      if (faults.isDeaf === true) return undefined;
      return faults.refusal ?? chain.post(tx);
    },
  };
}

const keys = { initiator: toHex(alice.signer.publicKey), responder: toHex(bob.signer.publicKey) };

/** The channel as the responder's party has left it in a store. */
export const ofResponder = (era: Era) => ({ name: 'ours', role: 'responder', era, keys, channelId: idHex }) as const;

/** A state that both have signed, as a party has it. */
export async function agreed(era: Era, round: number, [initiatorAmount, responderAmount]: Split): Promise<Agreed> {
  const tx =
    round === 1
      ? await text(createTx(era, [initiatorAmount, responderAmount]), era, alice, bob)
      : encode('tx', era, await state(era, BigInt(round), [initiatorAmount, responderAmount]));
  return {
    kind: round === 1 ? 'create' : 'update',
    round,
    payments: { initiator: 0, responder: 0 },
    initiatorAmount: `${initiatorAmount}`,
    responderAmount: `${responderAmount}`,
    id: '',
    tx,
    isCoSigned: true,
  };
}

/** A watch of the responder's, and what it tells. */
export class World {
  readonly era: Era;
  readonly chain: Chain;
  readonly clock = new SimulatedClock();
  readonly faults: Faults = {};
  readonly told: WatchNotice[] = [];
  readonly reports: unknown[] = [];
  store: Store = new MemoryStore();
  signer: Signer = bob.signer;
  watch: Watch;

  private constructor(era: Era, chain: Chain) {
    this.era = era;
    this.chain = chain;
    this.watch = this.#newWatch({});
  }

  static async open(era: Era = 'modern', options: Partial<WatchOptions> = {}): Promise<World> {
    const world = new World(era, await opened(era));
    world.watch = world.#newWatch(options);
    await world.watch.start();
    return world;
  }

  /** What a process that comes after this one has: the store. */
  async restart(options: Partial<WatchOptions> = {}): Promise<void> {
    await this.watch.stop();
    this.watch = this.#newWatch(options);
    await this.watch.start();
  }

  #newWatch(options: Partial<WatchOptions>): Watch {
    return new Watch({
      channel: ofResponder(this.era),
      chain: accessTo(this.chain, this.faults),
      signer: this.signer,
      store: this.store,
      networkId,
      fee: 1n,
      clock: this.clock,
      report: (error) => this.reports.push(error),
      notify: (notice) => this.told.push(notice),
      ...options,
    });
  }

  async knows(round: number, split: Split): Promise<void> {
    this.watch.adopt(await agreed(this.era, round, split));
  }

  /** Lets the watch do what it has to do until it rests in this state. */
  async until(state: string): Promise<void> {
    for (let turns = 0; this.watch.machineState !== state; turns += 1) {
      if (turns > 2_000) throw new Error(`The watch is ${this.watch.machineState}, and does not become ${state}.`);
      await turn();
    }
  }

  /** The next look, and what follows from it. */
  async look(state: string): Promise<void> {
    await this.until(this.watch.machineState);
    this.clock.next();
    await turn();
    await this.until(state);
  }

  /** The next look, and all that follows at once. */
  async idle(): Promise<void> {
    this.clock.next();
    for (let turns = 0; turns < 40; turns += 1) await turn();
  }

  tells(): readonly string[] {
    return this.told.map(({ type }) => type);
  }
}
