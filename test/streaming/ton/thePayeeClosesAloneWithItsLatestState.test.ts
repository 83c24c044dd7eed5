/** A payer that has gone does not keep the payee from its money. */
import { Chain, forwarding, installTimeout, terms, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeAll(async () => {
  chain = await Chain.start();
}, installTimeout);

it('is paid by the latest state when the quarantine is over', async () => {
  const { payer, payee, channel, clock } = chain;
  await chain.settled(payer.settlement.fund(channel, deposit));
  const began = clock.now();
  await chain.settled(payee.settlement.closeAlone(channel, await chain.paid(deposit, 7, ton('3'))));
  expect(clock.now() - began).toBeGreaterThan(terms.quarantineDuration * 1_000);
  expect(await chain.payout(payee)).toBe(3_000_000_000n - forwarding);
  // All but the price: the rest of the deposit, of the reserve and of the gas.
  expect(await chain.payout(payer)).toBeGreaterThan(7_000_000_000n);
  expect((await chain.contract().getLook()).balance).toBe(0n);
});

it('needs a state: where nothing was paid there is nothing to show', async () => {
  const other = await Chain.start();
  await other.settled(other.payer.settlement.fund(other.channel, deposit));
  const closing = other.payee.settlement.closeAlone(other.channel, await other.paid(deposit, 0, '0'));
  await expect(closing).rejects.toMatchObject({ name: 'LocalMisuse', code: 'nothingToShow' });
});
