/** A chain that is stopped at any point of a dispute goes on from its store as if nothing had been. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { alice, bob } from '../node/world.ts';
import { newChain } from './chain.ts';
import {
  closeSoloTx,
  createTx,
  eras,
  idHex,
  proofOf,
  type Split,
  settleTx,
  slashTx,
  start,
  state,
  text,
  what,
} from './dispute.ts';

const old: Split = [9n, 11n];
const newest: Split = [3n, 17n];
const accounts = { [alice.modern]: start, [bob.modern]: start };

describe.each(eras)('in the %s era', (era) => {
  it('stopped after every step, with and without a block between', async () => {
    const steps = [
      { tx: await text(createTx(era), era, alice, bob), blocks: 1 },
      { tx: await text(closeSoloTx(await state(era, 2n, old), proofOf(old), { nonce: 2n }), era, alice), blocks: 3 },
      {
        tx: await text(slashTx(await state(era, 5n, newest), proofOf(newest), { from: bob, nonce: 1n }), era, bob),
        blocks: 5,
      },
      { tx: await text(settleTx(newest, { from: bob, nonce: 2n }), era, bob), blocks: 1 },
    ];
    const story = async (isRestarted: boolean) => {
      const store = new MemoryStore();
      let chain = await newChain({ store, accounts });
      const again = async () => {
        if (!isRestarted) return;
        const before = { ...what(chain), channel: chain.channel(idHex), waiting: chain.waiting, given: chain.given };
        await chain.stop();
        chain = await newChain({ store, accounts });
        expect({ ...what(chain), channel: chain.channel(idHex), waiting: chain.waiting, given: chain.given }).toEqual(
          before,
        );
      };
      const seen: unknown[] = [];
      for (const { tx, blocks } of steps) {
        expect(await chain.post(tx)).toBeUndefined();
        await again();
        expect(await chain.post(tx)).toBeUndefined();
        for (let block = 0; block < blocks; block += 1) {
          await chain.mine();
          await again();
        }
        seen.push({ ...what(chain), channel: chain.channel(idHex), last: chain.lastOf(idHex) });
      }
      return seen;
    };
    const whole = await story(false);
    expect(await story(true)).toEqual(whole);
    expect(whole.at(-1)).toMatchObject({ alice: 988n + 3n, bob: 988n + 17n, locked: 0n, channel: undefined });
  });

  it('what waits still decides what may follow', async () => {
    const store = new MemoryStore();
    const first = await newChain({ store, accounts });
    await first.post(await text(createTx(era), era, alice, bob));
    await first.mine();
    await first.post(await text(closeSoloTx(await state(era, 2n, old), proofOf(old), { nonce: 2n }), era, alice));
    await first.stop();
    const next = await newChain({ store, accounts });
    const again = closeSoloTx(await state(era, 5n, newest), proofOf(newest), { from: bob, nonce: 1n });
    expect(await next.post(await text(again, era, bob))).toContain('being closed by one party');
    const slash = slashTx(await state(era, 5n, newest), proofOf(newest), { from: bob, nonce: 1n });
    expect(await next.post(await text(slash, era, bob))).toBeUndefined();
    await next.mine();
    expect(next.channel(idHex)).toMatchObject({ round: 5n, state: 'closing', lockedUntil: 7n });
  });
});
