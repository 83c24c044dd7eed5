/** "Channel open": from the two calls of wscat to the info that the channel is open. */

import { alice, bob } from '../keys.ts';
import { info } from '../peer.ts';
import { read, readCreate, readSigned, signTx } from '../transactions.ts';
import { query, textTerms, useNode, variants } from './wscat.ts';

const node = useNode();

test.each(variants)('a channel opens in dialect $dialect with $era keys', async (variant) => {
  await node.open(variant);
});

test('the two calls of wscat as they are printed, keys and all', async () => {
  const keys =
    'initiator=ak$4Kr76woCtc3ehZ45K1sCrmgKX6gnh7qGhjSU1GZYqfLTTjtCgn&responder=ak$35Wxqf2cbzQF5hEV1j9AdXQFTMxqKCwM7iMKNGcqSv47MXAj68';
  const rest = 'lock_period=10&push_amount=3&initiator_amount=10&responder_amount=10&channel_reserve=2&ttl=1000';
  const initiator = await node.wscat(`${keys}&${rest}&host=localhost&port=1234&role=initiator`);
  const responder = await node.wscat(`${keys}&${rest}&port=1234&role=responder`);
  await initiator.hears(info('channel_accept'));
  await responder.hears(info('channel_open'));
  const { stateHash: _, ...create } = readCreate(
    read('tx', await initiator.hearsSign('initiator_signed'), 'legacy'),
    'legacy',
  );
  expect(create).toEqual({
    initiator: 'b5e1c3a20a82dee07197d48c29d3969c4619f4043bd2613d8f02d0dddccc094a',
    initiatorAmount: 10n,
    responder: '11a5ce6d995cb892f6d54445da894b32384a39e9588192c9bd31da0d64cff265',
    responderAmount: 10n,
    channelReserve: 2n,
    lockPeriod: 10n,
    ttl: 1000n,
    fee: 1n,
    nonce: 1n,
  });
});

test('it does not matter who comes first', async () => {
  const variant = { dialect: 'text', era: 'legacy' } as const;
  const responder = await node.wscat(query(variant, 'responder'));
  await responder.hearsNothing();
  const initiator = await node.wscat(query(variant, 'initiator'));
  await initiator.hears(info('channel_accept'));
  await responder.hears(info('channel_open'));
  await initiator.hearsSign('initiator_signed');
});

test.each([0, 1, 9])('a depth of %d that the query asks for', async (depth) => {
  const variant = { dialect: 'text', era: 'legacy' } as const;
  await node.open(variant, { ...textTerms, ...{ minimum_depth: depth } }, depth);
});

test('what was signed is not in the chain before a block is made', async () => {
  const variant = { dialect: 'text', era: 'legacy' } as const;
  const before = node.chain().height;
  const { createTx } = await node.open(variant);
  const { th } = readSigned(createTx, 'legacy');
  expect(await node.curl(th)).toMatchObject({ block_height: before + 1 });
  expect(node.chain().height).toBe(before + 5);
  expect(node.chain().locked).toBe(20n);
  expect(node.chain().fees).toBe(1n);
});

test('a signature of somebody else is none', async () => {
  const variant = { dialect: 'text', era: 'legacy' } as const;
  const initiator = await node.wscat(query(variant, 'initiator'));
  const responder = await node.wscat(query(variant, 'responder'));
  await responder.hears(info('channel_open'));
  await initiator.hears(info('channel_accept'));
  const unsigned = await initiator.hearsSign('initiator_signed');
  initiator.send({ action: 'initiator_signed', payload: { tx: signTx(bob, unsigned, 'legacy') } });
  await responder.hearsNothing();
  initiator.send({ action: 'initiator_signed', payload: { tx: unsigned } });
  await responder.hearsNothing();
  initiator.send({ action: 'responder_signed', payload: { tx: signTx(alice, unsigned, 'legacy') } });
  await responder.hearsNothing();
});

test('both forms of a signature of today are taken', async () => {
  const variant = { dialect: 'text', era: 'modern' } as const;
  const initiator = await node.wscat(query(variant, 'initiator'));
  const responder = await node.wscat(query(variant, 'responder'));
  await initiator.hears(info('channel_accept'));
  await responder.hears(info('channel_open'));
  const unsigned = await initiator.hearsSign('initiator_signed');
  initiator.send({ action: 'initiator_signed', payload: { tx: signTx(alice, unsigned, 'modern', 'network') } });
  await responder.hears(info('funding_created'));
  await responder.hearsSign('responder_signed');
  responder.send({ action: 'responder_signed', payload: { tx: signTx(bob, unsigned, 'modern', 'networkHash') } });
  await initiator.hears(info('funding_signed'));
  await initiator.hearsOnChainTx();
});
