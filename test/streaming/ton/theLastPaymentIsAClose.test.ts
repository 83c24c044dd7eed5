/** "If the resulting balance is zero, the state is signed as a final state": the payee settles with it at once, without asking anybody. */
import { Chain, forwarding, installTimeout, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeEach(async () => {
  chain = await Chain.start();
  await chain.settled(chain.payer.settlement.fund(chain.channel, deposit));
}, installTimeout);

/** What the payee holds after the last payment: the payer's `close`, and its own refund. */
async function final() {
  const standing = { deposit, sequence: 20, sent: deposit };
  const payerSignature = await chain.sign(chain.payer, 'close', standing);
  return { standing, payerSignature, payeeSignature: await chain.refund(deposit) };
}

it('pays everything to the payee, fees aside', async () => {
  const { payee, channel } = chain;
  const { standing, payerSignature } = await final();
  const payeeSignature = await chain.sign(payee, 'close', standing);
  await chain.settled(payee.settlement.close(channel, { standing, payerSignature, payeeSignature }));
  expect(await chain.payout(payee)).toBe(10_000_000_000n - forwarding);
});

it('needs no quarantine where the payee closes alone', async () => {
  const { payee, channel, clock } = chain;
  const began = clock.now();
  await chain.settled(payee.settlement.closeAlone(channel, await final()));
  expect(clock.now() - began).toBeLessThan(60_000);
  expect(await chain.payout(payee)).toBe(10_000_000_000n - forwarding);
});

it('answers a closing with an old state', async () => {
  const { payer, payee, channel } = chain;
  expect(await chain.show(payer, 'start', { sequence: 3n, sent: 1_000_000_000n })).toBe(0);
  await chain.settled(payee.settlement.challenge(channel, await final()));
  expect(await chain.payout(payee)).toBe(10_000_000_000n - forwarding);
});

it('lets the payer close alone too, for the reserve', async () => {
  const { payer, payee, channel } = chain;
  await chain.settled(payer.settlement.closeAlone(channel, await final()));
  expect(await chain.payout(payee)).toBe(10_000_000_000n - forwarding);
  expect(await chain.payout(payer)).toBeGreaterThan(80_000_000n);
});
