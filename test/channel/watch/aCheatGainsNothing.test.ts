/**
 * A party that cheats as it likes: posts old states and altered ones, states of another channel, a closing that it had withheld, a withdrawal that it had
 * begun and given up once the other had signed it, settles early and wrong, while the honest side's watch is restarted and cut off from the chain for a while. The honest side gets what it last signed for, less its own fees.
 */
import fc from 'fast-check';
import type { Suspect } from '../../../machines/channel/watcherRules.ts';
import { channelId } from '../../../src/channel/hashes.ts';
import type { WatchNotice } from '../../../src/channel/watch.ts';
import {
  closeMutualTx,
  closeSoloTx,
  createTx,
  depositTx,
  everything,
  hashOf,
  id,
  idHex,
  included,
  none,
  proofOf,
  type Split,
  settleTx,
  slashTx,
  start,
  state,
  text,
  withdrawTx,
} from '../chain/dispute.ts';
import { alice, bob, mallory } from '../node/world.ts';
import { World } from './world.ts';

const era = 'modern';
/** Blocks of a lock period in which the watch must have had one look with an answer. */
const patience = 2;

type Shown = 'old' | 'last' | 'ahead' | 'foreign' | 'altered' | 'half' | 'chain';

type Deed =
  | { readonly type: 'pay'; readonly amount: number }
  | { readonly type: 'withhold'; readonly amount: number }
  | {
      readonly type: 'close' | 'slash';
      readonly with: Shown;
      readonly pick: number;
    }
  | { readonly type: 'mutual'; readonly with: 'signed' | 'altered' }
  | { readonly type: 'settle'; readonly with: 'right' | 'wrong' }
  | { readonly type: 'giveUp'; readonly amount: number }
  | { readonly type: 'postGivenUp' }
  | { readonly type: 'deposit'; readonly with: 'altered' | 'half' }
  | { readonly type: 'mine' }
  | { readonly type: 'restart' }
  | { readonly type: 'cut' };

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pay' as const), amount: fc.integer({ min: -6, max: 6 }) }) },
  fc.record({ type: fc.constant('withhold' as const), amount: fc.integer({ min: -6, max: 6 }) }),
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('giveUp' as const), amount: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'postGivenUp' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom('close' as const, 'slash' as const),
      with: fc.constantFrom<Shown>('old', 'last', 'ahead', 'foreign', 'altered', 'half', 'chain'),
      pick: fc.nat(20),
    }),
  },
  fc.record({ type: fc.constant('mutual' as const), with: fc.constantFrom('signed' as const, 'altered' as const) }),
  fc.record({ type: fc.constant('settle' as const), with: fc.constantFrom('right' as const, 'wrong' as const) }),
  fc.record({ type: fc.constant('deposit' as const), with: fc.constantFrom('altered' as const, 'half' as const) }),
  { weight: 4, arbitrary: fc.constant({ type: 'mine' as const }) },
  fc.constant({ type: 'restart' as const }),
  fc.constant({ type: 'cut' as const }),
);

/** Both have signed it, and it was void. */
interface GivenUp {
  readonly tx: string;
  readonly suspect: Suspect;
  /** What both had then. */
  readonly before: Split;
}

class Story {
  readonly world: World;
  /** What both have signed, by round; the last may be one that only the cheat has with both signatures. */
  readonly states: Split[] = [[10n, 10n]];
  #isAhead = false;
  /** The honest side has signed a closing with these shares: from then on it signs nothing more. */
  #closing: Split | undefined;
  #unheard = 0;
  #givenUp: GivenUp | undefined;
  /** It was posted after all, and the chain has taken it. */
  #isOvertaken = false;

  constructor(world: World) {
    this.world = world;
  }

  get chain() {
    return this.world.chain;
  }

  /** The rounds that the honest side knows of. */
  get known(): number {
    return this.#isAhead ? this.states.length - 1 : this.states.length;
  }

  split(round: number): Split {
    return this.states[round - 1] ?? [10n, 10n];
  }

  async #pay(amount: number, isHeard: boolean): Promise<void> {
    // Who has signed a state whose end it does not know, or a closing, signs nothing more.
    if (this.#isAhead || this.#closing !== undefined || this.chain.channel(idHex)?.state !== 'open') return;
    if (this.#isFrozen) return;
    const [one, other] = this.split(this.states.length);
    const next: Split = [one - BigInt(amount), other + BigInt(amount)];
    if (next[0] < 2n || next[1] < 2n) return;
    this.states.push(next);
    this.#isAhead = !isHeard;
    if (isHeard) await this.world.knows(this.states.length, next);
  }

  /** Who has signed what may still be posted signs nothing that it could undo, but the state that its watch shows to the chain. */
  get #isFrozen(): boolean {
    const { suspect } = this.#givenUp ?? {};
    if (suspect === undefined) return false;
    const hasTold = (type: WatchNotice['type']) => this.world.tells().includes(type);
    if (hasTold('overtaken')) return true;
    return !hasTold('buried') && this.states.length >= suspect.round;
  }

  async #giveUp(amount: number): Promise<void> {
    if (this.#givenUp !== undefined || this.#isAhead || this.#closing !== undefined) return;
    if (this.chain.channel(idHex)?.state !== 'open') return;
    const before = this.split(this.states.length);
    const after: Split = [before[0] - BigInt(amount), before[1]];
    if (after[0] < 2n) return;
    const round = this.states.length + 1;
    const nonce = this.#terms.nonce + 300n;
    const tx = await text(withdrawTx(era, BigInt(amount), BigInt(round), after, { nonce }), era, alice, bob);
    const suspect = {
      id: tx,
      isVoid: true,
      isCostly: true,
      round,
      payments: { initiator: 0, responder: 0 },
      initiatorAmount: `${after[0]}`,
      responderAmount: `${after[1]}`,
      stateHash: Buffer.from(hashOf(after, era)).toString('hex'),
      ttl: 0,
      tx,
    };
    this.#givenUp = { tx, suspect, before };
    this.world.watch.suspect([suspect]);
  }

  async #payload(how: Shown, pick: number) {
    const last = this.states.length;
    const round = how === 'ahead' || how === 'last' ? last : 2 + (pick % Math.max(1, last - 1));
    const split = this.split(round);
    const proof = proofOf(split);
    switch (how) {
      case 'chain':
        return { payload: none, proof: proofOf(this.split(1)) };
      case 'foreign': {
        const elsewhere = channelId(alice.signer.publicKey, 9n, bob.signer.publicKey);
        return { payload: await state(era, 90n, [18n, 2n], { channel: elsewhere }), proof: proofOf([18n, 2n]) };
      }
      case 'altered':
        return { payload: await state(era, 90n, [18n, 2n], { by: [alice, mallory] }), proof: proofOf([18n, 2n]) };
      case 'half':
        return { payload: await state(era, 90n, [18n, 2n], { by: [alice] }), proof: proofOf([18n, 2n]) };
      default:
        if (round < 2 || round > last) return undefined;
        return { payload: await state(era, BigInt(round), split), proof };
    }
  }

  async #post(tx: Parameters<typeof text>[0], ...by: Parameters<typeof text>[2][]): Promise<void> {
    await this.chain.post(await text(tx, era, ...by));
  }

  get #terms() {
    return { nonce: this.chain.nextNonce(Buffer.from(alice.signer.publicKey).toString('hex')) };
  }

  async #cheat(deed: Deed): Promise<void> {
    switch (deed.type) {
      case 'close':
      case 'slash': {
        const shown = await this.#payload(deed.with, deed.pick);
        if (shown === undefined) return;
        const make = deed.type === 'close' ? closeSoloTx : slashTx;
        return this.#post(make(shown.payload, shown.proof, this.#terms), alice);
      }
      case 'mutual': {
        if (deed.with === 'altered') return this.#post(closeMutualTx(era, [17n, 2n], this.#terms), alice, mallory);
        const [one, other] = this.split(this.known);
        if (this.#isAhead || this.#closing !== undefined) return;
        this.#closing = [one - 1n, other];
        return this.#post(closeMutualTx(era, this.#closing, this.#terms), alice, bob);
      }
      case 'settle': {
        const known = this.chain.channel(idHex);
        const right: Split = [known?.initiatorAmount ?? 0n, known?.responderAmount ?? 0n];
        return this.#post(settleTx(deed.with === 'right' ? right : [20n, 0n], this.#terms), alice);
      }
      case 'giveUp':
        return this.#giveUp(deed.amount);
      case 'postGivenUp':
        if (this.#givenUp !== undefined) await this.chain.post(this.#givenUp.tx);
        return;
      case 'deposit': {
        const by = deed.with === 'half' ? [alice] : [alice, mallory];
        return this.#post(depositTx(era, 5n, 91n, [23n, 2n], this.#terms), ...by);
      }
    }
  }

  async play(script: readonly Deed[]): Promise<void> {
    for (const deed of script) {
      if (this.chain.locked === 0n) break;
      if (deed.type === 'pay') await this.#pay(deed.amount, true);
      else if (deed.type === 'withhold') await this.#pay(deed.amount, false);
      else if (deed.type === 'restart') await this.world.restart();
      else if (deed.type === 'cut') this.world.faults.isAway = true;
      else if (deed.type === 'mine') await this.block();
      else await this.#cheat(deed);
    }
    this.world.faults.isAway = false;
  }

  /** A block, after the watch has looked, or was not able to. */
  async block(): Promise<void> {
    if (this.world.faults.isAway === true) this.#unheard += 1;
    if (this.#unheard > patience) this.world.faults.isAway = false;
    if (this.world.faults.isAway !== true) this.#unheard = 0;
    await this.world.idle();
    await this.chain.mine();
    const { suspect } = this.#givenUp ?? {};
    const known = this.chain.channel(idHex);
    if (known !== undefined && suspect?.stateHash === known.stateHash && known.round === BigInt(suspect.round))
      this.#isOvertaken = true;
  }

  /** The honest side has had enough, whatever was before. */
  async end(): Promise<void> {
    let isClosing = false;
    const close = async () => {
      isClosing = true;
      // What comes first in the block may have changed what there is to close with: then it is tried again.
      await this.world.watch.closeAlone().catch(() => undefined);
      isClosing = false;
    };
    for (let blocks = 0; this.chain.locked > 0n; blocks += 1) {
      if (blocks > 60) throw new Error(`Never settled: ${this.world.watch.machineState}`);
      if (!isClosing) void close();
      await this.block();
    }
    await this.world.idle();
  }

  /** What the honest side may end with, whatever the chain counted in the end: all of it is what it has signed. */
  get fair(): readonly bigint[] {
    // What had come after it was not certain, and nobody was told that it was.
    if (this.#isOvertaken) return [this.#givenUp?.before[1] ?? 0n];
    const last = this.split(this.known)[1];
    const signed = this.#isAhead ? [last, this.split(this.states.length)[1]] : [last];
    return this.#closing === undefined ? signed : [...signed, this.#closing[1]];
  }
}

it('whatever it does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deeds, { minLength: 3, maxLength: 25 }), async (script) => {
      const world = await World.open(era);
      const story = new Story(world);
      await world.knows(1, [10n, 10n]);
      await story.play(script);
      await story.end();
      // Each of the transactions of the honest side has cost it 1; they carry the nonces of its account.
      const fees = world.chain.account(bob.modern).nonce;
      const got = world.chain.balance(bob.modern) - (start - 10n) + fees;
      expect(story.fair).toContain(got);
      expect(everything(world.chain)).toBe(2n * start);
      expect(world.reports).toEqual([]);
      await world.watch.stop();
    }),
    { numRuns: 60 },
  );
}, 120_000);

it('with another channel of the same two beside it, what was signed there counts only there', async () => {
  const world = await World.open(era);
  await included(world.chain, await text(createTx(era, [10n, 10n], 2n), era, alice, bob));
  const there = channelId(alice.signer.publicKey, 2n, bob.signer.publicKey);
  const payload = await state(era, 7n, [18n, 2n], { channel: there });
  const reused = closeSoloTx(payload, proofOf([18n, 2n]), { nonce: 3n, channel: id });
  expect(await world.chain.post(await text(reused, era, alice))).toContain('another channel');
  await world.watch.stop();
});
