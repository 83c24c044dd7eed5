/** Balances, what lies in channels and fees are what was given out: whatever is posted, in whatever order, however the chain is restarted. */
import fc from 'fast-check';
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { alice, bob, mallory } from '../node/world.ts';
import { closeTx, createTx, newChain, posted } from './chain.ts';

const people = [alice, bob, mallory];
const some = fc.bigInt(0n, 300n);
const nonce = fc.bigInt(0n, 5n);
const person = fc.constantFrom(...people);

const move = fc.oneof(
  fc
    .record({
      initiator: person,
      responder: person,
      initiatorAmount: some,
      responderAmount: some,
      channelReserve: fc.bigInt(0n, 5n),
      nonce,
      fee: fc.bigInt(0n, 9n),
      ttl: fc.constantFrom(0n, 0n, 2n, 5n),
    })
    .map((terms) => ({ type: 'post', tx: createTx(terms), by: [terms.initiator, terms.responder] }) as const),
  fc
    .record({ of: nonce, initiatorAmount: some, responderAmount: some, fee: fc.bigInt(0n, 9n), nonce })
    .map((terms) => ({ type: 'post', tx: closeTx(terms), by: [alice, bob] }) as const),
  fc.constant({ type: 'closeRightly' } as const),
  fc.constant({ type: 'mine' } as const),
  fc.constant({ type: 'restart' } as const),
);

describe('the chain', () => {
  it('keeps every unit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 25 }), async (moves) => {
        const store = new MemoryStore();
        const accounts = Object.fromEntries(people.map(({ modern }) => [modern, 1_000n]));
        let chain = await newChain({ store, accounts });
        for (const each of moves) {
          if (each.type === 'mine') await chain.mine();
          else if (each.type === 'restart') {
            await chain.stop();
            chain = await newChain({ store, accounts });
          } else if (each.type === 'post') await chain.post(await posted(each.tx, ...each.by));
          else await chain.post(await posted(closeTx({ initiatorAmount: 9n, responderAmount: 10n, nonce: 5n })));
          const sum = people.reduce((total, { modern }) => total + chain.balance(modern), 0n);
          expect(sum + chain.locked + chain.fees).toBe(3_000n);
          for (const { modern } of people) expect(chain.balance(modern)).toBeGreaterThanOrEqual(0n);
        }
      }),
      { numRuns: 150 },
    );
  });
});
