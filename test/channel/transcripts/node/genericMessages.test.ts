/** "Generic messages": anytime, by any of the participants. */

import { alice, bob, carol } from '../keys.ts';
import { info } from '../peer.ts';
import { channelIdOf, signTx, write } from '../transactions.ts';
import { query, useNode, variants } from './wscat.ts';

const node = useNode();

const sent = (to: string, told: string) => ({ action: 'message', payload: { info: told, to } });
const told = (channel_id: string, from: string, to: string, what: string) => ({
  action: 'message',
  payload: { message: { channel_id, from, to, info: what } },
});

test.each(variants)('messages both ways in dialect $dialect with $era keys', async (variant) => {
  const { initiator, responder, channelText } = await node.open(variant);
  const [from, to] = [alice.text(variant.era), bob.text(variant.era)];
  for (const what of ['hejsan', '', '{"a":1}', 'snö ❄ 🂡\n"\\', 'x'.repeat(10_000)]) {
    initiator.send(sent(to, what));
    await responder.hears(told(channelText, from, to, what));
    responder.send(sent(from, what));
    await initiator.hears(told(channelText, to, from, what));
  }
  await initiator.hearsNothing();
  await responder.hearsNothing();
});

test('during an update, to and from either', async () => {
  const { initiator, responder, channelText } = await node.open({ dialect: 'text', era: 'legacy' });
  const [from, to] = [alice.text('legacy'), bob.text('legacy')];
  const both = async () => {
    initiator.send(sent(to, 'hejsan'));
    await responder.hears(told(channelText, from, to, 'hejsan'));
    responder.send(sent(from, 'hejsan'));
    await initiator.hears(told(channelText, to, from, 'hejsan'));
  };
  initiator.send({ action: 'update', tag: 'new', payload: { from, to, amount: 1 } });
  const tx = await initiator.hearsSign('update');
  await both();
  initiator.send({ action: 'update', payload: { tx: signTx(alice, tx, 'legacy') } });
  await responder.hears(info('update'));
  await responder.hearsSign('update_ack');
  await both();
  responder.send({ action: 'update_ack', payload: { tx: signTx(bob, tx, 'legacy') } });
  await initiator.hears(info('update_finalized'));
  await responder.hears(info('update_finalized'));
  initiator.send({ action: 'shutdown' });
  await initiator.hearsSign('shutdown_sign');
  await both();
});

test('before the channel is open', async () => {
  const variant = { dialect: 'text', era: 'legacy' } as const;
  const initiator = await node.wscat(query(variant, 'initiator'));
  const responder = await node.wscat(query(variant, 'responder'));
  await initiator.hears(info('channel_accept'));
  await responder.hears(info('channel_open'));
  await initiator.hearsSign('initiator_signed');
  const [from, to] = [alice.text('legacy'), bob.text('legacy')];
  const id = write('ch', Buffer.from(channelIdOf(alice.bytes, 1n, bob.bytes), 'hex'), 'legacy');
  initiator.send(sent(to, 'hejsan'));
  await responder.hears(told(id, from, to, 'hejsan'));
});

test('to nobody in the channel', async () => {
  const { initiator, responder } = await node.open({ dialect: 'text', era: 'legacy' });
  const request = sent(carol.text('legacy'), 'hejsan');
  initiator.send(request);
  await initiator.hears({ action: 'error', payload: { reason: 'unknown_recipient', request } });
  await responder.hearsNothing();
});
