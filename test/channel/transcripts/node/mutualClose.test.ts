/** "Channel mutual close": whoever starts it, to the closed socket and the transaction in a block. */

import { alice, bob, hexOf } from '../keys.ts';
import { info } from '../peer.ts';
import { expectSignedBy, overOf, read, readCloseMutual, readSigned, signTx, write } from '../transactions.ts';
import { type Balances, type Pair, textTerms, useNode, variants, type Way } from './wscat.ts';

const node = useNode();

interface Expected {
  readonly fee: bigint;
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
}

/** Every frame of the closing. @returns the transaction's hash */
async function close({ variant, channelId, ...pair }: Pair, starter: Way, expected: Expected): Promise<string> {
  const { dialect, era } = variant;
  const [one, other] = starter === 'initiator' ? [pair.initiator, pair.responder] : [pair.responder, pair.initiator];
  const [own, foreign] = starter === 'initiator' ? [alice, bob] : [bob, alice];
  one.send(`{"action":"shutdown"}`);
  const unsigned = await one.hearsSign('shutdown_sign');
  expect(readCloseMutual(read('tx', unsigned, era), era)).toEqual({
    channelId,
    from: era === 'legacy' ? undefined : hexOf(alice.bytes),
    ...expected,
    ttl: 0n,
    nonce: 2n,
  });
  await other.hearsNothing();
  one.send({ action: 'shutdown_sign', payload: { tx: signTx(own, unsigned, era) } });
  expect(await other.hearsSign('shutdown_sign_ack')).toBe(unsigned);
  await one.hearsNothing();
  other.send({ action: 'shutdown_sign_ack', payload: { tx: signTx(foreign, unsigned, era) } });
  const closeTx = await one.hearsOnChainTx();
  expect(await other.hearsOnChainTx()).toBe(closeTx);
  for (const peer of [one, other]) {
    if (dialect === 'epoch') await peer.hears(info('close_mutual'));
    await peer.hears(info('died'));
    expect(await peer.hearsTheEnd()).toBe(1000);
  }
  const signed = readSigned(closeTx, era);
  expect(write('tx', signed.tx, era)).toBe(unsigned);
  expectSignedBy(signed, [alice, bob], overOf(era));
  return signed.th;
}

/** The transaction is in the mempool, then in a block; afterwards both have what it says, and nothing is left in the channel. */
async function settles(th: string, before: Balances, { initiatorAmount, responderAmount }: Expected): Promise<void> {
  expect(await node.blockHash(th)).toBe('none');
  await node.chain().mine();
  expect(await node.blockHash(th)).toMatch(/^kh[$_]/);
  expect(node.chain().balance(alice.text('modern'))).toBe(before.initiator + initiatorAmount);
  expect(node.chain().balance(bob.text('legacy'))).toBe(before.responder + responderAmount);
  expect(node.chain().locked).toBe(0n);
  const held = node.chain().balance(alice.text('modern')) + node.chain().balance(bob.text('modern'));
  expect(held + node.chain().fees).toBe(node.chain().given);
}

const outside = (): Balances => ({
  initiator: node.chain().balance(alice.text('modern')),
  responder: node.chain().balance(bob.text('modern')),
});

test.each(variants)('the initiator closes in dialect $dialect with $era keys', async (variant) => {
  const pair = await node.open(variant);
  const before = outside();
  const expected = {
    fee: 1n,
    initiatorAmount: pair.balances.initiator - 1n,
    responderAmount: pair.balances.responder,
  };
  await settles(await close(pair, 'initiator', expected), before, expected);
});

test.each(variants)('the responder closes after an update in dialect $dialect with $era keys', async (variant) => {
  const pair = await node.open(variant);
  const before = outside();
  const { initiator, responder } = await node.update(pair, pair.balances, {
    round: 2n,
    starter: 'responder',
    from: 'initiator',
    amount: 2n,
  });
  const expected = { fee: 1n, initiatorAmount: initiator - 1n, responderAmount: responder };
  await settles(await close(pair, 'responder', expected), before, expected);
});

test('the story of the strings in the text: 7 and 4, one to the initiator, and 7 and 3 at the end', async () => {
  // The amounts of the strings come without what is pushed.
  const pair = await node.open(
    { dialect: 'text', era: 'legacy' },
    {
      ...textTerms,
      push_amount: 0,
      initiator_amount: 7,
      responder_amount: 4,
    },
  );
  await node.update(pair, pair.balances, { round: 2n, starter: 'initiator', from: 'responder', amount: 1n });
  await close(pair, 'initiator', { fee: 1n, initiatorAmount: 7n, responderAmount: 3n });
});

test('a fee of three is two for the initiator and one for the responder', async () => {
  await node.restart({ closeFee: 3n });
  const pair = await node.open({ dialect: 'text', era: 'legacy' });
  await close(pair, 'initiator', { fee: 3n, initiatorAmount: 5n, responderAmount: 12n });
});

test('who has nothing pays no part of the fee', async () => {
  await node.restart({ closeFee: 3n });
  const pair = await node.open({ dialect: 'text', era: 'legacy' }, { ...textTerms, channel_reserve: 0 });
  await node.update(pair, pair.balances, { round: 2n, starter: 'initiator', from: 'initiator', amount: 7n });
  await close(pair, 'responder', { fee: 3n, initiatorAmount: 0n, responderAmount: 17n });
});
