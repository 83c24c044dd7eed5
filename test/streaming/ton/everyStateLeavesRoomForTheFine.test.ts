/**
 * The fine is added to what was sent, so that an answer with more than the deposit less the fine becomes an overdraft, which the contract takes and can
 * then never pay out. No such state is signed or accepted; the last payment, a `close`, needs no room.
 */
import { Chain, forwarding, installTimeout, terms, ton } from './chain.ts';

const deposit = ton('10');
let chain: Chain;
beforeEach(async () => {
  chain = await Chain.start();
  await chain.settled(chain.payer.settlement.fund(chain.channel, deposit));
}, installTimeout);

it('is seen to by the scheme', () => {
  const { scheme, channel } = chain;
  const sent = (amount: string) => ({ deposit, sequence: 5, sent: amount });
  expect(scheme.bytes('state', channel, sent(ton('9.5')))).toHaveLength(32);
  expect(() => scheme.bytes('state', channel, sent(`${BigInt(ton('9.5')) + 1n}`))).toThrow(
    expect.objectContaining({ code: 'noRoomForFine' }),
  );
  expect(scheme.bytes('close', channel, sent(deposit))).toHaveLength(32);
});

it('can be answered with the last state that leaves room', async () => {
  const { payer, payee, channel } = chain;
  expect(await chain.show(payer, 'start', { sequence: 0n, sent: 0n })).toBe(0);
  await chain.settled(payee.settlement.closeAlone(channel, await chain.paid(deposit, 5, ton('9.5'))));
  expect(await chain.payout(payee)).toBe(10_000_000_000n - forwarding);
});

it('would lock the deposit with more', async () => {
  expect(await chain.show(chain.payer, 'start', { sequence: 0n, sent: 0n })).toBe(0);
  expect(await chain.show(chain.payee, 'challenge', { sequence: 5n, sent: 9_500_000_001n })).toBe(0);
  chain.pass(terms.quarantineDuration + 1);
  expect(await chain.finish()).toBe(5);
});
