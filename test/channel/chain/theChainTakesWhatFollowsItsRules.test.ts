/** Nonce, balance, ttl, both signatures; included once, and counted from there. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { toHex } from '../../../src/bytes.ts';
import { decode, encode } from '../../../src/channel/encoding.ts';
import { transactionHash } from '../../../src/channel/hashes.ts';
import type { Chain } from '../../../src/channel/serve.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { alice, bob, mallory } from '../node/world.ts';
import { closeTx, createTx, newChain, posted } from './chain.ts';

const gift = 10n ** 24n;
const hashOf = (tx: string) => encode('th', 'legacy', transactionHash(decode(tx, 'tx').bytes));
const key = toHex(alice.signer.publicKey);

async function opened(): Promise<Chain> {
  const chain = await newChain();
  expect(await chain.post(await posted(createTx()))).toBeUndefined();
  await chain.mine();
  return chain;
}

describe('a create transaction', () => {
  it('waits in the mempool, and is included by the next block', async () => {
    const chain = await newChain();
    const tx = await posted(createTx());
    expect(await chain.post(tx)).toBeUndefined();
    expect(chain.transaction(hashOf(tx))).toMatchObject({ blockHash: 'none', confirmations: 0 });
    expect(chain.balance(alice.legacy)).toBe(gift);
    await chain.mine(3);
    expect(chain.transaction(hashOf(tx))).toMatchObject({ blockHeight: 1, confirmations: 3, tx });
    expect([chain.balance(alice.legacy), chain.balance(bob.modern)]).toEqual([gift - 11n, gift - 10n]);
    expect([chain.locked, chain.fees, chain.given]).toEqual([20n, 1n, 2n * gift]);
  });

  it('is one however often it is posted', async () => {
    const chain = await newChain();
    const tx = await posted(createTx());
    expect(await Promise.all([chain.post(tx), chain.post(tx)])).toEqual([undefined, undefined]);
    await chain.mine();
    expect(await chain.post(tx)).toBeUndefined();
    await chain.mine();
    expect(chain.locked).toBe(20n);
  });

  it.each([
    ['one signature', () => posted(createTx(), alice), 'not two signatures'],
    ['a stranger’s signature', () => posted(createTx(), alice, mallory), 'Not both have signed'],
    ['three signatures', () => posted(createTx(), alice, bob, mallory), 'not two signatures'],
    ['nonce 0', () => posted(createTx({ nonce: 0n })), 'nonce 0'],
    ['more than the initiator has', () => posted(createTx({ initiatorAmount: gift })), 'initiator has not enough'],
    ['more than the responder has', () => posted(createTx({ responderAmount: gift + 1n })), 'responder has not enough'],
    ['less than the reserve', () => posted(createTx({ channelReserve: 11n })), 'less than the reserve'],
    ['one party twice', () => posted(createTx({ responder: alice }), alice, bob), 'are the same'],
    ['another transaction in it', async () => posted(closeTx()), 'no such channel'],
    ['what is none', async () => 'tx$1', 'cannot be read'],
  ])('with %s is not taken', async (_, make, reason) => {
    const chain = await newChain();
    expect(await chain.post(await make())).toContain(reason);
    await chain.mine();
    expect([chain.locked, chain.fees]).toEqual([0n, 0n]);
  });

  it('cannot spend what another in the mempool spends', async () => {
    const chain = await newChain();
    expect(await chain.post(await posted(createTx({ initiatorAmount: gift - 1n })))).toBeUndefined();
    expect(await chain.post(await posted(createTx({ nonce: 2n })))).toContain('initiator has not enough');
  });

  it('counts a nonce once, in the mempool and for ever', async () => {
    const chain = await newChain();
    expect(await chain.post(await posted(createTx()))).toBeUndefined();
    expect(await chain.post(await posted(createTx({ ttl: 7n })))).toContain('used already');
    expect(await chain.post(await posted(createTx({ nonce: 3n })))).toBeUndefined();
    await chain.mine();
    for (const nonce of [1n, 3n])
      expect(await chain.post(await posted(createTx({ nonce, ttl: 7n })))).toContain('used');
    expect(await chain.post(await posted(createTx({ nonce: 2n })))).toBeUndefined();
    await chain.mine();
    expect(await chain.reserve(key, 'next')).toBe(4n);
  });

  it('is not taken once its ttl is over', async () => {
    const chain = await newChain();
    await chain.mine(2);
    expect(await chain.post(await posted(createTx({ ttl: 2n })))).toContain('ttl is over');
    const late = await posted(createTx({ ttl: 3n }));
    expect(await chain.post(late)).toBeUndefined();
    await chain.mine();
    expect(chain.transaction(hashOf(late))).toMatchObject({ blockHeight: 3 });
  });
});

describe('a closing', () => {
  it('pays both out, once', async () => {
    const chain = await opened();
    expect(await chain.post(await posted(closeTx()))).toBeUndefined();
    expect(await chain.post(await posted(closeTx({ nonce: 3n })))).toContain('being closed already');
    await chain.mine();
    expect([chain.balance(alice.legacy), chain.balance(bob.legacy)]).toEqual([gift - 11n + 9n, gift]);
    expect([chain.locked, chain.fees]).toEqual([0n, 2n]);
    expect(await chain.post(await posted(closeTx({ nonce: 3n })))).toContain('no such channel');
  });

  it.each([
    ['other amounts than what is locked', () => posted(closeTx({ initiatorAmount: 10n })), 'not what lies in'],
    ['a used nonce', () => posted(closeTx({ nonce: 1n })), 'used already'],
    ['one signature', () => posted(closeTx(), bob), 'not two signatures'],
    ['a stranger’s signature', () => posted(closeTx(), mallory, bob), 'Not both have signed'],
    ['another channel', () => posted(closeTx({ of: 9n })), 'no such channel'],
  ])('with %s is not taken', async (_, make, reason) => {
    const chain = await opened();
    expect(await chain.post(await make())).toContain(reason);
    await chain.mine();
    expect(chain.locked).toBe(20n);
  });

  it('waits for its channel to be in a block', async () => {
    const chain = await newChain();
    expect(await chain.post(await posted(createTx()))).toBeUndefined();
    expect(await chain.post(await posted(closeTx()))).toContain('no such channel');
  });
});

describe('confirmations', () => {
  it('are reached with minimum_depth + 1 blocks, that of inclusion being the first', async () => {
    const chain = await newChain();
    const tx = await posted(createTx());
    await chain.post(tx);
    const told: string[] = [];
    chain.watch(
      tx,
      4,
      () => told.push(`reached at ${chain.height}`),
      (reason) => told.push(reason),
    );
    await chain.mine(4);
    expect(told).toEqual([]);
    await chain.mine(4);
    expect(told).toEqual(['reached at 5']);
  });
});

describe('a nonce', () => {
  it('is reserved for a purpose, and free again when that is given up', async () => {
    const chain = await newChain();
    expect(await Promise.all(['a/1', 'a/1', 'b/1'].map((purpose) => chain.reserve(key, purpose)))).toEqual([
      1n,
      1n,
      2n,
    ]);
    await chain.release('a/');
    expect(await chain.reserve(key, 'c/1')).toBe(1n);
  });
});

describe('accounts', () => {
  it('have what they are given, and others nothing', async () => {
    const chain = await newChain({ accounts: { [alice.modern]: 100n, [bob.legacy]: '50' } });
    expect([alice, bob, mallory].map(({ legacy }) => chain.balance(legacy))).toEqual([100n, 50n, 0n]);
    expect(await chain.post(await posted(createTx({ responderAmount: 51n })))).toContain('responder has not enough');
  });

  it.each(['-1', '1.5', 'much'])('cannot have %s', (balance) => {
    expect(() => newChain({ accounts: { [alice.modern]: balance } })).toThrow(/no amount/);
  });
});

describe('a chain that is started again', () => {
  it('goes on where it was', async () => {
    const store = new MemoryStore();
    const first = await newChain({ store });
    const [one, other] = [await posted(createTx()), await posted(createTx({ nonce: 3n }))];
    await first.post(one);
    await first.mine(2);
    await first.post(other);
    await first.reserve(key, 'kept');
    await first.stop();
    const next = await newChain({ store });
    expect([next.height, next.locked, next.fees, next.given]).toEqual([2, 20n, 1n, 2n * gift]);
    expect(next.transaction(hashOf(one))).toMatchObject({ confirmations: 2 });
    expect(next.transaction(hashOf(other))).toMatchObject({ blockHash: 'none' });
    expect(await next.reserve(key, 'kept')).toBe(2n);
    await next.mine();
    expect(next.locked).toBe(40n);
    expect(await next.post(await posted(createTx({ ttl: 9n })))).toContain('used already');
  });

  it('makes a block every so often', async () => {
    const clock = new SimulatedClock(0);
    const chain = await newChain({ clock, blockMs: 1_000 });
    for (let height = 1; height <= 3; height += 1) {
      clock.advance(1_000);
      await chain.reserve(key, 'a turn');
      await new Promise((resolve) => setImmediate(resolve));
      expect(chain.height).toBe(height);
    }
    await chain.stop();
    clock.advance(10_000);
    expect(chain.height).toBe(3);
  });
});
