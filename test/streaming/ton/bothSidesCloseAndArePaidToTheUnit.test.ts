/** The whole life of a channel in the real contract: funded, streamed through, and closed as both sides have signed. */
import { Chain, forwarding, installTimeout, ton } from './chain.ts';

let chain: Chain;
beforeAll(async () => {
  chain = await Chain.start();
}, installTimeout);

it('pays the payee what was sent and the payer all the rest', async () => {
  const { payer, payee, channel } = chain;
  const deposit = ton('10');
  expect(await payee.settlement.deposit(channel)).toBe('0');
  const before = { payer: await payer.wallet.getBalance(), payee: await payee.wallet.getBalance() };

  await chain.settled(payer.settlement.fund(channel, deposit));
  expect(await payee.settlement.deposit(channel)).toBe(deposit);

  // Nothing of the stream itself touches the chain.
  const transactions = (await chain.transactions()).length;
  for (let part = 1; part <= 5; part += 1) await chain.paid(deposit, part, ton(`${part * 0.5}`));
  expect(await chain.transactions()).toHaveLength(transactions);

  await chain.settled(payee.settlement.close(channel, await chain.agreed(deposit, 5, ton('2.5'))));

  expect(await chain.payout(payee)).toBe(2_500_000_000n - forwarding);
  const gained = (await payee.wallet.getBalance()) - before.payee;
  // The payee spent nothing but the fee for receiving.
  expect(2_500_000_000n - gained).toBeLessThan(1_000_000n);
  const spent = before.payer - (await payer.wallet.getBalance());
  // The payer has the reserve back: what is missing beside the price is the network's fees, its wallet's among them.
  expect(spent).toBeGreaterThan(2_500_000_000n);
  expect(spent - 2_500_000_000n).toBeLessThan(50_000_000n);
  expect((await chain.contract().getLook()).balance).toBe(0n);
  expect(await payee.settlement.deposit(channel)).toBe('0');
  // Opening 9,454; closing 14,360.
  for (const gas of await chain.gas()) expect(gas).toBeLessThan(16_000n);
});
