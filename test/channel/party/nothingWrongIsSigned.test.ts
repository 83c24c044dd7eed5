/** A party compares what is put to it with what was announced, and signs nothing else. Each refusal has its reason. */
import { decode, encode } from '../../../src/channel/encoding.ts';
import { dealtWith, fate, type Node, signerOf, terms, useNode } from './world.ts';

const { opened, meet } = useNode();
const eras = ['legacy', 'modern'] as const;
const someone = new Uint8Array(32).fill(9);

describe.each(eras)('%s: a create transaction', (era) => {
  it.each<[string, (node: Node) => string, RegExp]>([
    ['with another initiator', ({ notary }) => notary.create([7n, 13n], { initiator: someone }), /another initiator/],
    ['with another responder', ({ notary }) => notary.create([7n, 13n], { responder: someone }), /another responder/],
    ['with more of ours', ({ notary }) => notary.create([8n, 13n], { initiatorAmount: 11n }), /another amount/],
    ['with less of theirs', ({ notary }) => notary.create([7n, 12n], { responderAmount: 9n }), /another amount/],
    ['with another reserve', ({ notary }) => notary.create([7n, 13n], { channelReserve: 0n }), /reserve/],
    ['with another lock period', ({ notary }) => notary.create([7n, 13n], { lockPeriod: 1n }), /lock period/],
    ['with another ttl', ({ notary }) => notary.create([7n, 13n], { ttl: 0n }), /ttl/],
    ['with another first state', ({ notary }) => notary.create([6n, 14n]), /state hash/],
    ['that is a closing', ({ notary }) => notary.close([7n, 12n]), /create/],
    ['that is damaged', ({ notary }) => damaged(notary.create()), /damaged|checksum/],
    ['that is a word', () => 'hello', /prefix/],
  ])('%s', async (_, tx, reason) => {
    const { opening, node, peer, hears } = await meet({ era });
    peer.info('channel_accept');
    peer.asks(node.createTag, tx(node));
    expect((await hears('declined')).reason).toMatch(reason);
    expect(await opening).toMatchObject({ name: 'PeerMisbehaved', code: 'wrongTransaction' });
    expect(await peer.closed).toBe(1000);
    expect(peer.unread()).toEqual([]);
  });

  it('that both candidates fit: push_amount given, or only talked of', async () => {
    for (const shares of [[7n, 13n] as const, [10n, 10n] as const]) {
      const { node, opening, channel } = await meet({ era, name: `${shares}` });
      node.shares = shares;
      await node.opens();
      await opening;
      expect(channel.state).toMatchObject({ initiatorAmount: shares[0], responderAmount: shares[1] });
    }
  });

  it("by the other party's tag", async () => {
    const { opening, node, peer } = await meet({ era });
    peer.asks('responder_signed', node.notary.create());
    expect(await opening).toMatchObject({ code: 'wrongTransaction', message: expect.stringContaining('other party') });
  });
});

/** One letter of it is another. */
function damaged(tx: string): string {
  const at = tx.length - 8;
  return `${tx.slice(0, at)}${tx[at] === 'a' ? 'b' : 'a'}${tx.slice(at + 1)}`;
}

type Bad = readonly [string, (node: Node) => string, RegExp];
const badStates: readonly Bad[] = [
  [
    'of another channel',
    ({ notary }) => notary.state(2, 'initiator', 1n, [6n, 14n], { channelId: someone }),
    /another channel/,
  ],
  ['of an old round', ({ notary }) => notary.state(1, 'initiator', 1n, [6n, 14n]), /round 1/],
  ['of a later round', ({ notary }) => notary.state(3, 'initiator', 1n, [6n, 14n]), /round 3/],
  ['with other amounts than announced', ({ notary }) => notary.state(2, 'initiator', 1n, [5n, 15n]), /state hash/],
  ['that is a closing', ({ notary }) => notary.close([6n, 13n]), /state transaction/],
  ['that is damaged', (node) => damaged(node.next('initiator', 1n).tx), /damaged|checksum|base58/],
  [
    'in the other encoding',
    (node) => encode('tx', 'modern', decode(node.next('initiator', 1n).tx, 'tx').bytes),
    /encoding/,
  ],
];

describe('our own update', () => {
  it.each([
    ...badStates,
    ['that pays more', (node: Node) => node.next('initiator', 2n).tx, /not the update/] as const,
    ['that pays the other way', (node: Node) => node.next('responder', 1n).tx, /not the update/] as const,
  ])('%s', async (_, tx, reason) => {
    const { channel, node, peer, hears } = await opened();
    const paying = fate(channel.pay(1n));
    await peer.hears();
    peer.asks('update', tx(node));
    expect((await hears('declined')).reason).toMatch(reason);
    expect(await paying).toMatchObject({ name: 'PeerMisbehaved', code: 'wrongTransaction' });
    await dealtWith(peer, hears);
    expect(peer.unread()).toEqual([]);
    expect(channel.state).toMatchObject({ round: 1 });
    peer.conflict(1);
    const next = channel.pay(1n);
    await node.finishes(await node.takesUpdate('initiator', 1n));
    expect(await next).toMatchObject({ round: 2 });
  });
});

describe("the other's update", () => {
  it.each([
    ...badStates,
    ['from what is kept in reserve', (node: Node) => node.next('initiator', 6n).tx, /reserve/] as const,
    ['from more than there is', ({ notary }: Node) => notary.state(2, 'initiator', 8n, [0n, 20n]), /reserve/] as const,
  ])('%s', async (_, tx, reason) => {
    const { channel, node, peer, hears } = await opened();
    peer.info('update');
    peer.asks('update_ack', tx(node));
    expect(await hears('declined')).toMatchObject({ tag: 'update_ack', reason: expect.stringMatching(reason) });
    await dealtWith(peer, hears);
    expect(peer.unread()).toEqual([]);
    await node.finishes(await node.putsUpdate('initiator', 1n));
    await hears('updated');
    expect(channel.state).toMatchObject({ round: 2 });
  });

  it('of which nobody says what it changes', async () => {
    const { node, peer, hears } = await opened({ era: 'modern' });
    peer.asks('update_ack', node.next('responder', 1n).tx);
    expect((await hears('declined')).reason).toMatch(/Nobody says/);
  });

  it('of which something else is said than it changes', async () => {
    const { node, peer, hears } = await opened({ era: 'modern' });
    peer.asks('update_ack', node.next('responder', 1n).tx, node.updates('responder', 2n));
    expect((await hears('declined')).reason).toMatch(/state hash/);
  });

  it('of which nobody says what it changes, for a policy that wants it all the same', async () => {
    const { channel, node, peer, hears } = await opened({ era: 'modern', inspection: 'ask', policy: () => true });
    const next = node.next('responder', 1n);
    peer.asks('update_ack', next.tx);
    await peer.reply('update_ack');
    await node.finishes(next);
    await hears('updated');
    expect(channel.state).toMatchObject({ round: 2 });
  });
});

describe('a closing', () => {
  const bad: readonly Bad[] = [
    ['of another channel', ({ notary }) => notary.close([6n, 13n], 1n, { channelId: someone }), /another channel/],
    ['whose sum is another', ({ notary }) => notary.close([6n, 12n]), /sum/],
    ['in which we get less', ({ notary }) => notary.close([5n, 14n]), /initiator gets less/],
    ['in which the other gets less', ({ notary }) => notary.close([7n, 12n]), /responder gets less/],
    ['that costs too much', ({ notary }) => notary.close([4n, 10n], 6n), /fee/],
    ['that is a state', (node) => node.next('initiator', 1n).tx, /closing transaction/],
  ];
  it.each(bad)('on our wish, %s', async (_, tx, reason) => {
    const { channel, node, peer, hears } = await opened({ maxFee: 5n });
    const closing = fate(channel.shutdown());
    await peer.hears();
    peer.asks('shutdown_sign', tx(node));
    expect((await hears('declined')).reason).toMatch(reason);
    expect(await closing).toMatchObject({ code: 'wrongTransaction' });
  });

  it.each(bad)("on the other's wish, %s", async (_, tx, reason) => {
    const { channel, node, peer, hears } = await opened({ maxFee: 5n });
    peer.asks('shutdown_sign_ack', tx(node));
    expect((await hears('declined')).reason).toMatch(reason);
    await dealtWith(peer, hears);
    expect(peer.unread()).toEqual([]);
    expect(channel.state).toMatchObject({ round: 1 });
  });

  it('on the wish of the other is signed when it is right', async () => {
    const { node, peer, notary, hears, channel } = await opened();
    peer.asks('shutdown_sign_ack', node.closing);
    const reply = await peer.reply('shutdown_sign_ack');
    expect(await notary.signersOf(reply)).toEqual(['initiator']);
    peer.onChain(await notary.cosigned(node.closing));
    await hears('closing');
    peer.info('died');
    await channel.ended;
  });
});

describe('a transaction that is said to be co-signed', () => {
  it('with one signature only is noticed; the right one is taken', async () => {
    const { channel, node, peer, notary, hears, pair } = await opened({ speaks: 'epoch' });
    const paying = channel.pay(1n);
    const own = await node.takesUpdate('initiator', 1n);
    peer.state(own.reply);
    expect(await hears('error')).toMatchObject({ reason: 'violated', detail: expect.stringContaining('not both') });
    peer.state(await notary.signed(own.reply, await signerOf(9)));
    expect(await hears('error')).toMatchObject({ reason: 'violated' });
    peer.state(await notary.cosigned(node.next('initiator', 2n).tx));
    expect(await hears('error')).toMatchObject({ detail: expect.stringContaining('not signed') });
    await node.finishes(own);
    expect(await paying).toMatchObject({ round: 2, isCoSigned: true });
    expect(await notary.signersOf(channel.state?.tx ?? '')).toHaveLength(2);
    expect(pair.era).toBe('legacy');
  });

  it('again and again says nothing new', async () => {
    const { channel, node, peer, notary, hears, told } = await opened({ speaks: 'epoch' });
    const paying = channel.pay(1n);
    const own = await node.takesUpdate('initiator', 1n);
    await node.finishes(own);
    await node.finishes(own);
    peer.info('update_finalized');
    peer.state(await notary.cosigned(notary.create([10n, 10n])));
    expect(await paying).toMatchObject({ round: 2 });
    await dealtWith(peer, hears);
    expect(told.filter(({ type }) => type === 'error')).toEqual([]);
    expect(told.filter(({ type }) => type === 'updated')).toHaveLength(1);
  });

  it('after update_finalized is kept as the proof', async () => {
    const { channel, node, peer, notary, hears } = await opened();
    const paying = channel.pay(1n);
    const own = await node.takesUpdate('initiator', 1n);
    await node.finishes(own);
    expect(await paying).toMatchObject({ isCoSigned: false });
    peer.state(await notary.cosigned(own.tx));
    await dealtWith(peer, hears);
    expect(channel.state).toMatchObject({ round: 2, isCoSigned: true });
  });

  it('of the opening, by somebody else', async () => {
    const { opening, node, peer, notary, hears } = await meet();
    await node.asksForCreate();
    peer.onChain(await notary.signed(notary.create(), await signerOf(9)));
    expect(await hears('error')).toMatchObject({ reason: 'violated' });
    await node.locks();
    expect(await opening).not.toBeInstanceOf(Error);
    expect(terms.pushAmount).toBe(3n);
  });
});

it('a transaction is signed once a round: another one is declined, the same one is said again', async () => {
  const { node, peer, hears } = await opened();
  const its = await node.putsUpdate('responder', 1n);
  peer.asks('update_ack', node.next('responder', 2n).tx);
  expect((await hears('declined')).reason).toMatch(/another transaction/);
  peer.asks('update_ack', its.tx);
  expect(await peer.reply('update_ack')).toBe(its.reply);
  await dealtWith(peer, hears);
  expect(peer.unread()).toEqual([]);
});

it('a party without the key of its role is not opened', async () => {
  await expect(meet({ signer: await signerOf(9) })).rejects.toMatchObject({
    name: 'LocalMisuse',
    code: 'foreignSigner',
  });
});
