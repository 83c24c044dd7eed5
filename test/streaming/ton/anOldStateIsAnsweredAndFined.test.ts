/** A payer that closes with an old state pays the later one, and the fine on top. */
import { Chain, forwarding, installTimeout, terms, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeEach(async () => {
  chain = await Chain.start();
  await chain.settled(chain.payer.settlement.fund(chain.channel, deposit));
}, installTimeout);

it('pays the later state and the fine, whoever finishes', async () => {
  const { payer, payee, channel } = chain;
  const seen = chain.watched(payee);
  const closing = payer.settlement.closeAlone(channel, await chain.paid(deposit, 2, ton('1')));
  while (seen.length === 0) await chain.step();
  expect(seen).toEqual([{ type: 'closing', sequence: 2, sent: ton('1') }]);

  await chain.settled(payee.settlement.challenge(channel, await chain.paid(deposit, 9, ton('4'))));
  await chain.settled(closing);

  expect(await chain.payout(payee)).toBe(4_000_000_000n + terms.misbehaviorFine - forwarding);
  while (seen.length < 3) await chain.step();
  expect(seen.slice(1)).toEqual([{ type: 'closing', sequence: 9, sent: ton('4.5') }, { type: 'closed' }]);
});

it('is answered by a payee that was about to close alone itself', async () => {
  const { payer, payee, channel } = chain;
  const stale = payer.settlement.closeAlone(channel, await chain.paid(deposit, 2, ton('1')));
  const own = payee.settlement.closeAlone(channel, await chain.paid(deposit, 9, ton('4')));
  await chain.settled(Promise.all([stale, own]));
  // Whoever came first: the payee has what it can prove, and the fine if the payer was first.
  expect([4_000_000_000n - forwarding, 4_500_000_000n - forwarding]).toContain(await chain.payout(payee));
});

it('is not answered when the quarantine is over', async () => {
  const { payer, payee, channel } = chain;
  const closing = payer.settlement.closeAlone(channel, await chain.paid(deposit, 2, ton('1')));
  while ((await chain.contract().getLook()).stage !== 'quarantined') await chain.step();
  chain.pass(terms.quarantineDuration);
  const late = payee.settlement.challenge(channel, await chain.paid(deposit, 9, ton('4')));
  await expect(chain.settled(late)).rejects.toThrow(/the later state|paid out already/);
  await chain.settled(closing);
  expect(await chain.payout(payee)).toBe(1_000_000_000n - forwarding);
});
