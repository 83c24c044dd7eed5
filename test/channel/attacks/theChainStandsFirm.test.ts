/** What somebody might try on the chain itself, with keys of its own and with what the other has signed once. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { toHex } from '../../../src/bytes.ts';
import { encode } from '../../../src/channel/encoding.ts';
import { channelId } from '../../../src/channel/hashes.ts';
import { proofOfBalances } from '../../../src/channel/poi.ts';
import { encodeTransaction } from '../../../src/channel/serialization.ts';
import { sign } from '../../../src/channel/signing.ts';
import type { Signed } from '../../../src/channel/transactions.ts';
import type { StoreChange } from '../../../src/store.ts';
import { newChain } from '../chain/chain.ts';
import {
  asText,
  balances,
  channelOf,
  closeMutualTx,
  closeSoloTx,
  createTx,
  depositTx,
  eras,
  everything,
  hashOf,
  idHex,
  included,
  none,
  opened,
  proofOf,
  type Split,
  settleTx,
  signedBy,
  slashTx,
  snapshotTx,
  state,
  text,
  what,
} from '../chain/dispute.ts';
import { alice, bob, mallory } from '../node/world.ts';

const old: Split = [19n, 1n];
const middle: Split = [15n, 5n];
const newest: Split = [2n, 18n];
const most = (1n << 256n) - 1n;

describe.each(eras)('in the %s era', (era) => {
  it('signatures in another order make no other transaction, and nobody believes that it was dropped', async () => {
    const chain = await opened(era);
    const right = await signedBy(closeMutualTx(era, [9n, 10n], { nonce: 2n }), era, [alice, bob]);
    const swapped: Signed = { ...right, signatures: right.signatures.toReversed() };
    expect(await chain.post(asText(swapped, era))).toBeUndefined();
    expect(await chain.post(asText(right, era))).toBeUndefined();
    expect(chain.waiting).toBe(1);
    const told: string[] = [];
    for (const one of [right, swapped])
      chain.watch(
        asText(one, era),
        0,
        () => told.push('reached'),
        (reason) => told.push(reason),
      );
    await chain.mine();
    expect(told).toEqual(['reached', 'reached']);
  });

  it('a cheat who slashes its own closing gains time, and loses to the newest state all the same', async () => {
    const chain = await opened(era);
    await included(chain, await text(closeSoloTx(await state(era, 2n, old), proofOf(old), { nonce: 2n }), era, alice));
    await chain.mine(4);
    await included(
      chain,
      await text(slashTx(await state(era, 3n, middle), proofOf(middle), { nonce: 3n }), era, alice),
    );
    const slash = slashTx(await state(era, 9n, newest), proofOf(newest), { from: bob, nonce: 1n });
    await included(chain, await text(slash, era, bob));
    const again = slashTx(await state(era, 3n, middle), proofOf(middle), { nonce: 4n });
    expect(await chain.post(await text(again, era, alice))).toContain('too old');
    expect(await chain.post(await text(settleTx(old, { nonce: 4n }), era, alice))).toContain('too early');
    await chain.mine(4);
    for (const wrong of [old, middle])
      expect(await chain.post(await text(settleTx(wrong, { nonce: 4n }), era, alice))).toContain(
        'not those with which',
      );
    await included(chain, await text(settleTx(newest, { from: bob, nonce: 2n }), era, bob));
    expect(what(chain)).toMatchObject({ alice: 989n - 2n + 2n, bob: 990n - 2n + 18n, burnt: 0n });
  });

  it('a slash that waits with the closing that it answers is in the same block', async () => {
    const chain = await opened(era);
    expect(
      await chain.post(await text(closeSoloTx(await state(era, 2n, old), proofOf(old), { nonce: 2n }), era, alice)),
    ).toBeUndefined();
    const slash = slashTx(await state(era, 9n, newest), proofOf(newest), { from: bob, nonce: 1n });
    expect(await chain.post(await text(slash, era, bob))).toBeUndefined();
    await chain.mine();
    expect(channelOf(chain)).toMatchObject({ round: 9n, initiatorAmount: 2n, lockedUntil: 7n });
  });

  it('a slash after the lock period counts as long as nobody has settled', async () => {
    const chain = await opened(era);
    await included(chain, await text(closeSoloTx(await state(era, 2n, old), proofOf(old), { nonce: 2n }), era, alice));
    await chain.mine(20);
    const slash = slashTx(await state(era, 9n, newest), proofOf(newest), { from: bob, nonce: 1n });
    await included(chain, await text(slash, era, bob));
    expect(await chain.post(await text(settleTx(newest, { nonce: 3n }), era, alice))).toContain('too early');
  });

  it('the state of the create transaction is worth nothing after a deposit', async () => {
    const chain = await opened(era);
    await included(chain, await text(depositTx(era, 5n, 4n, [10n, 15n], { from: bob, nonce: 1n }), era, alice, bob));
    const first = closeSoloTx(none, proofOf([10n, 10n]), { nonce: 2n });
    expect(await chain.post(await text(first, era, alice))).toContain('not one of that state');
    const before = closeSoloTx(await state(era, 3n, old), proofOf(old), { nonce: 2n });
    expect(await chain.post(await text(before, era, alice))).toContain('too old');
  });

  it('a channel that was settled cannot be opened, closed or settled again', async () => {
    const chain = await opened(era);
    await included(chain, await text(closeSoloTx(none, proofOf([10n, 10n]), { nonce: 2n }), era, alice));
    await chain.mine(5);
    const settle = await text(settleTx([10n, 10n], { nonce: 3n }), era, alice);
    const other = await text(settleTx([10n, 10n], { from: bob, nonce: 1n }), era, bob);
    expect(await chain.post(settle)).toBeUndefined();
    expect(await chain.post(other)).toContain('being closed already');
    await chain.mine();
    const before = what(chain);
    expect(await chain.post(settle)).toBeUndefined();
    expect(await chain.post(other)).toContain('no such channel');
    expect(await chain.post(await text(createTx(era), era, alice, bob))).toBeUndefined();
    expect(await chain.post(await text(createTx(era, [11n, 9n]), era, alice, bob))).toContain('used already');
    await chain.mine();
    expect(what(chain)).toEqual(before);
  });

  it('what is known of one channel is worth nothing for another of the same two', async () => {
    const chain = await opened(era);
    await included(chain, await text(createTx(era, [10n, 10n], 2n), era, alice, bob));
    const second = channelId(alice.signer.publicKey, 2n, bob.signer.publicKey);
    const close = closeSoloTx(await state(era, 2n, old), proofOf(old), { nonce: 3n, channel: second });
    expect(await chain.post(await text(close, era, alice))).toContain('one of another channel');
    const deposit = await signedBy(depositTx(era, 5n, 2n, [15n, 10n], { nonce: 3n }), era, [alice, bob]);
    const moved = { ...deposit, transaction: depositTx(era, 5n, 2n, [15n, 10n], { nonce: 3n, channel: second }) };
    expect(await chain.post(asText(moved, era))).toContain('Not both have signed');
  });

  it('numbers at the end of what can be written move nothing', async () => {
    const chain = await opened(era);
    const before = what(chain);
    await included(chain, await text(closeSoloTx(none, proofOf([10n, 10n]), { nonce: 2n }), era, alice));
    await chain.mine(5);
    for (const tx of [
      settleTx([most, 20n], { nonce: 3n }),
      settleTx([10n, 10n], { nonce: 3n, fee: most }),
      settleTx([10n, 10n], { nonce: most }),
      createTx(era, [most, most], 3n),
    ])
      expect(await chain.post(await text(tx, era, ...(tx.type === 'channelCreate' ? [alice, bob] : [alice])))).toMatch(
        /not those|not enough|too far ahead/,
      );
    expect(what(chain)).toEqual({ ...before, alice: before.alice - 1n, fees: before.fees + 1n });
    const forever = await opened(era);
    await included(forever, await text(createTx(era, [5n, 5n], 2n, most), era, alice, bob));
    const second = channelId(alice.signer.publicKey, 2n, bob.signer.publicKey);
    const close = closeSoloTx(none, proofOf([5n, 5n]), { nonce: 3n, channel: second });
    await included(forever, await text(close, era, alice));
    expect(await forever.post(await text(settleTx([5n, 5n], { nonce: 4n, channel: second }), era, alice))).toContain(
      'too early',
    );
    expect(everything(forever)).toBe(2_000n);
  });

  it('a proof that shows a third account beside the two leaves its share to nobody', async () => {
    const chain = await opened(era);
    const three = [...balances([5n, 5n]), { account: mallory.signer.publicKey, balance: 10n }];
    const close = closeSoloTx(await state(era, 2n, [5n, 5n]), proofOfBalances(three), { nonce: 2n });
    expect(await chain.post(await text(close, era, alice))).toContain('not one of that state');
  });

  it('a state with a third signature, or with the same twice, is not one of both', async () => {
    const chain = await opened(era);
    for (const by of [[alice, bob, mallory], [alice]]) {
      const close = closeSoloTx(await state(era, 2n, old, { by }), proofOf(old), { nonce: 2n });
      expect(await chain.post(await text(close, era, alice))).toContain('Not both have signed the state.');
    }
  });

  it('who fills the mempool keeps no slash out of the next block', async () => {
    const chain = await opened(era);
    await included(chain, await text(closeSoloTx(await state(era, 2n, old), proofOf(old), { nonce: 2n }), era, alice));
    for (let nonce = 3n; nonce < 63n; nonce += 1n)
      await chain.post(await text(createTx(era, [2n, 2n], nonce), era, alice, bob));
    const slash = slashTx(await state(era, 9n, newest), proofOf(newest), { from: bob, nonce: 1n });
    expect(await chain.post(await text(slash, era, bob))).toBeUndefined();
    await chain.mine();
    expect([chain.waiting, channelOf(chain).round]).toEqual([0, 9n]);
  });

  it('a nonce is taken from nobody but whoever signs', async () => {
    const chain = await opened(era);
    const key = toHex(bob.signer.publicKey);
    const kept = await chain.reserve(key, 'a closing');
    const foreign = snapshotTx(await state(era, 2n, old), { from: bob, nonce: kept });
    expect(await chain.post(await text(foreign, era, alice))).toContain('The poster has not signed');
    expect(await chain.reserve(key, 'a closing')).toBe(kept);
    expect(chain.nextNonce(key)).toBe(kept + 1n);
  });
});

it('a signature for another network is none here', async () => {
  const chain = await opened('modern');
  const foreign = { form: 'networkHash', networkId: 'ae_mainnet' } as const;
  const tx = snapshotTx(await state('modern', 2n, old), { nonce: 2n });
  const signed = await sign(tx, alice.signer, foreign, new AbortController().signal);
  expect(await chain.post(encode('tx', 'modern', encodeTransaction(signed)))).toContain('has not signed');
});

it('a listener that throws stops no block, and is reported', async () => {
  const reported: unknown[] = [];
  const chain = await opened('modern', { report: (error) => reported.push(error) });
  const told: string[] = [];
  chain.watchChannel(idHex, () => {
    throw new Error('no');
  });
  const forget = chain.watchChannel(idHex, ({ kind }) => told.push(kind));
  await included(chain, await text(snapshotTx(await state('modern', 2n, old), { nonce: 2n }), 'modern', alice));
  forget();
  await included(chain, await text(snapshotTx(await state('modern', 3n, old), { nonce: 3n }), 'modern', alice));
  expect([told, reported.length, chain.height]).toEqual([['snapshotSolo'], 2, 3]);
});

it('a block that the store did not keep has not been, and the next one has all of it', async () => {
  let isBroken = false;
  class Breaking extends MemoryStore {
    override write(changes: readonly StoreChange[]): Promise<void> {
      return isBroken ? Promise.reject(new Error('no space')) : super.write(changes);
    }
  }
  const chain = await opened('modern', { store: new Breaking() });
  expect(await chain.post(await text(snapshotTx(await state('modern', 2n, old), { nonce: 2n }), 'modern', alice))).toBe(
    undefined,
  );
  const before = what(chain);
  isBroken = true;
  await expect(chain.mine()).rejects.toMatchObject({ code: 'writeFailed' });
  await expect(
    chain.post(await text(snapshotTx(await state('modern', 3n, old), { nonce: 3n }), 'modern', alice)),
  ).rejects.toMatchObject({ code: 'writeFailed' });
  expect({ ...what(chain), height: chain.height, waiting: chain.waiting }).toEqual({
    ...before,
    height: 1,
    waiting: 1,
  });
  isBroken = false;
  await chain.mine();
  expect(channelOf(chain)).toMatchObject({ round: 2n, stateHash: toHex(hashOf(old, 'modern')) });
});

it('what a store holds that is no chain is said, not guessed', async () => {
  const store = new MemoryStore();
  await store.write([{ key: `chain/channel/${idHex}`, value: '{"initiator":"x"}' }]);
  await expect(newChain({ store })).rejects.toMatchObject({ code: 'brokenRecord' });
});
