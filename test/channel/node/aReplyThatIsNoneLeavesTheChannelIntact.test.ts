/** What comes in place of a signed transaction: each is answered with what is wrong, and the request to sign stays open. */
import { decode, encode } from '../../../src/channel/encoding.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { merged } from '../../../src/channel/signatures.ts';
import type { Transaction } from '../../../src/channel/transactions.ts';
import { alice, bob, type Fields, fields, mallory, signed, txOf, World, type Wscat } from './world.ts';

let world: World;

afterEach(() => world.close());

type Change = (tx: string, era: 'legacy' | 'modern') => string | Promise<string>;

/** The same transaction with something else in it. */
const changed =
  (change: (transaction: Transaction) => Transaction): Change =>
  (tx) => {
    const { era, bytes } = decode(tx, 'tx');
    return encode('tx', era, encodeTransaction(change(decodeTransaction(bytes))));
  };

const otherAmounts = changed((tx) => {
  if (tx.type === 'channelOffchain' && tx.era !== 'old') return { ...tx, stateHash: new Uint8Array(32) };
  if (tx.type === 'channelCreate' || tx.type === 'channelCloseMutual')
    return { ...tx, initiatorAmount: tx.initiatorAmount + 1n };
  return tx;
});
const otherRound = changed((tx) => (tx.type === 'channelOffchain' && tx.era !== 'old' ? { ...tx, round: 1n } : tx));
const otherChannel = changed((tx) =>
  tx.type === 'channelOffchain' || tx.type === 'channelCloseMutual' ? { ...tx, channelId: new Uint8Array(32) } : tx,
);

const broken = { reason: 'broken_encoding' };
const notThis = { message: 'That is not the transaction that was to be signed.' };
const notYours = { message: 'That signature is not yours.' };

const replies: readonly (readonly [name: string, reply: Change, payload: Fields])[] = [
  ['no text of a transaction', () => 'tx$!!!', broken],
  ['text of another kind', () => alice.legacy, broken],
  ['a wrong checksum', (tx) => `${tx.slice(0, 10)}${tx[10] === 'x' ? 'y' : 'x'}${tx.slice(11)}`, broken],
  ['a transaction of another kind', () => encode('tx', 'modern', Uint8Array.of(0xc2, 0x0c, 0x01)), broken],
  ['what is too long', () => `tx$${'1'.repeat(5_000)}`, broken],
  ['no signature', (tx) => tx, { message: 'The transaction is not signed.' }],
  ['a stranger’s signature', (tx) => signed(tx, mallory), notYours],
  ['the other party’s signature', (tx) => signed(tx, bob), notYours],
  ['a signature for another era', (tx, era) => signed(tx, alice, era === 'legacy' ? 'network' : 'raw'), notYours],
  ['other amounts', async (tx) => signed(await otherAmounts(tx, 'legacy'), alice), notThis],
];
const updateReplies: typeof replies = [
  ['an old round', async (tx) => signed(await otherRound(tx, 'legacy'), alice), notThis],
  ['another channel', async (tx) => signed(await otherChannel(tx, 'legacy'), alice), notThis],
];

async function refuses(party: Wscat, asked: Fields, reply: string, payload: Fields): Promise<void> {
  const frame = JSON.stringify({ action: asked['tag'], payload: { tx: reply } });
  party.type(frame);
  const answer = fields((await party.next())['payload']);
  expect(answer).toMatchObject(payload);
  if ('reason' in payload) expect(answer['request']).toEqual(JSON.parse(frame));
}

describe.each(['legacy', 'modern'] as const)('with %s encodings', (era) => {
  beforeEach(async () => {
    world = await World.open();
  });

  it.each(replies)('%s in place of a signed create transaction', async (_, reply, payload) => {
    const initiator = await world.connect('initiator', { era });
    const responder = await world.connect('responder', { era });
    await initiator.next();
    await responder.next();
    const asked = await initiator.next();
    await refuses(initiator, asked, await reply(txOf(asked), era), payload);
    initiator.type({ action: asked['tag'], payload: { tx: await signed(txOf(asked), alice) } });
    await responder.next();
    await responder.signs();
    expect(await initiator.next()).toMatchObject({ payload: { event: 'funding_signed' } });
  });

  it.each([...replies, ...updateReplies])('%s in place of a signed update', async (_, reply, payload) => {
    const [initiator, responder] = await world.opened({ era });
    initiator.type({ action: 'update', tag: 'new', payload: { from: alice[era], to: bob[era], amount: 1 } });
    const asked = await initiator.next();
    await refuses(initiator, asked, await reply(txOf(asked), era), payload);
    initiator.type({ action: 'update', payload: { tx: await signed(txOf(asked), alice) } });
    await responder.next();
    await responder.signs();
    expect(await initiator.next()).toMatchObject({ payload: { event: 'update_finalized' } });
  });

  it.each(replies)('%s in place of a signed closing', async (_, reply, payload) => {
    const [initiator, responder] = await world.opened({ era });
    responder.type({ action: 'shutdown' });
    await responder.signs();
    const asked = await initiator.next();
    await refuses(initiator, asked, await reply(txOf(asked), era), payload);
    initiator.type({ action: asked['tag'], payload: { tx: await signed(txOf(asked), alice) } });
    expect(await initiator.next()).toMatchObject({ action: 'on_chain_tx' });
  });
});

describe('a reply that nobody asked for', () => {
  beforeEach(async () => {
    world = await World.open();
  });

  it.each(['initiator_signed', 'responder_sign', 'update', 'update_ack', 'shutdown_sign', 'shutdown_sign_ack'])(
    '%s is refused, and nothing else happens',
    async (action) => {
      const [initiator, responder] = await world.opened();
      initiator.type({ action: 'update', tag: 'new', payload: { from: alice.legacy, to: bob.legacy, amount: 1 } });
      const asked = await initiator.next();
      responder.type({ action, payload: { tx: await signed(txOf(asked), bob) } });
      expect(await responder.next()).toEqual({
        action: 'error',
        payload: { message: 'That signature was not asked for.' },
      });
      initiator.type({ action: 'update', payload: { tx: await signed(txOf(asked), alice) } });
      await responder.next();
      await responder.signs();
      expect(await responder.next()).toMatchObject({ payload: { event: 'update_finalized' } });
    },
  );

  it('is nothing to speak of where it comes twice', async () => {
    const [initiator, responder] = await world.opened();
    initiator.type({ action: 'update', tag: 'new', payload: { from: alice.legacy, to: bob.legacy, amount: 1 } });
    const reply = { action: 'update', payload: { tx: await signed(txOf(await initiator.next()), alice) } };
    initiator.type(reply);
    initiator.type(reply);
    await responder.next();
    const ack = { action: 'update_ack', payload: { tx: await signed(txOf(await responder.next()), bob) } };
    responder.type(ack);
    responder.type(ack);
    initiator.type(reply);
    expect(await initiator.next()).toMatchObject({ payload: { event: 'update_finalized' } });
    expect(await responder.next()).toMatchObject({ payload: { event: 'update_finalized' } });
    initiator.type(reply);
    await initiator.settled();
    await responder.settled();
    expect([...initiator.unread, ...responder.unread]).toEqual([]);
  });

  it('may hold both signatures', async () => {
    const [initiator, responder] = await world.opened();
    initiator.type({ action: 'update', tag: 'new', payload: { from: alice.legacy, to: bob.legacy, amount: 1 } });
    const mine = await signed(txOf(await initiator.next()), alice);
    initiator.type({ action: 'update', payload: { tx: mine } });
    await responder.next();
    const theirs = await signed(txOf(await responder.next()), bob);
    const [one, other] = [mine, theirs].map((tx) => decodeTransaction(decode(tx, 'tx').bytes));
    if (one === undefined || other === undefined) throw new Error('There are two.');
    const whole = encode('tx', 'legacy', encodeTransaction(merged(one, other)));
    responder.type({ action: 'update_ack', payload: { tx: whole } });
    expect(await responder.next()).toMatchObject({ payload: { event: 'update_finalized' } });
  });

  it('closes the socket of whoever goes on so, and of nobody else', async () => {
    await world.close();
    world = await World.open({ limits: { violations: 3 } });
    const [initiator, responder] = await world.opened();
    for (let count = 0; count < 4; count += 1) initiator.type('nonsense');
    expect(await initiator.closed).toEqual([1008, 'too many messages made no sense']);
    const back = await world.connect('initiator');
    await back.shows(2);
    await world.updated(responder, back, 1);
  });
});
