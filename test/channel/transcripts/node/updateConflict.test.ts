/** "Update conflict": both start, neither update counts, both hear the last round that both have signed. */

import { alice, bob } from '../keys.ts';
import { info, type Peer } from '../peer.ts';
import { type Era, read, readOffChain, signTx } from '../transactions.ts';
import { type Balances, type Pair, useNode, variants } from './wscat.ts';

const node = useNode();

const beside = ({ variant: { era } }: Pair, from: typeof alice, to: typeof alice, amount: number) => {
  const update = { from: from.text(era), to: to.text(era), amount };
  return { update, beside: era === 'legacy' ? {} : { updates: [update] } };
};

const sign = (peer: Peer, key: typeof alice, tx: string, era: Era) =>
  peer.send({ action: 'update', payload: { tx: signTx(key, tx, era) } });

/**
 * Both start before either has signed. The text has the conflict there and then; the clients of the other dialect take it only when they have signed.
 * @returns what the initiator was asked to sign
 */
async function collide(pair: Pair, round: number): Promise<string> {
  const { initiator, responder, variant, channelText } = pair;
  const own = beside(pair, alice, bob, 1);
  const other = beside(pair, bob, alice, 1);
  initiator.send({ action: 'update', tag: 'new', payload: own.update });
  const tx = await initiator.hearsSign('update', own.beside);
  responder.send({ action: 'update', tag: 'new', payload: other.update });
  if (variant.dialect === 'epoch') {
    const otherTx = await responder.hearsSign('update', other.beside);
    await initiator.hearsNothing();
    await responder.hearsNothing();
    sign(initiator, alice, tx, variant.era);
    sign(responder, bob, otherTx, variant.era);
  }
  const conflict = { action: 'conflict', payload: { channel_id: channelText, round } };
  await initiator.hears(conflict);
  await responder.hears(conflict);
  await initiator.hearsNothing();
  await responder.hearsNothing();
  return tx;
}

test.each(variants)('a conflict reverts to the round before in dialect $dialect with $era keys', async (variant) => {
  const pair = await node.open(variant);
  let balances: Balances = pair.balances;
  await collide(pair, 1);
  balances = await node.update(pair, balances, { round: 2n, starter: 'responder', from: 'initiator', amount: 1n });
  await collide(pair, 2);
  await collide(pair, 2);
  await node.update(pair, balances, { round: 3n, starter: 'initiator', from: 'initiator', amount: 1n });
});

test('one starts while the other has signed already: the one hears of the conflict, whatever it was asked', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  const { initiator, responder, channelText } = pair;
  const own = beside(pair, alice, bob, 1);
  const other = beside(pair, bob, alice, 1);
  initiator.send({ action: 'update', tag: 'new', payload: own.update });
  const tx = await initiator.hearsSign('update');
  sign(initiator, alice, tx, 'legacy');
  await responder.hears(info('update'));
  expect(await responder.hearsSign('update_ack')).toBe(tx);
  responder.send({ action: 'update', tag: 'new', payload: other.update });
  const conflict = { action: 'conflict', payload: { channel_id: channelText, round: 1 } };
  await responder.hears(conflict);
  await initiator.hears(conflict);
  await responder.hearsNothing();
  await initiator.hearsNothing();
  await node.update(pair, pair.balances, { round: 2n, starter: 'initiator', from: 'initiator', amount: 1n });
});

test('a signature that comes after the conflict is dropped', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  const { initiator, responder } = pair;
  const tx = await collide(pair, 1);
  sign(initiator, alice, tx, 'legacy');
  responder.send({ action: 'update_ack', payload: { tx: signTx(bob, tx, 'legacy') } });
  await initiator.hearsNothing();
  await responder.hearsNothing();
  await node.update(pair, pair.balances, { round: 2n, starter: 'responder', from: 'responder', amount: 1n });
});

test('it is a conflict too when both want the same', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  const { initiator, responder, channelText } = pair;
  const { update } = beside(pair, alice, bob, 1);
  const conflict = { action: 'conflict', payload: { channel_id: channelText, round: 1 } };
  initiator.send({ action: 'update', tag: 'new', payload: update });
  await initiator.hearsSign('update');
  responder.send({ action: 'update', tag: 'new', payload: update });
  await initiator.hears(conflict);
  await responder.hears(conflict);
});

test('a second update of the same party is no conflict: it waits', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  const { initiator, responder } = pair;
  const { update } = beside(pair, alice, bob, 1);
  initiator.send({ action: 'update', tag: 'new', payload: update });
  const tx = await initiator.hearsSign('update');
  initiator.send({ action: 'update', tag: 'new', payload: update });
  await initiator.hearsNothing();
  sign(initiator, alice, tx, 'legacy');
  await responder.hears(info('update'));
  await responder.hearsSign('update_ack');
  responder.send({ action: 'update_ack', payload: { tx: signTx(bob, tx, 'legacy') } });
  await initiator.hears(info('update_finalized'));
  await responder.hears(info('update_finalized'));
  const { round } = readOffChain(read('tx', await initiator.hearsSign('update'), 'legacy'), 'legacy');
  expect(round).toBe(3n);
});
