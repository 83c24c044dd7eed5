/** On a network a message is on the chain long after it was sent. The contract is opened here with `@ton/core` alone, as a network's client does. */
import { type ContractProvider, external, openContract, type Sender } from '@ton/core';
import { TonSettlement } from '../../../adapters/ton.ts';
import { Chain, type ChainParty, forwarding, installTimeout, terms, ton } from './chain.ts';

const deposit = ton('10');
/** Milliseconds that a message is under way. */
const slowness = 45_000;

let chain: Chain;
beforeEach(async () => {
  chain = await Chain.start();
}, installTimeout);

function slow({ signer, wallet }: ChainParty): TonSettlement {
  const { blockchain, clock, scheme } = chain;
  const later = (deed: () => Promise<unknown>) => {
    clock.set(() => void deed(), slowness);
  };
  const sender: Sender = {
    address: wallet.address,
    send: async ({ to, value, body, init, bounce }) =>
      later(() => wallet.send({ to, value, body, init, bounce: bounce ?? true })),
  };
  return new TonSettlement({
    scheme,
    signer,
    sender,
    clock,
    open: (contract) =>
      openContract(contract, ({ address, init }): ContractProvider => {
        const provider = blockchain.provider(address, init);
        return {
          getState: () => provider.getState(),
          get: (name, args) => provider.get(name, args),
          getTransactions: (...asked) => provider.getTransactions(...asked),
          open: (other) => provider.open(other),
          internal: (via, args) => provider.internal(via, args),
          external: async (body) => later(() => blockchain.sendMessage(external({ to: address, body }))),
        };
      }),
  });
}

it('while a channel is funded and both sides close it', async () => {
  const { payer, payee, channel, clock } = chain;
  const began = clock.now();
  await chain.settled(slow(payer).fund(channel, deposit));
  expect(await slow(payee).deposit(channel)).toBe(deposit);
  await chain.settled(slow(payee).close(channel, await chain.agreed(deposit, 3, ton('2'))));
  expect(clock.now() - began).toBeGreaterThanOrEqual(2 * slowness);
  expect(await chain.payout(payee)).toBe(2_000_000_000n - forwarding);
});

it('while an old state is answered', async () => {
  const { payer, payee, channel } = chain;
  await chain.settled(slow(payer).fund(channel, deposit));
  expect(await chain.show(payer, 'start', { sequence: 0n, sent: 0n })).toBe(0);
  await chain.settled(slow(payee).closeAlone(channel, await chain.paid(deposit, 3, ton('2'))));
  expect(await chain.payout(payee)).toBe(2_000_000_000n + terms.misbehaviorFine - forwarding);
});

it('and a refusal is seen when it comes', async () => {
  const { payer, channel } = chain;
  await chain.settled(slow(payer).fund(channel, deposit));
  const forged = { standing: { deposit, sequence: 0, sent: '0' }, payerSignature: '', payeeSignature: '00'.repeat(64) };
  await expect(chain.settled(slow(payer).closeAlone(channel, forged))).rejects.toMatchObject({
    name: 'RefusedByContract',
    exitCode: 101,
  });
});
