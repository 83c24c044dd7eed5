/**
 * A payer signs its states alone, so it can give any sequence number to any amount: what a closing is worth shows in the amount only. The contract takes
 * the payee's answer whatever its number.
 */
import { Chain, forwarding, installTimeout, terms, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeEach(async () => {
  chain = await Chain.start();
  await chain.settled(chain.payer.settlement.fund(chain.channel, deposit));
}, installTimeout);

async function answered(shown: { readonly sequence: bigint; readonly sent: bigint }) {
  const { payer, payee, channel } = chain;
  const seen = chain.watched(payee);
  expect(await chain.show(payer, 'start', shown)).toBe(0);
  while (seen.length === 0) await chain.step();
  await chain.settled(payee.settlement.closeAlone(channel, await chain.paid(deposit, 9, ton('4'))));
  expect((await chain.contract().getLook()).stage).toBe('closed');
  return { seen: seen[0], paid: await chain.payout(payee) };
}

it('answers a higher number with a lower amount', async () => {
  const { seen, paid } = await answered({ sequence: 10n, sent: 0n });
  expect(seen).toEqual({ type: 'closing', sequence: 10, sent: '0' });
  expect(paid).toBe(4_000_000_000n + terms.misbehaviorFine - forwarding);
});

it('answers a number that the contract could not finish with, though the amount is right', async () => {
  const { seen, paid } = await answered({ sequence: 2n ** 63n, sent: 4_000_000_000n });
  expect(seen).toEqual({ type: 'closing', sequence: 0, sent: '0' });
  expect(paid).toBe(4_000_000_000n - forwarding);
});

it('answers an amount that the contract could not pay out', async () => {
  const { seen, paid } = await answered({ sequence: 9n, sent: 11_000_000_000n });
  expect(seen).toEqual({ type: 'closing', sequence: 0, sent: '0' });
  expect(paid).toBe(4_000_000_000n - forwarding);
});
