/** The refund, which the payee signs before anything is put in, is what makes the deposit the payer's to take back. */
import { Chain, installTimeout, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeEach(async () => {
  chain = await Chain.start();
}, installTimeout);

it('gives everything back to a payer that has the refund', async () => {
  const { payer, payee, channel } = chain;
  const proof = await chain.paid(deposit, 0, '0');
  const before = await payer.wallet.getBalance();
  await chain.settled(payer.settlement.fund(channel, deposit));
  await chain.settled(payer.settlement.closeAlone(channel, proof));
  expect(await chain.payout(payee)).toBe(0n);
  // Fees of less than four hundredths.
  expect(before - (await payer.wallet.getBalance())).toBeLessThan(40_000_000n);
});

it('gives nothing back without it: the contract wants both signatures', async () => {
  const { payer, channel } = chain;
  await chain.settled(payer.settlement.fund(channel, deposit));
  const alone = { standing: { deposit, sequence: 0, sent: '0' }, payerSignature: '', payeeSignature: '' };
  await expect(payer.settlement.closeAlone(channel, alone)).rejects.toMatchObject({ code: 'nothingToShow' });
  // Past the library, and through it, with a signature that is not the payee's.
  expect(await chain.show(payer, 'start', { sequence: 0n, sent: 0n }, { payee: () => Buffer.alloc(64) })).toBe(101);
  const forged = payer.settlement.closeAlone(channel, { ...alone, payeeSignature: '00'.repeat(64) });
  await expect(chain.settled(forged)).rejects.toMatchObject({ name: 'RefusedByContract', exitCode: 101 });
  expect(await payer.settlement.deposit(channel)).toBe(deposit);
});
