/** The way to the chain is not always there, and what was posted may never arrive: the slash still comes. */
import { closeSoloTx, idHex, included, proofOf, type Split, slashTx, state, text } from '../chain/dispute.ts';
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

const roundOnChain = async () => {
  await world.chain.mine();
  return world.chain.lastOf(idHex)?.round;
};

it('what the chain never heard of is posted again, the very same', async () => {
  world.faults.isDeaf = true;
  await world.look('disputing.resting');
  expect(await roundOnChain()).toBe(2n);
  world.faults.isDeaf = false;
  await world.look('disputing.resting');
  expect(await roundOnChain()).toBe(5n);
  expect(world.tells()).toEqual(['soloClosed', 'disputed']);
});

it('what could not be posted is posted when the chain is back, signed once', async () => {
  let signatures = 0;
  world.signer = {
    publicKey: bob.signer.publicKey,
    sign: (bytes, signal) => {
      signatures += 1;
      world.faults.isAway = true;
      return bob.signer.sign(bytes, signal);
    },
  };
  await world.restart();
  await world.look('disputing.resting');
  expect(await roundOnChain()).toBe(2n);
  await world.look('disputing.resting');
  world.faults.isAway = false;
  await world.look('disputing.resting');
  expect(await roundOnChain()).toBe(5n);
  expect(signatures).toBe(1);
});

it('what the chain refuses is written anew: another transaction had taken its nonce', async () => {
  world.faults.isDeaf = true;
  await world.look('disputing.resting');
  world.faults.isDeaf = false;
  const other = slashTx(await state('modern', 4n, [4n, 16n]), proofOf([4n, 16n]), { from: bob, nonce: 1n });
  await included(world.chain, await text(other, 'modern', bob));
  await world.look('disputing.resting');
  expect(world.told.at(-1)).toMatchObject({ type: 'hindered' });
  await world.look('disputing.resting');
  expect(await roundOnChain()).toBe(5n);
});

it('a signer that does not want it now is asked again', async () => {
  let isWilling = false;
  world.signer = {
    publicKey: bob.signer.publicKey,
    sign: (bytes, signal) => (isWilling ? bob.signer.sign(bytes, signal) : Promise.reject(new Error('Not now.'))),
  };
  await world.restart();
  await world.look('disputing.resting');
  expect(world.told.at(-1)).toEqual({ type: 'hindered', reason: 'Not now.' });
  isWilling = true;
  await world.look('disputing.resting');
  expect(await roundOnChain()).toBe(5n);
});

it('who is told that something has happened looks at once', async () => {
  world.faults.isAway = true;
  await world.look('watching.resting');
  world.faults.isAway = false;
  world.watch.look();
  await world.until('disputing.resting');
  expect(await roundOnChain()).toBe(5n);
});
