/** The contract keeps the sequence number plus one in 32 bits: with 2^32 - 1 it takes a state that it can never pay out. */
import { Chain, forwarding, installTimeout, terms, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeEach(async () => {
  chain = await Chain.start();
  await chain.settled(chain.payer.settlement.fund(chain.channel, deposit));
}, installTimeout);

it('signs nothing beyond 2^32 - 2', () => {
  const { scheme, channel } = chain;
  expect(scheme.maxSequence).toBe(4_294_967_294);
  for (const statement of ['state', 'close', 'receipt'] as const) {
    const standing = { deposit, sent: ton('1'), sequence: scheme.maxSequence };
    expect(scheme.bytes(statement, channel, standing).length).toBeGreaterThan(0);
    const beyond = { ...standing, sequence: scheme.maxSequence + 1 };
    expect(() => scheme.bytes(statement, channel, beyond)).toThrow(expect.objectContaining({ code: 'badSequence' }));
  }
});

it('settles the highest', async () => {
  const { payee, channel, scheme } = chain;
  await chain.settled(payee.settlement.closeAlone(channel, await chain.paid(deposit, scheme.maxSequence, ton('1'))));
  expect(await chain.payout(payee)).toBe(1_000_000_000n - forwarding);
});

it('would lock the deposit with the next', async () => {
  expect(await chain.show(chain.payee, 'start', { sequence: 2n ** 32n - 1n, sent: 1_000_000_000n })).toBe(0);
  chain.pass(terms.quarantineDuration + 1);
  expect(await chain.finish()).toBe(5);
  chain.pass(10 * 365 * 24 * 3_600);
  expect(await chain.finish()).toBe(5);
});
