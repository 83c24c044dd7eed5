/** The watch is killed before and after each of its writes, with a disk that keeps only what was synced: the slash comes in time all the same. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Chain } from '../../../src/channel/serve.ts';
import { Watch } from '../../../src/channel/watch.ts';
import { type CrashPoint, crashPoints, SimulatedClock, UnsyncedStore } from '../../../src/testing/index.ts';
import {
  closeSoloTx,
  included,
  networkId,
  opened,
  proofOf,
  type Split,
  start,
  state,
  text,
  what,
} from '../chain/dispute.ts';
import { alice, bob } from '../node/world.ts';
import { accessTo, agreed, ofResponder } from './world.ts';

const old: Split = [9n, 11n];
const newest: Split = [3n, 17n];

/** A dispute, from the stale close to the payment; one process of the watch dies on the way. */
class Story {
  readonly clock = new SimulatedClock();
  readonly chain: Chain;
  store: UnsyncedStore;
  #watch: Watch | undefined;
  #isDead = false;

  constructor(chain: Chain, crash?: CrashPoint) {
    this.chain = chain;
    this.store = new UnsyncedStore({
      ...crash,
      crashed: () => {
        this.#isDead = true;
        void this.#watch?.stop();
      },
    });
  }

  async play(): Promise<void> {
    await this.#begin();
    const close = closeSoloTx(await state('modern', 2n, old), proofOf(old), { nonce: 2n });
    await included(this.chain, await text(close, 'modern', alice));
    for (let block = 0; this.chain.locked > 0n; block += 1) {
      if (block > 30) throw new Error(`Never settled: ${this.#watch?.machineState}`);
      await this.#idle();
      if (this.#isDead) {
        this.#isDead = false;
        this.store = this.store.reopen();
        await this.#begin();
        await this.#idle();
      }
      this.clock.next();
      await this.#idle();
      await this.chain.mine();
    }
    const stopped = this.#watch?.stop();
    await this.#idle();
    // A disk that died in the last moment never answers.
    this.clock.advance(10_000);
    await stopped;
  }

  async #begin(): Promise<void> {
    this.#watch = new Watch({
      channel: ofResponder('modern'),
      chain: accessTo(this.chain),
      signer: bob.signer,
      store: this.store,
      networkId,
      fee: 1n,
      clock: this.clock,
    });
    await Promise.race([this.#watch.start(), this.#watch.ended]);
    this.#watch.adopt(await agreed('modern', 5, newest));
  }

  /** Until nothing is under way. */
  async #idle(): Promise<void> {
    for (let turns = 0; turns < 40; turns += 1) await turn();
  }
}

it('at every point', async () => {
  const whole = new Story(await opened('modern'));
  await whole.play();
  const points = [...crashPoints(whole.store.writes)];
  expect(points.length).toBeGreaterThan(10);
  for (const crash of points) {
    const story = new Story(await opened('modern'), crash);
    await story.play();
    const paid = what(story.chain);
    expect({ crash, alice: paid.alice, locked: paid.locked }).toEqual({
      crash,
      alice: start - 11n - 1n + 3n,
      locked: 0n,
    });
    // One slash and one settlement, or another of either where the process died before it had kept the first.
    expect(paid.bob).toBe(start - 10n + 17n - 2n);
  }
});
