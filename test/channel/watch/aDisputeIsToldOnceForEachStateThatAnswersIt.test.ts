/** An answer may need more than one try, by a signer or by the chain: the app is told of the dispute once, and again for a later state. */
import { closeSoloTx, included, proofOf, type Split, slashTx, state, text } from '../chain/dispute.ts';
import { alice, bob } from '../node/world.ts';
import { World } from './world.ts';

const old: Split = [9n, 11n];
const newest: Split = [3n, 17n];

let world: World;
beforeEach(async () => {
  world = await World.open();
  await world.knows(5, newest);
  await world.until('watching.resting');
  const close = closeSoloTx(await state('modern', 2n, old), proofOf(old), { nonce: 2n });
  await included(world.chain, await text(close, 'modern', alice));
});
afterEach(async () => {
  await world.watch.stop();
  expect(world.reports).toEqual([]);
});

const disputes = () => world.told.filter(({ type }) => type === 'disputed');

it('a signer that does not want it is asked again, and the app hears of each refusal', async () => {
  world.signer = { publicKey: bob.signer.publicKey, sign: () => Promise.reject(new Error('Not now.')) };
  await world.restart();
  for (let looks = 0; looks < 3; looks += 1) await world.idle();
  expect(world.tells()).toEqual(['soloClosed', 'disputed', 'hindered', 'hindered', 'hindered']);
});

it('what the chain does not take is written anew', async () => {
  world.faults.isDeaf = true;
  await world.look('disputing.resting');
  world.faults.isDeaf = false;
  const other = slashTx(await state('modern', 4n, [4n, 16n]), proofOf([4n, 16n]), { from: bob, nonce: 1n });
  await included(world.chain, await text(other, 'modern', bob));
  await world.look('disputing.resting');
  await world.look('disputing.resting');
  await world.chain.mine();
  await world.look('awaitingLockPeriod.resting');
  expect(disputes()).toEqual([{ type: 'disputed', round: 5, stale: 2 }]);
});

it('a later state is another answer', async () => {
  await world.look('disputing.resting');
  await world.knows(7, [1n, 19n]);
  await world.look('disputing.resting');
  expect(disputes()).toEqual([
    { type: 'disputed', round: 5, stale: 2 },
    { type: 'disputed', round: 7, stale: 2 },
  ]);
});
