/** A node cannot make a party pay what it likes for opening, or let somebody else act for it: neither was asked for. */
import { encode } from '../../../src/channel/encoding.ts';
import { encodeTransaction } from '../../../src/channel/serialization.ts';
import { terms, useNode } from '../party/world.ts';

const { meet } = useNode();

it.each(['legacy', 'modern'] as const)('%s: a fee that is more than closing may cost', async (era) => {
  const { opening, node, peer, hears } = await meet({ era, maxFee: 5n });
  peer.info('channel_accept');
  peer.asks(node.createTag, node.notary.create([7n, 13n], { fee: 6n }));
  expect((await hears('declined')).reason).toMatch(/fee/);
  expect(await opening).toMatchObject({ name: 'PeerMisbehaved', code: 'wrongTransaction' });
});

it.each([
  ['initiator', 'initiatorDelegates'],
  ['responder', 'responderDelegates'],
] as const)('a delegate of the %s', async (_, name) => {
  const { opening, node, peer, hears, notary } = await meet({ era: 'modern' });
  const { initiatorAmount, responderAmount, channelReserve, lockPeriod, ttl } = terms;
  const tx = encodeTransaction({
    type: 'channelCreate',
    era: 'today',
    initiator: notary.key('initiator'),
    responder: notary.key('responder'),
    initiatorAmount,
    responderAmount,
    channelReserve,
    lockPeriod: BigInt(lockPeriod),
    ttl: BigInt(ttl),
    fee: 1n,
    nonce: 5n,
    stateHash: notary.hash([7n, 13n]),
    initiatorDelegates: [],
    responderDelegates: [],
    [name]: [new Uint8Array(32).fill(9)],
  });
  peer.info('channel_accept');
  peer.asks(node.createTag, encode('tx', 'modern', tx));
  expect((await hears('declined')).reason).toMatch(/for a party/);
  expect(await opening).toMatchObject({ code: 'wrongTransaction' });
});
