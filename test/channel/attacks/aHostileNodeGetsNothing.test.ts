/**
 * A node that says anything at any time, to a party of ours that wants to pay and to close. Ours releases one transaction a round unless a conflict takes
 * the round back, only what its app has asked for or what is right, nothing of which it loses more than that; no promise hangs; no secret is shown.
 */
import fc from 'fast-check';
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { toHex } from '../../../src/bytes.ts';
import { see } from '../../../src/channel/seen.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { dealtWith, fate, type Node, useNode } from '../party/world.ts';

const { opened } = useNode();

type Word = (node: Node) => void | Promise<void>;

/** Everything a node can say, right or wrong; rounds and amounts are around those that are right. */
const word = fc
  .record({
    what: fc.nat({ max: 17 }),
    round: fc.integer({ min: 0, max: 4 }),
    amount: fc.constantFrom(0n, 1n, 2n, 3n, 5n, 6n, 13n),
    from: fc.constantFrom<'initiator' | 'responder'>('initiator', 'responder'),
    signatures: fc.nat({ max: 2 }),
    fee: fc.constantFrom(0n, 1n, 4n),
  })
  .map(({ what, round, amount, from, signatures, fee }): Word => {
    return async (node) => {
      const { peer, notary } = node;
      const change = from === 'initiator' ? -amount : amount;
      const shares = [7n + change < 0n ? 0n : 7n + change, 13n - change < 0n ? 0n : 13n - change] as const;
      const state = notary.state(round, from, amount, shares);
      const close = notary.close([shares[0] < fee ? 0n : shares[0] - fee, shares[1]], fee);
      const signed = async (tx: string) =>
        signatures === 0
          ? tx
          : signatures === 1
            ? notary.signed(tx, notary.pair.signers.responder)
            : notary.cosigned(tx);
      const says: readonly (() => void | Promise<void>)[] = [
        () => peer.asks('update', state, node.updates(from, amount)),
        () => peer.asks('update_ack', state, node.updates(from, amount)),
        () => peer.asks('shutdown_sign', close),
        () => peer.asks('shutdown_sign_ack', close),
        () => peer.asks('initiator_signed', notary.create()),
        () => peer.asks('update', close),
        () => peer.asks('shutdown_sign_ack', state),
        () => peer.conflict(round),
        () => peer.info('update_finalized'),
        () => peer.info('update'),
        () => peer.info('open', 'funding_locked', 'close_mutual', 'channel_accept'),
        async () => peer.state(await signed(state)),
        async () => peer.onChain(await signed(close)),
        async () => peer.onChain(await signed(notary.create())),
        () => peer.say({ action: 'error', payload: { reason: 'conflict', request: { action: 'update' } } }),
        () => peer.say({ action: 'error', payload: { message: 'no' } }),
        () => peer.raw('nonsense'),
        () => peer.asks('update_ack', state, [{ from: 'x', to: 'y', amount: -1 }]),
      ];
      await says[what]?.();
    };
  });

it.each(['legacy', 'modern'] as const)(
  '%s',
  async (era) => {
    const act = fc.oneof(
      { weight: 6, arbitrary: word },
      { weight: 2, arbitrary: fc.constantFrom('pay', 'request', 'shutdown', 'wait') },
    );
    let name = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (acts) => {
        name += 1;
        const store = new MemoryStore();
        const clock = new SimulatedClock();
        const { channel, node, peer, hears, told, pair } = await opened({
          era,
          store,
          clock,
          name: `${name}`,
          maxFee: 2n,
          answerTimeout: 2_000,
          watch: false,
          signTimeout: 400,
          finishTimeout: 40,
          closeTimeout: 40,
        });
        const promises: Promise<unknown>[] = [];
        const released = new Map<string, string>();
        for (const each of acts) {
          if (each === 'pay') promises.push(fate(channel.pay(1n)));
          else if (each === 'request') promises.push(fate(channel.request(1n)));
          else if (each === 'shutdown') promises.push(fate(channel.shutdown()));
          else if (each === 'wait') clock.next();
          else if (typeof each !== 'string') await each(node);
          if (channel.machineState.startsWith('open')) await dealtWith(peer, hears);
          const { state } = channel;
          const wrong: string[] = [];
          if (state !== undefined) {
            const { initiatorAmount, responderAmount } = state;
            if (initiatorAmount + responderAmount !== 20n) wrong.push('the sum');
            if (initiatorAmount < 2n || responderAmount < 2n) wrong.push('the reserve');
          }
          for (const frame of [...peer.unread()]) {
            const { payload } = JSON.parse(await peer.frame());
            const seen = typeof payload?.tx === 'string' ? see(payload.tx) : undefined;
            if (seen === undefined || seen.kind === 'unreadable' || seen.kind === 'create') continue;
            const key = seen.kind === 'offchain' ? seen.round : 'close';
            const before = released.get(key);
            const isTakenBack = told.some(({ type }) => type === 'conflict');
            if (before !== undefined && before !== seen.id && !isTakenBack) wrong.push(`twice: ${frame}`);
            released.set(key, seen.id);
            if (seen.kind === 'close' && BigInt(seen.fee) > 2n) wrong.push('the fee');
          }
          expect(wrong).toEqual([]);
        }
        let isOver = false;
        const over = Promise.all([...promises, channel.disconnect()]).finally(() => {
          isOver = true;
        });
        while (!isOver) {
          clock.next();
          await new Promise(setImmediate);
        }
        await over;
        const secret = toHex(new Uint8Array(32).fill(1));
        const keys: string[] = [];
        for await (const key of store.keys('')) keys.push(key, (await store.read(key)) ?? '');
        expect(
          JSON.stringify([keys, told], (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
        ).not.toContain(secret);
        expect(pair.era).toBe(era);
      }),
      { numRuns: 60, seed: 7, endOnFailure: true },
    );
  },
  120_000,
);
