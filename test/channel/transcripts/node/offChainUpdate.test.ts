/** "Channel off-chain update": either starts, either pays. */
import { useNode, variants } from './wscat.ts';

const node = useNode();

test.each(variants)('updates of all four kinds in dialect $dialect with $era keys', async (variant) => {
  const pair = await node.open(variant);
  let { balances } = pair;
  balances = await node.update(pair, balances, { round: 2n, starter: 'initiator', from: 'initiator', amount: 2n });
  balances = await node.update(pair, balances, { round: 3n, starter: 'responder', from: 'responder', amount: 1n });
  balances = await node.update(pair, balances, { round: 4n, starter: 'initiator', from: 'responder', amount: 4n });
  balances = await node.update(pair, balances, { round: 5n, starter: 'responder', from: 'initiator', amount: 1n });
  // To the last unit above the reserve.
  const amount = balances.initiator - 2n;
  balances = await node.update(pair, balances, { round: 6n, starter: 'initiator', from: 'initiator', amount });
  expect(balances).toMatchObject({ initiator: 2n, responder: 18n });
});
