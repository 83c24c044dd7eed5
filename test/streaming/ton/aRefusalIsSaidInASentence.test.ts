/** What the contract or the network says no to is told with the reason, and a wait can be ended. */
import { TonSettlement } from '../../../adapters/ton.ts';
import { Chain, type ChainParty, installTimeout, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeEach(async () => {
  chain = await Chain.start();
}, installTimeout);

const over = ({ signer, wallet }: ChainParty, more: Partial<ConstructorParameters<typeof TonSettlement>[0]>) =>
  new TonSettlement({
    scheme: chain.scheme,
    open: (contract) => chain.blockchain.openContract(contract),
    sender: wallet.getSender(),
    signer,
    clock: chain.clock,
    ...more,
  });

it('names the exit code of an external message', async () => {
  const { payer, payee, channel } = chain;
  await chain.settled(payer.settlement.fund(channel, deposit));
  const proof = await chain.agreed(deposit, 4, ton('1'));
  const swapped = { ...proof, payerSignature: proof.payeeSignature };
  await expect(chain.settled(payee.settlement.close(channel, swapped))).rejects.toThrow(
    "The channel's contract refused the closing that both sides signed (exit code 101).",
  );
});

it('tells that a message has too little gas', async () => {
  const { payer, channel } = chain;
  await chain.settled(payer.settlement.fund(channel, deposit));
  const poor = over(payer, { gas: 1_500_000n });
  const closing = poor.closeAlone(channel, await chain.paid(deposit, 0, '0'));
  await expect(chain.settled(closing)).rejects.toMatchObject({ name: 'RefusedByContract', exitCode: -14 });
});

it('gives up when the chain shows nothing', async () => {
  const lost = over(chain.payer, { sender: { send: async () => {} }, patience: 30_000 });
  await expect(chain.settled(lost.fund(chain.channel, deposit))).rejects.toMatchObject({
    name: 'ConnectionLost',
    code: 'unseen',
  });
});

it('ends with its signal', async () => {
  const ending = new AbortController();
  const lost = over(chain.payer, { sender: { send: async () => {} }, signal: ending.signal });
  const funding = lost.fund(chain.channel, deposit);
  await chain.step();
  ending.abort(new Error('The app ends.'));
  await expect(chain.settled(funding)).rejects.toThrow('The app ends.');
});

it('wants the key of one of the sides', async () => {
  const other = await Chain.start();
  const strange = over(other.payer, {});
  await expect(strange.fund(chain.channel, deposit)).rejects.toMatchObject({ code: 'notOurs' });
});

it('tells of a look that failed, and looks again', async () => {
  const { payer, channel } = chain;
  const failures: unknown[] = [];
  let isDown = true;
  const shaky = over(payer, {
    failed: (error) => failures.push(error),
    open: (contract) => {
      const opened = chain.blockchain.openContract(contract);
      return new Proxy(opened, {
        get: (target, name) =>
          name === 'getLook' && isDown ? () => Promise.reject(new Error('No network.')) : Reflect.get(target, name),
      });
    },
  });
  const seen: string[] = [];
  const end = shaky.watch(channel, ({ type }) => seen.push(type));
  while (failures.length === 0) await chain.step();
  isDown = false;
  await chain.settled(payer.settlement.fund(channel, deposit));
  await chain.settled(payer.settlement.close(channel, await chain.agreed(deposit, 0, '0')));
  while (seen.length === 0) await chain.step();
  expect(seen).toEqual(['closed']);
  end();
  expect(chain.clock.waiting).toBe(0);
});
