/** The contract could be opened again under the same name, but neither states nor the refund would be worth anything in it. */
import { Chain, installTimeout, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeAll(async () => {
  chain = await Chain.start();
}, installTimeout);

it('is not funded again', async () => {
  const { payer, payee, channel } = chain;
  await expect(payer.settlement.close(channel, await chain.agreed(deposit, 1, '0'))).rejects.toMatchObject({
    code: 'notOpen',
  });
  await chain.settled(payer.settlement.fund(channel, deposit));
  await expect(payer.settlement.fund(channel, ton('11'))).rejects.toMatchObject({ code: 'cannotTopUp' });
  await expect(payee.settlement.fund(channel, deposit)).rejects.toMatchObject({ code: 'notPayer' });
  await chain.settled(payer.settlement.close(channel, await chain.agreed(deposit, 0, '0')));
  await expect(payer.settlement.fund(channel, deposit)).rejects.toMatchObject({ code: 'closed' });
});

it('is no deposit, whoever opens it again', async () => {
  const { payer, payee, channel } = chain;
  // The same message once more: the signature of an opening is good for ever.
  const [opening] = await chain.transactions();
  const body = opening?.inMessage?.body;
  if (body === undefined) throw new Error('There was no opening.');
  await chain.contract().sendInternal(payer.wallet.getSender(), BigInt(ton('11')), body);
  expect(await chain.lastExitCode()).toBe(0);
  expect(await payee.settlement.deposit(channel)).toBe('0');
  const seen = chain.watched(payee);
  while (seen.length === 0) await chain.step();
  expect(seen).toEqual([{ type: 'closed' }]);
});
