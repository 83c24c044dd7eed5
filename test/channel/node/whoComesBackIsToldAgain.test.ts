/** A party whose socket is gone comes back with the same parameters, and is told what the state owes it: in every state. */
import { alice, bob, type Fields, seenIn, shown, signed, txOf, World, type Wscat } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

const info = (event: string) => ({ action: 'info', payload: { event } });
const onChain = (kind: string) => ({ action: 'on_chain_tx', payload: { tx: `${kind} with 2 signatures` } });
const asks = (tag: string, kind: string) => ({ action: 'sign', tag, payload: { tx: `${kind} with 0 signatures` } });
const state = (kind: string) => ({ action: 'update', payload: { state: `${kind} with 2 signatures` } });
const wish = { action: 'update', tag: 'new', payload: { from: alice.legacy, to: bob.legacy, amount: 1 } };

type Role = 'initiator' | 'responder';

/** Breaks a party's line, and connects it again. */
async function again(party: Wscat, role: Role): Promise<Wscat> {
  await party.cut();
  return world.connect(role);
}

async function expectTold(party: Wscat, told: readonly Fields[]): Promise<void> {
  expect(await party.shows(told.length)).toEqual(told);
  await party.settled();
  expect(party.unread).toEqual([]);
}

describe('while the channel is being opened', () => {
  it('a party that has waited alone begins again', async () => {
    const first = await world.connect('initiator');
    await first.cut();
    const initiator = await world.connect('initiator');
    const responder = await world.connect('responder');
    expect(await initiator.next()).toEqual(info('channel_accept'));
    expect(await responder.next()).toEqual(info('channel_open'));
    expect(world.server.nodes.stats.channels).toBe(1);
  });

  it('the same request to sign is made again', async () => {
    let initiator = await world.connect('initiator');
    let responder = await world.connect('responder');
    await initiator.next();
    await responder.next();
    const asked = await initiator.next();
    initiator = await again(initiator, 'initiator');
    expect(await initiator.next()).toEqual(info('channel_accept'));
    const askedAgain = await initiator.next();
    expect(askedAgain).toEqual(asked);
    responder = await again(responder, 'responder');
    await expectTold(responder, [info('channel_open')]);

    initiator.type({ action: 'initiator_signed', payload: { tx: await signed(txOf(asked), alice) } });
    await responder.shows(2);
    responder = await again(responder, 'responder');
    expect(await responder.shows(2)).toEqual([info('channel_open'), info('funding_created')]);
    expect(await responder.next()).toEqual({ ...asked, tag: 'responder_signed' });
    initiator = await again(initiator, 'initiator');
    await expectTold(initiator, [info('channel_accept')]);

    responder.type({ action: 'responder_signed', payload: { tx: await signed(txOf(asked), bob) } });
    await initiator.shows(2);
    await responder.next();
    initiator = await again(initiator, 'initiator');
    await expectTold(initiator, [info('channel_accept'), info('funding_signed'), onChain('create')]);
    responder = await again(responder, 'responder');
    await expectTold(responder, [info('channel_open'), info('funding_created'), onChain('create')]);
    await world.server.chain.mine(5);
    expect(await initiator.shows(3)).toEqual([info('own_funding_locked'), info('funding_locked'), info('open')]);
    expect(await responder.shows(3)).toEqual([info('own_funding_locked'), info('funding_locked'), info('open')]);
  });
});

describe('in an open channel', () => {
  it('the last co-signed state is told, the create transaction’s to begin with', async () => {
    let [initiator, responder] = await world.opened();
    initiator = await again(initiator, 'initiator');
    await expectTold(initiator, [info('open'), state('create')]);
    await world.updated(responder, initiator, 1);
    responder = await again(responder, 'responder');
    expect(await responder.next()).toEqual(info('open'));
    expect(seenIn(await responder.next())).toMatchObject({ kind: 'offchain', round: '2' });
  });

  it('who has begun an update is asked again, and who is to acknowledge it', async () => {
    let [initiator, responder] = await world.opened();
    initiator.type(wish);
    const asked = await initiator.next();
    responder = await again(responder, 'responder');
    await expectTold(responder, [info('open'), state('create')]);
    initiator = await again(initiator, 'initiator');
    expect(await initiator.shows(2)).toEqual([info('open'), state('create')]);
    expect(await initiator.next()).toEqual(asked);
    const reply = { action: 'update', payload: { tx: await signed(txOf(asked), alice) } };
    initiator.type(reply);
    await responder.shows(2);
    responder = await again(responder, 'responder');
    await expectTold(responder, [info('open'), state('create'), info('update'), asks('update_ack', 'offchain')]);
    // The one that has signed is told that it is still under way; its answer is known.
    initiator = await again(initiator, 'initiator');
    expect(await initiator.shows(3)).toEqual([info('open'), state('create'), asks('update', 'offchain')]);
    initiator.type(reply);
    responder.type({ action: 'update_ack', payload: { tx: await signed(txOf(asked), bob) } });
    expect(await initiator.next()).toEqual(info('update_finalized'));
    expect(await responder.next()).toEqual(info('update_finalized'));
  });

  it('an update is finished while the one who began it is away', async () => {
    let [initiator, responder] = await world.opened();
    initiator.type(wish);
    await initiator.signs();
    await responder.next();
    await initiator.cut();
    await responder.signs();
    expect(await responder.next()).toEqual(info('update_finalized'));
    initiator = await world.connect('initiator');
    await expectTold(initiator, [info('open'), state('offchain')]);
    await world.updated(initiator, responder, 1);
    responder = await again(responder, 'responder');
    await responder.shows(2);
  });

  it('who is owed a conflict and is away is told the state', async () => {
    const epoch = { dialect: 'epoch' } as const;
    const [initiator, responder] = await world.opened(epoch);
    initiator.type(wish);
    await initiator.next();
    responder.type(wish);
    await responder.next();
    await initiator.cut();
    const back = await world.connect('initiator', epoch);
    await expectTold(back, [info('open'), state('create')]);
    responder.type({ action: 'update', payload: { tx: 'tx$1' } });
    expect(await responder.next()).toMatchObject({ action: 'conflict' });
    await world.updated(back, responder, 1);
  });

  it('a party may come back in another dialect', async () => {
    const [initiator, responder] = await world.opened();
    await responder.cut();
    const back = await world.connect('responder', { dialect: 'epoch' });
    await back.shows(2);
    initiator.type(wish);
    await initiator.signs();
    await back.next();
    await back.signs();
    expect(await back.shows(1)).toEqual([state('offchain')]);
    expect(await initiator.next()).toEqual(info('update_finalized'));
  });
});

describe('while the channel is being closed', () => {
  it('the request to sign is made again, to whom it was made', async () => {
    let [initiator, responder] = await world.opened();
    responder.type({ action: 'shutdown' });
    await responder.next();
    initiator = await again(initiator, 'initiator');
    await expectTold(initiator, [info('open'), state('create')]);
    responder = await again(responder, 'responder');
    expect(await responder.shows(2)).toEqual([info('open'), state('create')]);
    expect(shown(await responder.signs())).toEqual(asks('shutdown_sign', 'close'));
    await initiator.next();
    initiator = await again(initiator, 'initiator');
    expect(await initiator.shows(2)).toEqual([info('open'), state('create')]);
    expect(shown(await initiator.signs())).toEqual(asks('shutdown_sign_ack', 'close'));
    expect(await initiator.shows(2)).toEqual([onChain('close'), info('died')]);
  });

  it('who was away when it was closed is told the last words, once', async () => {
    const [initiator, responder] = await world.opened();
    responder.type({ action: 'shutdown' });
    await responder.signs();
    await initiator.signs();
    await initiator.next();
    await responder.cut();
    expect(await initiator.closed).toEqual([1000, '']);
    const back = await world.connect('responder');
    expect(await back.shows(2)).toEqual([onChain('close'), info('died')]);
    expect(await back.closed).toEqual([1000, '']);
    const next = await world.connect('responder');
    await next.settled();
    expect(next.unread).toEqual([]);
  });
});
