/**
 * The third hole: the final state had number 0 for one side, which no contract closes with. Here what is handed to the place of settlement has a payment's
 * number, at least 1, and the signatures of both over the very same `close`. (That the contract pays it out, with both numbers at least 1: `test/streaming/ton`.)
 */
import { fromHex } from '../../../src/bytes.ts';
import { verify } from '../../../src/keys/index.ts';
import { plain } from '../../../src/streaming/plain.ts';
import type { Channel } from '../../../src/streaming/scheme.ts';
import type { Proof } from '../../../src/streaming/settlement.ts';
import { Trust } from '../../../src/streaming/trust.ts';
import { Happened, usePayees } from '../world.ts';

let settled = new Happened<{ readonly channel: Channel; readonly proof: Proof }>();
const world = usePayees({
  settlement: new Trust('1000', (channel, proof) => settled.tell({ channel, proof })),
  limits: { lingerTimeout: 50 },
});
beforeEach(() => {
  settled = new Happened();
});

it('after the payment that leaves nothing', async () => {
  const [peer, purse] = [await world.peer(), await world.purse(1, { deposit: '10' })];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', await purse.pays(1));
  await peer.hearsOf('secret');
  const { channel, proof } = await settled.until(() => true);
  expect(channel).toEqual(purse.channel);
  expect(proof.standing).toEqual({ deposit: '10', sent: '10', sequence: 1 });
  const bytes = plain.bytes('close', channel, proof.standing);
  expect(await verify(fromHex(purse.key), bytes, fromHex(proof.payerSignature))).toBe(true);
  if (proof.payeeSignature !== '')
    expect(await verify(fromHex(world.payee()), bytes, fromHex(proof.payeeSignature))).toBe(true);
});

it('after a close that both want', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', await purse.pays(1));
  await peer.hearsOf('pay');
  peer.say('close', purse.key, await purse.sign('10', 2, 'close'), { sequence: 2, sent: '10' });
  const [event, payeeSignature] = await peer.hears();
  expect(event).toBe('closed');
  const bytes = plain.bytes('close', purse.channel, { deposit: '30', sent: '10', sequence: 2 });
  expect(await verify(fromHex(world.payee()), bytes, fromHex(`${payeeSignature}`))).toBe(true);
});

it('never with number 0', async () => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('close', purse.key, await purse.sign('0', 0, 'close'), { sequence: 0, sent: '0' });
  expect((await peer.hears()).slice(0, 2)).toEqual(['refused', 'close']);
  expect(settled.all).toEqual([]);
});
