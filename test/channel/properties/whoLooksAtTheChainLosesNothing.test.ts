/**
 * One party has every state that both have ever signed, and tries anything with them, in any order; the other looks at the chain once within each lock
 * period, and answers a stale closing with the newest state. It gets what the newest state says, to the unit.
 */
import fc from 'fast-check';
import { toHex } from '../../../src/bytes.ts';
import type { Chain } from '../../../src/channel/serve.ts';
import {
  closeMutualTx,
  closeSoloTx,
  depositTx,
  eras,
  everything,
  idHex,
  included,
  none,
  opened,
  proofOf,
  type Split,
  settleTx,
  slashTx,
  snapshotTx,
  state,
  text,
  withdrawTx,
} from '../chain/dispute.ts';
import { alice, bob, mallory } from '../node/world.ts';

const lockPeriod = 5;

const round = fc.integer({ min: 0, max: 9 });
const trick = fc.record({
  deed: fc.constantFrom('closeSolo', 'closeSolo', 'slash', 'settle', 'snapshot', 'closeMutual', 'deposit', 'withdraw'),
  /** Which state, of those that there are. */
  round,
  isProofOfAnother: fc.constantFrom(false, false, false, true),
  by: fc.constantFrom('herself', 'herself', 'herself', 'withAStranger', 'asBob'),
  blocks: fc.integer({ min: 0, max: lockPeriod - 1 }),
});

const splits = fc.array(
  fc.bigInt(2n, 18n).map((share): Split => [share, 20n - share]),
  { minLength: 1, maxLength: 6 },
);

describe.each(eras)('in the %s era', (era) => {
  it('who looks at the chain loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        splits,
        fc.array(trick, { minLength: 4, maxLength: 12, size: 'max' }),
        async (signed, tricks) => {
          const chain = await opened(era);
          const newest = signed.at(-1) ?? [10n, 10n];
          const last = BigInt(signed.length + 1);
          const payloads = await Promise.all(signed.map((split, at) => state(era, BigInt(at + 2), split)));
          let spent = 0n;
          const post = async (make: (nonce: bigint) => ReturnType<typeof settleTx>) => {
            const nonce = chain.nextNonce(toHex(bob.signer.publicKey));
            await included(chain, await text(make(nonce), era, bob));
            spent += 1n;
          };
          const newestPayload = payloads.at(-1) ?? none;
          const look = async () => {
            const known = chain.channel(idHex);
            if (known?.state === 'closing' && known.round < last)
              await post((nonce) => slashTx(newestPayload, proofOf(newest), { from: bob, nonce }));
          };
          for (const each of tricks) {
            await cheat(chain, each, signed, payloads);
            // Whatever was posted is in the first block: it is seen before the lock period is over.
            await chain.mine(each.blocks);
            await look();
          }
          await chain.mine();
          await look();
          const known = chain.channel(idHex);
          if (known?.state === 'open') {
            const isNewest = known.round === last;
            const payload = isNewest ? none : newestPayload;
            await post((nonce) => closeSoloTx(payload, proofOf(newest), { from: bob, nonce }));
          }
          await chain.mine(lockPeriod);
          if (chain.channel(idHex) !== undefined) await post((nonce) => settleTx(newest, { from: bob, nonce }));
          expect(chain.balance(bob.modern)).toBe(990n + newest[1] - spent);
          expect([chain.channel(idHex), chain.burnt, everything(chain)]).toEqual([undefined, 0n, 2_000n]);
        },
      ),
      { numRuns: 25 },
    );
  });

  type Trick = typeof trick extends fc.Arbitrary<infer Value> ? Value : never;

  async function cheat(chain: Chain, each: Trick, signed: readonly Split[], payloads: readonly Uint8Array[]) {
    const at = each.round % signed.length;
    const split = signed[at] ?? [10n, 10n];
    const shown = each.isProofOfAnother ? (signed[(at + 1) % signed.length] ?? split) : split;
    const payload = payloads[at] ?? none;
    const poi = proofOf(shown);
    const from = each.by === 'asBob' ? bob : alice;
    const terms = { from, nonce: chain.nextNonce(toHex(from.signer.publicKey)) };
    const by = each.by === 'withAStranger' ? [alice, mallory] : [alice];
    const later = BigInt(signed.length + 2);
    const all: Split = [18n, 1n];
    const txs = {
      closeSolo: () => closeSoloTx(payload, poi, terms),
      slash: () => slashTx(payload, poi, terms),
      settle: () => settleTx(split, terms),
      snapshot: () => snapshotTx(payload, terms),
      closeMutual: () => closeMutualTx(era, all, { ...terms, from: alice }),
      deposit: () => depositTx(era, 1n, later, [20n, 1n], terms),
      withdraw: () => withdrawTx(era, 16n, later, [2n, 2n], terms),
    };
    const make = Object.entries(txs).find(([deed]) => deed === each.deed)?.[1] ?? txs.closeSolo;
    await chain.post(await text(make(), era, ...by));
  }
});
