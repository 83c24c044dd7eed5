/** After a crash a side asks again for what it may have had already: twice is once. */
import { Chain, forwarding, installTimeout, terms, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeEach(async () => {
  chain = await Chain.start();
}, installTimeout);

it('funds once', async () => {
  const { payer, channel } = chain;
  const before = await payer.wallet.getBalance();
  await chain.settled(payer.settlement.fund(channel, deposit));
  await chain.settled(payer.settlement.fund(channel, deposit));
  expect(await chain.transactions()).toHaveLength(1);
  expect(before - (await payer.wallet.getBalance())).toBeLessThan(10_150_000_000n);
});

it('funds once also when both messages were under way: the second comes back', async () => {
  const { payer, channel } = chain;
  const before = await payer.wallet.getBalance();
  const fund = () => payer.settlement.fund(channel, deposit);
  await chain.settled(Promise.all([fund(), fund()]));
  expect(await payer.settlement.deposit(channel)).toBe(deposit);
  expect(before - (await payer.wallet.getBalance())).toBeLessThan(10_200_000_000n);
});

it('closes once', async () => {
  const { payer, payee, channel } = chain;
  await chain.settled(payer.settlement.fund(channel, deposit));
  const proof = await chain.agreed(deposit, 4, ton('1'));
  const both = [payer.settlement.close(channel, proof), payee.settlement.close(channel, proof)];
  await chain.settled(Promise.all(both));
  await chain.settled(payee.settlement.close(channel, proof));
  expect(await chain.payout(payee)).toBe(1_000_000_000n - forwarding);
});

it('goes on with a closing that was begun before', async () => {
  const { payer, payee, channel } = chain;
  await chain.settled(payer.settlement.fund(channel, deposit));
  expect(await chain.show(payee, 'start', { sequence: 4n, sent: 1_000_000_000n })).toBe(0);
  const proof = await chain.paid(deposit, 4, ton('1'));
  await chain.settled(payee.settlement.closeAlone(channel, proof));
  await chain.settled(payee.settlement.closeAlone(channel, proof));
  expect(await chain.payout(payee)).toBe(1_000_000_000n - forwarding);
});

it('answers once', async () => {
  const { payer, payee, channel } = chain;
  await chain.settled(payer.settlement.fund(channel, deposit));
  expect(await chain.show(payer, 'start', { sequence: 0n, sent: 0n })).toBe(0);
  const proof = await chain.paid(deposit, 4, ton('1'));
  await chain.settled(payee.settlement.challenge(channel, proof));
  const transactions = (await chain.transactions()).length;
  await chain.settled(payee.settlement.challenge(channel, proof));
  expect(await chain.transactions()).toHaveLength(transactions);
  chain.pass(terms.quarantineDuration + 1);
  expect(await chain.finish()).toBe(0);
  await expect(payee.settlement.challenge(channel, proof)).rejects.toMatchObject({ code: 'tooLate' });
});
