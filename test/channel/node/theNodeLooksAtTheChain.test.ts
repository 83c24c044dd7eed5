/** What happens to a channel on the chain without its node is told to both parties, and is so. */
import { hashOf, id, proofOf, state, text } from '../chain/dispute.ts';
import { alice, bob, fields, World, type Wscat } from './world.ts';

let world: World;
let parties: readonly [Wscat, Wscat];

const states = { era: 'modern', more: { states: 'true' } } as const;

beforeEach(async () => {
  world = await World.open();
  const initiator = await world.connect('initiator', states);
  const responder = await world.connect('responder', states);
  parties = [initiator, responder];
  await Promise.all([initiator.shows(2), responder.shows(2)]);
  await initiator.signs();
  await responder.next();
  await responder.signs();
  await Promise.all([initiator.shows(2), responder.next()]);
  await world.server.chain.mine(5);
  for (const party of parties) await party.shows(4);
});
afterEach(() => world.close());

/** What one who takes more than the text is told, in short. */
async function hears(party: Wscat, count: number): Promise<unknown[]> {
  const messages = await party.shows(count);
  return messages.map(({ action, payload }) => {
    const { event, info } = fields(payload);
    return event ?? info ?? action;
  });
}

async function post(tx: string): Promise<void> {
  expect(await world.server.chain.post(tx)).toBeUndefined();
  await world.server.chain.mine();
}

test('a deposit that both have signed elsewhere and posted is the last state', async () => {
  const deposit = {
    type: 'channelDeposit',
    channelId: id,
    from: alice.signer.publicKey,
    amount: 5n,
    ttl: 0n,
    fee: 1n,
    stateHash: hashOf([12n, 13n], 'modern'),
    round: 2n,
    nonce: 2n,
  } as const;
  await post(await text(deposit, 'modern', alice, bob));
  for (const party of parties) expect(await hears(party, 2)).toEqual(['channel_changed', 'update']);
  const [initiator, responder] = parties;
  await world.updated(initiator, responder, 10);
});

test('who closes alone with an old state is told of as one that can be answered, and nothing is signed any more', async () => {
  const [initiator, responder] = parties;
  await world.updated(initiator, responder, 1);
  const close = {
    type: 'channelCloseSolo',
    channelId: id,
    from: alice.signer.publicKey,
    payload: new Uint8Array(0),
    poi: proofOf([7n, 13n]),
    ttl: 0n,
    fee: 1n,
    nonce: 2n,
  } as const;
  await post(await text(close, 'modern', alice));
  for (const party of parties) expect(await hears(party, 2)).toEqual(['solo_closing', 'can_slash']);
  initiator.type({ action: 'deposit', tag: 'new', payload: { amount: 1 } });
  expect(await initiator.next()).toMatchObject({ action: 'error', payload: { reason: 'not_allowed_now' } });

  const slash = {
    type: 'channelSlash',
    channelId: id,
    from: bob.signer.publicKey,
    payload: await state('modern', 3n, [4n, 16n]),
    poi: proofOf([4n, 16n]),
    ttl: 0n,
    fee: 1n,
    nonce: 1n,
  } as const;
  await post(await text(slash, 'modern', bob));
  for (const party of parties) expect(await hears(party, 1)).toEqual(['solo_closing']);
  await world.server.chain.mine(10);
  const settle = {
    type: 'channelSettle',
    channelId: id,
    from: bob.signer.publicKey,
    initiatorAmount: 4n,
    responderAmount: 16n,
    ttl: 0n,
    fee: 1n,
    nonce: 2n,
  } as const;
  await post(await text(settle, 'modern', bob));
  for (const party of parties) {
    expect(await hears(party, 2)).toEqual(['channel_closed', 'died']);
    expect(await party.closed).toEqual([1000, '']);
  }
  expect(world.server.chain.locked).toBe(0n);
});
