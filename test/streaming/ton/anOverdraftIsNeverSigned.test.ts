/** More sent than deposited: the contract takes such a state and can then never pay out. */
import { Chain, installTimeout, terms, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeAll(async () => {
  chain = await Chain.start();
  await chain.settled(chain.payer.settlement.fund(chain.channel, deposit));
}, installTimeout);

it('is refused by the scheme', () => {
  const { scheme, channel } = chain;
  for (const statement of ['state', 'close', 'receipt'] as const) {
    const standing = { deposit, sent: `${BigInt(deposit) + 1n}`, sequence: 1 };
    expect(() => scheme.bytes(statement, channel, standing)).toThrow(expect.objectContaining({ code: 'overdraft' }));
  }
});

it('is not shown to the contract, also when somebody was wrong about the deposit', async () => {
  const { payee, channel } = chain;
  const proof = await chain.paid(ton('20'), 1, ton('11'));
  await expect(payee.settlement.closeAlone(channel, proof)).rejects.toMatchObject({ code: 'overdraft' });
  expect((await chain.contract().getLook()).stage).toBe('open');
});

it('would lock the deposit for ever', async () => {
  expect(await chain.show(chain.payee, 'start', { sequence: 1n, sent: 11_000_000_000n })).toBe(0);
  chain.pass(terms.quarantineDuration + 1);
  expect(await chain.finish()).toBe(5);
});
