/** "Update error": the reason, and the request as it was sent; the channel is as before. */
import { alice, bob, carol } from '../keys.ts';
import { type Pair, textTerms, useNode, variants } from './wscat.ts';

const node = useNode();

/** The node answers a request with an error, and with nothing else. */
async function refuses({ initiator, responder }: Pair, request: unknown, reason: string): Promise<void> {
  initiator.send(request);
  await initiator.hears({ action: 'error', payload: { reason, request } });
  await initiator.hearsNothing();
  await responder.hearsNothing();
}

test.each(variants)('each of the three reasons in dialect $dialect with $era keys', async (variant) => {
  const pair = await node.open(variant);
  const [from, to] = [alice.text(variant.era), bob.text(variant.era)];
  const update = (payload: unknown) => ({ action: 'update', payload, tag: 'new' });
  await refuses(pair, update({ amount: 10000, from, to }), 'insufficient_balance');
  await refuses(pair, update({ amount: -1, from, to }), 'negative_amount');
  await refuses(pair, update({ amount: 1, from: carol.text(variant.era), to }), 'invalid_pubkeys');
  await refuses(pair, update({ amount: 1, from, to: carol.text(variant.era) }), 'invalid_pubkeys');
  await refuses(pair, update({ amount: 1, from, to: to.slice(0, -1) }), 'invalid_pubkeys');
  await refuses(pair, update({ amount: 1, from: to, to: carol.text(variant.era) }), 'invalid_pubkeys');
  await node.update(pair, pair.balances, { round: 2n, starter: 'initiator', from: 'initiator', amount: 1n });
});

test('the reserve is not to be spent, to the last unit', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  const [from, to] = [alice.text('legacy'), bob.text('legacy')];
  await refuses(pair, { action: 'update', payload: { amount: 6, from, to }, tag: 'new' }, 'insufficient_balance');
  await refuses(
    pair,
    { action: 'update', payload: { amount: 12, from: to, to: from }, tag: 'new' },
    'insufficient_balance',
  );
  await node.update(pair, pair.balances, { round: 2n, starter: 'initiator', from: 'initiator', amount: 5n });
});

test('a number that no double holds comes back as it was', async () => {
  const { initiator } = await node.open({ dialect: 'text', era: 'legacy' }, { ...textTerms, push_amount: 0 });
  const request = `{"action":"update","payload":{"amount":1000000000000000001,"from":"${alice.text('legacy')}","to":"${bob.text('legacy')}"},"tag":"new"}`;
  initiator.send(request);
  expect(await initiator.frame()).toBe(
    `{"action":"error","payload":{"reason":"insufficient_balance","request":${request}}}`,
  );
});

test('nobody pays oneself', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  const from = alice.text('legacy');
  await refuses(pair, { action: 'update', payload: { amount: 1, from, to: from }, tag: 'new' }, 'invalid_pubkeys');
});

test.each(variants)('what is no request is said to be none in dialect $dialect with $era keys', async (variant) => {
  const pair = await node.open(variant);
  const { initiator } = pair;
  const error = (reason: string, request: unknown) => ({ action: 'error', payload: { reason, request } });
  for (const request of [{}, { action: 'dance' }, { action: 'update_finalized' }])
    await refuses(pair, request, 'unknown_request');
  for (const payload of [{}, null, { from: 1, to: 2, amount: 3 }])
    await refuses(pair, { action: 'update', tag: 'new', payload }, 'broken_encoding');
  initiator.send('no JSON');
  await initiator.hears(error('broken_encoding', null));
  initiator.sendBinary(Buffer.from('{"action":"shutdown"}'));
  await initiator.hears(error('broken_encoding', null));
  await node.update(pair, pair.balances, { round: 2n, starter: 'initiator', from: 'initiator', amount: 1n });
});

test('a signature that nobody has asked for is dropped', async () => {
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  for (const action of ['initiator_signed', 'update', 'update_ack', 'shutdown_sign', 'shutdown_sign_ack'])
    pair.initiator.send({ action, payload: { tx: pair.createTx } });
  await pair.initiator.hearsNothing();
  await pair.responder.hearsNothing();
  await node.update(pair, pair.balances, { round: 2n, starter: 'responder', from: 'responder', amount: 1n });
});
