/** "At any time the latest state can be used for unilaterally closing the channel": who closes with an older one gains nothing by it. */
import {
  closeMutualTx,
  closeSoloTx,
  eras,
  everything,
  included,
  none,
  proofOf,
  type Split,
  settleTx,
  slashTx,
  start,
  state,
  text,
  what,
} from '../chain/dispute.ts';
import { alice, bob } from '../node/world.ts';
import { World } from './world.ts';

const old: Split = [9n, 11n];
const newest: Split = [3n, 17n];

describe.each(eras)('with %s encodings', (era) => {
  let world: World;
  beforeEach(async () => {
    world = await World.open(era);
    await world.knows(1, [10n, 10n]);
    await world.knows(5, newest);
    await world.until('watching.resting');
  });
  afterEach(async () => {
    await world.watch.stop();
    expect(world.reports).toEqual([]);
  });

  const closesWith = async (round: bigint, split: Split) =>
    included(
      world.chain,
      await text(closeSoloTx(await state(era, round, split), proofOf(split), { nonce: 2n }), era, alice),
    );

  it('a stale close is slashed, and settled to the unit', async () => {
    await closesWith(2n, old);
    await world.look('disputing.resting');
    await world.chain.mine();
    await world.look('awaitingLockPeriod.resting');
    await world.chain.mine(5);
    await world.look('settling.resting');
    await world.chain.mine();
    await world.look('settled');
    expect(what(world.chain)).toEqual({
      alice: start - 11n - 1n + 3n,
      bob: start - 10n - 2n + 17n,
      locked: 0n,
      fees: 4n,
      burnt: 0n,
    });
    expect(everything(world.chain)).toBe(2n * start);
    expect(world.told).toEqual([
      { type: 'soloClosed', round: 2 },
      { type: 'disputed', round: 5, stale: 2 },
      { type: 'soloClosed', round: 5 },
      { type: 'settled', paid: { initiatorAmount: 3n, responderAmount: 17n } },
    ]);
  });

  it('a close with the state that the chain has is slashed too', async () => {
    await included(world.chain, await text(closeSoloTx(none, proofOf([10n, 10n]), { nonce: 2n }), era, alice));
    await world.look('disputing.resting');
    await world.chain.mine();
    expect(world.tells()).toEqual(['soloClosed', 'disputed']);
    await world.look('awaitingLockPeriod.resting');
  });

  it('a close with the last state is left alone, and settled', async () => {
    await closesWith(5n, newest);
    await world.look('awaitingLockPeriod.resting');
    await world.chain.mine(5);
    await world.look('settling.resting');
    await world.chain.mine();
    await world.look('settled');
    expect(world.tells()).toEqual(['soloClosed', 'settled']);
  });

  it('a close with a state that only the other has with both signatures counts: we have signed it', async () => {
    await closesWith(6n, [2n, 18n]);
    await world.look('awaitingLockPeriod.resting');
    await world.chain.mine(5);
    await world.look('settling.resting');
    await world.chain.mine();
    await world.look('settled');
    expect(world.told.at(-1)).toEqual({ type: 'settled', paid: { initiatorAmount: 2n, responderAmount: 18n } });
  });

  it('a state that comes while the stale one waits is shown as well', async () => {
    await closesWith(5n, newest);
    await world.look('awaitingLockPeriod.resting');
    await world.knows(7, [1n, 19n]);
    await world.look('disputing.resting');
    await world.chain.mine();
    await world.look('awaitingLockPeriod.resting');
    expect(world.told.at(-2)).toEqual({ type: 'disputed', round: 7, stale: 5 });
  });

  it('who slashes and settles may be the other as well', async () => {
    await closesWith(2n, old);
    const slash = slashTx(await state(era, 5n, newest), proofOf(newest), { from: bob, nonce: 1n });
    await included(world.chain, await text(slash, era, bob));
    await world.look('awaitingLockPeriod.resting');
    await world.chain.mine(5);
    await included(world.chain, await text(settleTx(newest, { nonce: 3n }), era, alice));
    await world.look('settled');
    expect(world.told.at(-1)).toEqual({ type: 'settled', paid: { initiatorAmount: 3n, responderAmount: 17n } });
  });

  it('late is better than never: a slash is tried even when the lock period is over', async () => {
    await closesWith(2n, old);
    await world.chain.mine(20);
    await world.look('disputing.resting');
    await world.chain.mine();
    await world.look('awaitingLockPeriod.resting');
  });

  it('a chain that does not take it any more pays out what there is', async () => {
    await closesWith(2n, old);
    await world.chain.mine(20);
    world.faults.refusal = 'It is too late.';
    await world.look('settling.resting');
    expect(world.tells()).toEqual(['soloClosed', 'disputed', 'hindered', 'hindered']);
  });

  it('a channel that both have closed is over', async () => {
    const { chain } = world;
    await included(chain, await text(closeMutualTx(era, [3n, 16n], { nonce: 2n }), era, alice, bob));
    await world.look('settled');
    expect(world.told).toEqual([{ type: 'settled', paid: undefined }]);
    await world.watch.ended;
  });
});
