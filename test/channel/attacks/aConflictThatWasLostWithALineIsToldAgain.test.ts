/**
 * What a party has signed is void, and the conflict that says so is lost with its line. It says its signature again when it is back: then it must hear
 * that it is void, or it would wait for ever, and sign nothing else.
 */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { alice, bob, type Fields, signed, txOf, World, type Wscat } from '../node/world.ts';

let world: World;
let clock: SimulatedClock;

beforeEach(async () => {
  clock = new SimulatedClock(1_000_000);
  world = await World.open({ clock });
});
afterEach(() => world.close());

const wish = (amount: number) => ({
  action: 'update',
  tag: 'new',
  payload: { from: alice.legacy, to: bob.legacy, amount },
});
const conflict = { action: 'conflict', payload: { round: 1 } };
const reply = async (action: string, asked: Fields, party: Wscat) => ({
  action,
  payload: { tx: await signed(txOf(asked), party.person) },
});

/** Alice has begun an update and signed it; it is void since Bob has not, and Alice was away when it was said. */
async function unheard() {
  const [initiator, responder] = await world.opened();
  initiator.type(wish(1));
  const asked = await initiator.signs();
  const ack = (await responder.shows(1)).length === 1 ? await responder.next() : {};
  await initiator.cut();
  await responder.settled();
  clock.advance(120_000);
  expect(await responder.next()).toMatchObject(conflict);
  return { responder, asked, ack };
}

it('to who began', async () => {
  const { responder, asked } = await unheard();
  const back = await world.connect('initiator');
  back.type(await reply('update', asked, back));
  await back.shows(2);
  expect(await back.next()).toMatchObject(conflict);
  back.type(await reply('update', asked, back));
  await back.settled();
  expect(back.unread).toEqual([]);
  await world.updated(back, responder, 2);
});

it('to who acknowledged, when its signature came too late', async () => {
  const [initiator, responder] = await world.opened();
  initiator.type(wish(1));
  await initiator.signs();
  await responder.next();
  const asked = await responder.next();
  await responder.cut();
  await initiator.settled();
  clock.advance(120_000);
  expect(await initiator.next()).toMatchObject(conflict);
  const back = await world.connect('responder');
  back.type(await reply('update_ack', asked, back));
  await back.shows(2);
  expect(await back.next()).toMatchObject(conflict);
});

it('before what the other has begun meanwhile is put to it', async () => {
  const { responder, asked } = await unheard();
  responder.type(wish(2));
  await responder.signs();
  const back = await world.connect('initiator');
  back.type(await reply('update', asked, back));
  await back.shows(2);
  expect(await back.next()).toMatchObject(conflict);
  expect(await back.next()).toMatchObject({ action: 'info', payload: { event: 'update' } });
  await back.signs();
  expect(await back.next()).toMatchObject({ payload: { event: 'update_finalized' } });
});

it('not to one whose signature crossed the conflict on its way', async () => {
  const [initiator, responder] = await world.opened();
  initiator.type(wish(1));
  const asked = await initiator.next();
  responder.type(wish(2));
  expect(await initiator.next()).toMatchObject(conflict);
  expect(await responder.next()).toMatchObject(conflict);
  initiator.type(await reply('update', asked, initiator));
  await initiator.settled();
  expect(initiator.unread).toEqual([]);
});
