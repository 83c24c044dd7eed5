/** One party closes with an old state, the other slashes it with a newer one, and what the newest says is paid out once the lock period is over. */

import { toHex } from '../../../src/bytes.ts';
import { alice, bob } from '../node/world.ts';
import {
  channelOf,
  closeSoloTx,
  depositTx,
  eras,
  everything,
  hashOf,
  idHex,
  included,
  none,
  opened,
  proofOf,
  type Split,
  settleTx,
  slashTx,
  snapshotTx,
  state,
  text,
  what,
  withdrawTx,
} from './dispute.ts';

const old: Split = [9n, 11n];
const newest: Split = [3n, 17n];

describe.each(eras)('in the %s era', (era) => {
  it('a stale closing is slashed, and settled to the unit', async () => {
    const chain = await opened(era);
    const told: string[] = [];
    chain.watchChannel(idHex, ({ kind, round, height }) => told.push(`${kind} of round ${round} at ${height}`));
    const closing = closeSoloTx(await state(era, 2n, old), proofOf(old), { nonce: 2n });
    await included(chain, await text(closing, era, alice));
    expect(channelOf(chain)).toMatchObject({
      state: 'closing',
      round: 2n,
      initiatorAmount: 9n,
      responderAmount: 11n,
      lockedUntil: 7n,
      stateHash: toHex(hashOf(old, era)),
    });
    await chain.mine(4);
    const slash = slashTx(await state(era, 5n, newest), proofOf(newest), { from: bob, nonce: 1n });
    await included(chain, await text(slash, era, bob));
    expect(channelOf(chain)).toMatchObject({ round: 5n, initiatorAmount: 3n, responderAmount: 17n, lockedUntil: 12n });
    const settle = await text(settleTx(newest, { nonce: 3n }), era, alice);
    await chain.mine(3);
    expect(await chain.post(settle)).toContain('locked until block 12');
    await chain.mine();
    await included(chain, settle);
    expect(chain.channel(idHex)).toBeUndefined();
    expect(what(chain)).toEqual({ alice: 989n - 2n + 3n, bob: 990n - 1n + 17n, locked: 0n, fees: 4n, burnt: 0n });
    expect(told).toEqual(['closeSolo of round 2 at 2', 'slash of round 5 at 7', 'settle of round 5 at 12']);
    expect(chain.lastOf(idHex)).toMatchObject({ kind: 'settle', height: 12 });
  });

  it('a channel is closed with the state that the chain knows', async () => {
    const chain = await opened(era);
    await included(chain, await text(closeSoloTx(none, proofOf([10n, 10n]), { from: bob, nonce: 1n }), era, bob));
    expect(channelOf(chain)).toMatchObject({ round: 1n, initiatorAmount: 10n, responderAmount: 10n });
    await chain.mine(4);
    await included(chain, await text(settleTx([10n, 10n], { from: bob, nonce: 2n }), era, bob));
    expect(what(chain)).toMatchObject({ alice: 999n, bob: 998n, locked: 0n });
  });

  it('a deposit and a withdrawal move what is said, and their state counts', async () => {
    const chain = await opened(era);
    await included(chain, await text(depositTx(era, 7n, 2n, [17n, 10n], { nonce: 2n }), era, alice, bob));
    expect(channelOf(chain)).toMatchObject({ amount: 27n, round: 2n, state: 'open' });
    await included(chain, await text(withdrawTx(era, 4n, 3n, [17n, 6n], { from: bob, nonce: 1n }), era, alice, bob));
    expect(channelOf(chain)).toMatchObject({ amount: 23n, round: 3n });
    expect(what(chain)).toEqual({ alice: 989n - 8n, bob: 990n + 3n, locked: 23n, fees: 3n, burnt: 0n });
    await included(chain, await text(closeSoloTx(none, proofOf([17n, 6n]), { nonce: 3n }), era, alice));
    await chain.mine(4);
    await included(chain, await text(settleTx([17n, 6n], { nonce: 4n }), era, alice));
    expect(what(chain)).toEqual({ alice: 981n - 2n + 17n, bob: 993n + 6n, locked: 0n, fees: 5n, burnt: 0n });
  });

  it('a snapshot keeps anybody from closing with an older state', async () => {
    const chain = await opened(era);
    await included(chain, await text(snapshotTx(await state(era, 4n, newest), { from: bob, nonce: 1n }), era, bob));
    expect(channelOf(chain)).toMatchObject({ state: 'open', round: 4n });
    const stale = closeSoloTx(await state(era, 3n, old), proofOf(old), { nonce: 2n });
    expect(await chain.post(await text(stale, era, alice))).toContain('the chain knows a later one');
    await included(chain, await text(closeSoloTx(none, proofOf(newest), { nonce: 2n }), era, alice));
    expect(channelOf(chain)).toMatchObject({ round: 4n, initiatorAmount: 3n });
  });

  it('what a state leaves to nobody is burnt when it is settled', async () => {
    const chain = await opened(era);
    const less: Split = [8n, 9n];
    await included(
      chain,
      await text(closeSoloTx(await state(era, 2n, less), proofOf(less), { nonce: 2n }), era, alice),
    );
    await chain.mine(4);
    await included(chain, await text(settleTx(less, { nonce: 3n }), era, alice));
    expect(what(chain)).toMatchObject({ locked: 0n, burnt: 3n });
    expect(everything(chain)).toBe(2_000n);
  });
});
