/** What both have signed to close, and one has kept: it can be posted later as long as its nonce is free, its ttl not over, and the amounts are all there is. */
import { alice, bob } from '../node/world.ts';
import {
  asText,
  closeMutualTx,
  closeSoloTx,
  depositTx,
  eras,
  idHex,
  included,
  opened,
  proofOf,
  type Split,
  signedBy,
  snapshotTx,
  state,
  text,
  what,
} from './dispute.ts';

const split: Split = [9n, 11n];

describe.each(eras)('in the %s era', (era) => {
  it('half of it is worth nothing, however late', async () => {
    const chain = await opened(era);
    const half = asText(await signedBy(closeMutualTx(era, [9n, 10n], { nonce: 2n }), era, [bob]), era);
    expect(await chain.post(half)).toContain('not two signatures');
    await chain.mine(10);
    expect(await chain.post(half)).toContain('not two signatures');
  });

  it('once its nonce is used it is worth nothing', async () => {
    const chain = await opened(era);
    const old = await text(closeMutualTx(era, [9n, 10n], { nonce: 2n }), era, alice, bob);
    await included(chain, await text(snapshotTx(await state(era, 2n, split), { nonce: 2n }), era, alice));
    expect(await chain.post(old)).toContain('nonce 2 of the initiator is used already');
  });

  it('once there is more or less in the channel it is worth nothing', async () => {
    const chain = await opened(era);
    const old = await text(closeMutualTx(era, [9n, 10n], { nonce: 7n }), era, alice, bob);
    await included(chain, await text(depositTx(era, 3n, 2n, [10n, 13n], { from: bob, nonce: 1n }), era, alice, bob));
    expect(await chain.post(old)).toContain('not what lies in the channel');
  });

  it('once its ttl is over it is worth nothing, also in the mempool', async () => {
    const chain = await opened(era);
    const old = await text(closeMutualTx(era, [9n, 10n], { nonce: 2n, ttl: 3n }), era, alice, bob);
    await chain.mine(2);
    expect(chain.height).toBe(3);
    expect(await chain.post(old)).toContain('ttl is over');
    expect(chain.channel(idHex)).toMatchObject({ state: 'open' });
  });

  it('until then it is worth what both have signed, also in a dispute', async () => {
    const chain = await opened(era);
    const old = await text(closeMutualTx(era, [5n, 14n], { nonce: 7n }), era, alice, bob);
    await included(
      chain,
      await text(closeSoloTx(await state(era, 2n, split), proofOf(split), { nonce: 2n }), era, alice),
    );
    await included(chain, old);
    expect(chain.channel(idHex)).toBeUndefined();
    expect(what(chain)).toMatchObject({ alice: 989n - 1n + 5n, bob: 990n + 14n, locked: 0n });
  });
});
