/** Every transaction that breaks a rule is refused with the rule that it breaks, and nothing has moved. */

import type { Era } from '../../../src/channel/encoding.ts';
import { channelId } from '../../../src/channel/hashes.ts';
import { proofOfBalances } from '../../../src/channel/poi.ts';
import { encodeTransaction } from '../../../src/channel/serialization.ts';
import type { Chain } from '../../../src/channel/serve.ts';
import type { Unsigned } from '../../../src/channel/transactions.ts';
import { alice, bob, mallory, type Person } from '../node/world.ts';
import {
  asText,
  balances,
  closeMutualTx,
  closeSoloTx,
  createTx,
  depositTx,
  eras,
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
  withdrawTx,
} from './dispute.ts';

const split: Split = [9n, 11n];
const otherId = channelId(alice.signer.publicKey, 9n, bob.signer.publicKey);

interface Case {
  /** Has happened before. */
  readonly after?: (chain: Chain, era: Era) => Promise<void>;
  readonly tx: (era: Era) => Promise<Unsigned> | Unsigned;
  readonly by: readonly Person[];
  readonly reason: string;
}

/** Alice has closed alone with round 3; it is locked until block 7. */
const closing = async (chain: Chain, era: Era): Promise<void> =>
  included(chain, await text(closeSoloTx(await state(era, 3n, split), proofOf(split), { nonce: 2n }), era, alice));

const locksAreOver = async (chain: Chain, era: Era): Promise<void> => {
  await closing(chain, era);
  await chain.mine(5);
};

const both = [alice, bob];

const cases: Readonly<Record<string, Case>> = {
  'a deposit of more than the account has': {
    tx: (era) => depositTx(era, 989n, 2n, [999n, 10n], { nonce: 2n }),
    by: both,
    reason: 'The initiator has not enough.',
  },
  'a deposit that only one has signed': {
    tx: (era) => depositTx(era, 5n, 2n, [15n, 10n], { nonce: 2n }),
    by: [alice],
    reason: 'not two signatures',
  },
  'a deposit that a stranger has signed instead of the other': {
    tx: (era) => depositTx(era, 5n, 2n, [15n, 10n], { nonce: 2n }),
    by: [alice, mallory],
    reason: 'Not both have signed the transaction.',
  },
  'a deposit from a stranger’s account': {
    tx: (era) => depositTx(era, 5n, 2n, [15n, 10n], { from: mallory, nonce: 2n }),
    by: both,
    reason: 'no party of the channel',
  },
  'a deposit with the round that is there': {
    tx: (era) => depositTx(era, 5n, 1n, [15n, 10n], { nonce: 2n }),
    by: both,
    reason: 'the chain already knows it',
  },
  'a deposit into a channel that is being closed': {
    after: closing,
    tx: (era) => depositTx(era, 5n, 4n, [15n, 10n], { nonce: 3n }),
    by: both,
    reason: 'being closed by one party',
  },
  'a deposit into a channel that is none': {
    tx: (era) => depositTx(era, 5n, 2n, [15n, 10n], { nonce: 2n, channel: otherId }),
    by: both,
    reason: 'no such channel',
  },
  'a withdrawal that leaves less than the reserve': {
    tx: (era) => withdrawTx(era, 17n, 2n, [2n, 1n], { nonce: 2n }),
    by: both,
    reason: 'Less than the reserve of both would stay',
  },
  'a withdrawal that only one has signed': {
    tx: (era) => withdrawTx(era, 5n, 2n, [5n, 10n], { nonce: 2n }),
    by: [alice],
    reason: 'not two signatures',
  },
  'a withdrawal to a stranger': {
    tx: (era) => withdrawTx(era, 5n, 2n, [5n, 10n], { from: mallory, nonce: 2n }),
    by: both,
    reason: 'no party of the channel',
  },
  'a withdrawal of an old round': {
    tx: (era) => withdrawTx(era, 5n, 0n, [5n, 10n], { nonce: 2n }),
    by: both,
    reason: 'the chain knows a later one',
  },
  'a withdrawal from a channel that is being closed': {
    after: closing,
    tx: (era) => withdrawTx(era, 5n, 4n, [5n, 10n], { nonce: 3n }),
    by: both,
    reason: 'being closed by one party',
  },
  'a closing alone by a stranger': {
    tx: async (era) => closeSoloTx(await state(era, 2n, split), proofOf(split), { from: mallory, nonce: 1n }),
    by: [mallory],
    reason: 'no party of the channel',
  },
  'a closing alone in the other’s name': {
    tx: async (era) => closeSoloTx(await state(era, 2n, split), proofOf(split), { from: bob, nonce: 1n }),
    by: [alice],
    reason: 'The poster has not signed',
  },
  'a closing alone with a state that only one has signed': {
    tx: async (era) => closeSoloTx(await state(era, 2n, split, { by: [alice] }), proofOf(split), { nonce: 2n }),
    by: [alice],
    reason: 'Not both have signed the state.',
  },
  'a closing alone with a state that one has signed with a stranger': {
    tx: async (era) =>
      closeSoloTx(await state(era, 2n, split, { by: [alice, mallory] }), proofOf(split), { nonce: 2n }),
    by: [alice],
    reason: 'Not both have signed the state.',
  },
  'a closing alone with a state of another channel of the two': {
    tx: async (era) => closeSoloTx(await state(era, 2n, split, { channel: otherId }), proofOf(split), { nonce: 2n }),
    by: [alice],
    reason: 'one of another channel',
  },
  'a closing alone with a proof of something else': {
    tx: async (era) => closeSoloTx(await state(era, 2n, split), proofOf([19n, 1n]), { nonce: 2n }),
    by: [alice],
    reason: 'not one of that state',
  },
  'a closing alone with more than there is': {
    tx: async (era) => closeSoloTx(await state(era, 2n, [10n, 11n]), proofOf([10n, 11n]), { nonce: 2n }),
    by: [alice],
    reason: 'shows more than lies in the channel',
  },
  'a closing alone with a proof of one balance': {
    tx: async (era) =>
      closeSoloTx(await state(era, 2n, split), proofOfBalances(balances(split), [alice.signer.publicKey]), {
        nonce: 2n,
      }),
    by: [alice],
    reason: 'does not show what both have',
  },
  'a closing alone with the round that the chain knows': {
    tx: async (era) => closeSoloTx(await state(era, 1n, split), proofOf(split), { nonce: 2n }),
    by: [alice],
    reason: 'the chain already knows it',
  },
  'a closing alone with a deposit as the state': {
    tx: async (era) => {
      const signed = await signedBy(depositTx(era, 5n, 2n, split, { nonce: 2n }), era, both);
      return closeSoloTx(encodeTransaction(signed), proofOf(split), { nonce: 2n });
    },
    by: [alice],
    reason: 'no off-chain transaction',
  },
  'a closing alone with a state that is none': {
    tx: () => closeSoloTx(Uint8Array.of(1, 2, 3), proofOf(split), { nonce: 2n }),
    by: [alice],
    reason: 'cannot be read',
  },
  'a closing alone with a proof that is none': {
    tx: () => closeSoloTx(none, Uint8Array.of(0xc0), { nonce: 2n }),
    by: [alice],
    reason: 'cannot be read',
  },
  'a closing alone of a channel that is being closed': {
    after: closing,
    tx: async (era) => closeSoloTx(await state(era, 4n, split), proofOf(split), { from: bob, nonce: 1n }),
    by: [bob],
    reason: 'being closed by one party',
  },
  'a closing alone that both have signed': {
    tx: async (era) => closeSoloTx(await state(era, 2n, split), proofOf(split), { nonce: 2n }),
    by: both,
    reason: 'not one signature',
  },
  'a closing alone whose fee the account does not have': {
    tx: async (era) => closeSoloTx(await state(era, 2n, split), proofOf(split), { nonce: 2n, fee: 990n }),
    by: [alice],
    reason: 'The initiator has not enough.',
  },
  'a slash with an older state': {
    after: closing,
    tx: async (era) => slashTx(await state(era, 2n, [1n, 19n]), proofOf([1n, 19n]), { from: bob, nonce: 1n }),
    by: [bob],
    reason: 'The state of round 2 is too old: the chain knows a later one.',
  },
  'a slash with the same round': {
    after: closing,
    tx: async (era) => slashTx(await state(era, 3n, [1n, 19n]), proofOf([1n, 19n]), { from: bob, nonce: 1n }),
    by: [bob],
    reason: 'the chain already knows it',
  },
  'a slash without a state': {
    after: closing,
    tx: () => slashTx(none, proofOf(split), { from: bob, nonce: 1n }),
    by: [bob],
    reason: 'needs a state',
  },
  'a slash where nobody has closed': {
    tx: async (era) => slashTx(await state(era, 2n, split), proofOf(split), { from: bob, nonce: 1n }),
    by: [bob],
    reason: 'nothing to slash',
  },
  'a slash by a stranger': {
    after: closing,
    tx: async (era) => slashTx(await state(era, 4n, split), proofOf(split), { from: mallory, nonce: 1n }),
    by: [mallory],
    reason: 'no party of the channel',
  },
  'a settlement too early': {
    after: closing,
    tx: () => settleTx(split, { nonce: 3n }),
    by: [alice],
    reason: 'It is too early: the channel is locked until block 7.',
  },
  'a settlement with other amounts': {
    after: locksAreOver,
    tx: () => settleTx([10n, 10n], { nonce: 3n }),
    by: [alice],
    reason: 'not those with which the channel was closed',
  },
  'a settlement with amounts swapped': {
    after: locksAreOver,
    tx: () => settleTx([split[1], split[0]], { nonce: 3n }),
    by: [alice],
    reason: 'not those with which the channel was closed',
  },
  'a settlement where nobody has closed': {
    tx: () => settleTx([10n, 10n], { nonce: 2n }),
    by: [alice],
    reason: 'nothing to settle',
  },
  'a settlement by a stranger': {
    after: locksAreOver,
    tx: () => settleTx(split, { from: mallory, nonce: 1n }),
    by: [mallory],
    reason: 'no party of the channel',
  },
  'a snapshot of an old round': {
    tx: async (era) => snapshotTx(await state(era, 1n, split), { nonce: 2n }),
    by: [alice],
    reason: 'the chain already knows it',
  },
  'a snapshot without a state': {
    tx: () => snapshotTx(none, { nonce: 2n }),
    by: [alice],
    reason: 'needs a state',
  },
  'a snapshot of a channel that is being closed': {
    after: closing,
    tx: async (era) => snapshotTx(await state(era, 4n, split), { nonce: 3n }),
    by: [alice],
    reason: 'being closed by one party',
  },
  'a nonce that is used': {
    tx: async (era) => closeSoloTx(await state(era, 2n, split), proofOf(split), { nonce: 1n }),
    by: [alice],
    reason: 'nonce 1 of the initiator is used already',
  },
  'a ttl that is over': {
    tx: async (era) => closeSoloTx(await state(era, 2n, split), proofOf(split), { nonce: 2n, ttl: 1n }),
    by: [alice],
    reason: 'ttl is over',
  },
  'an off-chain transaction by itself': {
    tx: (era) => {
      const terms = { type: 'channelOffchain', channelId: otherId, round: 2n, stateHash: new Uint8Array(32) } as const;
      return era === 'legacy' ? { ...terms, era: '2018', updates: [] } : { ...terms, era: 'today' };
    },
    by: both,
    reason: 'not posted',
  },
  'a closing by both that only one has signed': {
    tx: (era) => closeMutualTx(era, [9n, 10n], { nonce: 2n }),
    by: [alice],
    reason: 'not two signatures',
  },
  'a closing by both of which nothing is left for the fee': {
    tx: (era) => closeMutualTx(era, [10n, 10n], { nonce: 2n }),
    by: both,
    reason: 'not what lies in the channel',
  },
};

describe.each(eras)('in the %s era', (era) => {
  it.each(Object.entries(cases))('%s', async (_, { after, tx, by, reason }) => {
    const chain = await opened(era);
    await after?.(chain, era);
    const before = { ...what(chain), channel: chain.channel(idHex) };
    expect(await chain.post(await text(await tx(era), era, ...by))).toContain(reason);
    await chain.mine();
    expect({ ...what(chain), channel: chain.channel(idHex) }).toEqual(before);
  });

  it('a transaction that was altered after it was signed', async () => {
    const chain = await opened(era);
    const right = await signedBy(depositTx(era, 5n, 2n, [15n, 10n], { nonce: 2n }), era, both);
    const altered = { ...right, transaction: depositTx(era, 6n, 2n, [15n, 10n], { nonce: 2n }) };
    expect(await chain.post(asText(altered, era))).toContain('Not both have signed');
    expect(await chain.post(asText(right, era))).toBeUndefined();
  });

  it('a signature of the other era', async () => {
    const chain = await opened(era);
    const other = era === 'legacy' ? 'modern' : 'legacy';
    const signed = await signedBy(depositTx(era, 5n, 2n, [15n, 10n], { nonce: 2n }), other, both);
    expect(await chain.post(asText(signed, era))).toContain('Not both have signed');
  });

  it('the same channel, opened twice', async () => {
    const chain = await opened(era);
    expect(await chain.post(await text(createTx(era, [11n, 10n]), era, ...both))).toContain('used already');
  });
});
