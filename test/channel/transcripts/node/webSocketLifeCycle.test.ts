/** "WebSocket life cycle": all three steps on one pair of sockets, and what ends it before its time. */

import { alice, bob, carol } from '../keys.ts';
import { info, type Peer } from '../peer.ts';
import { signTx } from '../transactions.ts';
import { query, textTerms, useNode, variants } from './wscat.ts';

const node = useNode();

test.each(variants)(
  'open, update, error, conflict, message and close in dialect $dialect with $era keys',
  async (variant) => {
    const pair = await node.open(variant);
    const { initiator, responder, channelText } = pair;
    const [from, to] = [alice.text(variant.era), bob.text(variant.era)];
    let { balances } = pair;
    balances = await node.update(pair, balances, { round: 2n, starter: 'initiator', from: 'initiator', amount: 2n });
    balances = await node.update(pair, balances, { round: 3n, starter: 'responder', from: 'responder', amount: 3n });
    const request = { action: 'update', payload: { amount: 10000, from, to }, tag: 'new' };
    initiator.send(request);
    await initiator.hears({ action: 'error', payload: { reason: 'insufficient_balance', request } });
    initiator.send({ action: 'message', payload: { info: 'hejsan', to } });
    await responder.hears({
      action: 'message',
      payload: { message: { channel_id: channelText, from, to, info: 'hejsan' } },
    });
    responder.send({ action: 'shutdown', payload: {} });
    const close = await responder.hearsSign('shutdown_sign');
    responder.send({ action: 'shutdown_sign', payload: { tx: signTx(bob, close, variant.era) } });
    expect(await initiator.hearsSign('shutdown_sign_ack')).toBe(close);
    initiator.send({ action: 'shutdown_sign_ack', payload: { tx: signTx(alice, close, variant.era) } });
    for (const peer of [initiator, responder]) {
      await peer.hearsOnChainTx();
      if (variant.dialect === 'epoch') await peer.hears(info('close_mutual'));
      await peer.hears(info('died'));
      await peer.hearsTheEnd();
    }
  },
);

test('what is sent comes pretty-printed too', async () => {
  const { initiator, responder } = await node.open({ dialect: 'epoch', era: 'legacy' });
  const [from, to] = [alice.text('legacy'), bob.text('legacy')];
  initiator.send(JSON.stringify({ action: 'update', tag: 'new', payload: { from, to, amount: 1 } }, undefined, 2));
  const tx = await initiator.hearsSign('update');
  initiator.send(JSON.stringify({ action: 'update', payload: { tx: signTx(alice, tx, 'legacy') } }, undefined, 2));
  await responder.hears(info('update'));
  expect(await responder.hearsSign('update_ack')).toBe(tx);
});

test('each party is spoken to as it came', async () => {
  const [text, , epoch] = variants;
  if (text === undefined || epoch === undefined) throw new Error('no variants');
  const initiator = await node.wscat(query(text, 'initiator', { ...textTerms, push_amount: 0 }));
  const responder = await node.wscat(query(epoch, 'responder', { ...textTerms, push_amount: 0 }));
  await initiator.hears(info('channel_accept'));
  await responder.hears(info('channel_open'));
  const tx = await initiator.hearsSign('initiator_signed');
  initiator.send({ action: 'initiator_signed', payload: { tx: signTx(alice, tx, 'legacy') } });
  await responder.hears(info('funding_created'));
  expect(await responder.hearsSign('responder_sign')).toBe(tx);
  responder.send({ action: 'responder_sign', payload: { tx: signTx(bob, tx, 'legacy') } });
  await initiator.hears(info('funding_signed'));
  const createTx = await initiator.hearsOnChainTx();
  await responder.hearsOnChainTx();
  await node.chain().mine(5);
  const locked = [info('own_funding_locked'), info('funding_locked'), info('open')];
  await initiator.hears(...locked);
  await responder.hears(...locked, { action: 'update', payload: { state: createTx } });
  responder.send({ action: 'shutdown' });
  const close = await responder.hearsSign('shutdown_sign');
  responder.send({ action: 'shutdown_sign', payload: { tx: signTx(bob, close, 'legacy') } });
  expect(await initiator.hearsSign('shutdown_sign_ack')).toBe(close);
  initiator.send({ action: 'shutdown_sign_ack', payload: { tx: signTx(alice, close, 'legacy') } });
  await initiator.hearsOnChainTx();
  await initiator.hears(info('died'));
  await responder.hearsOnChainTx();
  await responder.hears(info('close_mutual'), info('died'));
});

/** Closed without a word of the protocol. */
const turnedAway = async (peer: Peer) => expect(await peer.hearsTheEnd()).not.toBe(1000);

test('a query that lacks something, or has nonsense for it, is turned away', async () => {
  const whole = new URLSearchParams(query({ dialect: 'text', era: 'legacy' }, 'initiator'));
  const optional = ['ttl'];
  for (const [name] of whole) {
    const lacking = new URLSearchParams(whole);
    lacking.delete(name);
    const nonsense = new URLSearchParams(whole);
    nonsense.set(name, name === 'host' ? '' : '-1');
    if (!optional.includes(name)) await turnedAway(await node.wscat(lacking.toString()));
    await turnedAway(await node.wscat(nonsense.toString()));
  }
  const peer = await node.wscat(whole.toString());
  await peer.hearsNothing();
  expect(peer.socket.readyState).toBe(peer.socket.OPEN);
});

test('a third on a taken place is turned away, and the two hear nothing of it', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  await turnedAway(await node.wscat(query(pair.variant, 'initiator')));
  await pair.initiator.hearsNothing();
  await pair.responder.hearsNothing();
  await node.update(pair, pair.balances, { round: 2n, starter: 'initiator', from: 'initiator', amount: 1n });
});

test('terms that differ are not a pair', async () => {
  const variant = { dialect: 'text', era: 'legacy' } as const;
  const initiator = await node.wscat(query(variant, 'initiator'));
  const responder = await node.wscat(query(variant, 'responder', { ...textTerms, lock_period: 11 }));
  await turnedAway(responder);
  expect(initiator.socket.readyState === initiator.socket.OPEN || (await initiator.hearsTheEnd()) !== 1000).toBe(true);
});

test('nobody signs for a stranger', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  pair.initiator.send({ action: 'shutdown' });
  const close = await pair.initiator.hearsSign('shutdown_sign');
  pair.initiator.send({ action: 'shutdown_sign', payload: { tx: signTx(carol, close, 'legacy') } });
  pair.initiator.send({ action: 'shutdown_sign', payload: { tx: signTx(bob, close, 'legacy') } });
  pair.initiator.send({ action: 'shutdown_sign', payload: { tx: pair.createTx } });
  await pair.responder.hearsNothing();
});

test('who does not sign in time has begun nothing: the money of both is as it was', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' }, { ...textTerms, ...{ timeout_sign: 500 } });
  const [from, to] = [alice.text('legacy'), bob.text('legacy')];
  pair.initiator.send({ action: 'update', tag: 'new', payload: { from, to, amount: 1 } });
  const tx = await pair.initiator.hearsSign('update');
  await pair.initiator.hears({ action: 'conflict', payload: { channel_id: pair.channelText, round: 1 } });
  pair.initiator.send({ action: 'update', payload: { tx: signTx(alice, tx, 'legacy') } });
  await pair.initiator.hearsNothing();
});
