/** "The maximum length of time waiting for the other party to respond in the different states", by the names that the node of its time gave them. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { opened, pays } from './today.ts';
import { alice, bob, type QueryOptions, World, type Wscat } from './world.ts';

let world: World;
let clock: SimulatedClock;

beforeEach(async () => {
  clock = new SimulatedClock(1_000_000);
  world = await World.open({ clock });
});
afterEach(() => world.close());

const died = { action: 'info', payload: { event: 'died' } };
const conflict = { action: 'conflict', payload: { round: 1 } };
const long = 3_600_000;

/** Just before the time nothing happens; then it does. */
async function passes(ms: number, party: Wscat): Promise<void> {
  await party.settled();
  clock.advance(ms - 1);
  await party.settled();
  expect(party.unread).toEqual([]);
  clock.advance(1);
}

const wish = { action: 'update', tag: 'new', payload: { from: alice.legacy, to: bob.legacy, amount: 1 } };

async function create(options: QueryOptions = {}): Promise<readonly [Wscat, Wscat]> {
  const initiator = await world.connect('initiator', options);
  const responder = await world.connect('responder', options);
  await initiator.next();
  await responder.next();
  return [initiator, responder];
}

describe.each([
  ['as long as the node of its time had it', undefined],
  ['as long as a party says', 5_000],
])('%s', (_, asked) => {
  const more = (...names: readonly string[]): QueryOptions =>
    asked === undefined ? {} : { more: Object.fromEntries(names.map((name) => [`timeout_${name}`, `${asked}`])) };

  it('accept: an initiator waits for its responder', async () => {
    const initiator = await world.connect('initiator', more('accept'));
    await passes(asked ?? 120_000, initiator);
    expect(await initiator.next()).toEqual(died);
    expect(await initiator.closed).toEqual([1000, '']);
  });

  it('awaiting_open: a responder waits for its initiator', async () => {
    const responder = await world.connect('responder', more('awaiting_open'));
    await passes(asked ?? 600_000, responder);
    expect(await responder.next()).toEqual(died);
  });

  it('funding_create: the initiator is to sign', async () => {
    const [initiator, responder] = await create(more('funding_create'));
    await initiator.next();
    await passes(asked ?? 120_000, responder);
    expect(await initiator.next()).toEqual(died);
    expect(await responder.next()).toEqual(died);
  });

  it('funding_sign: the responder is to sign', async () => {
    const [initiator, responder] = await create(more('funding_sign'));
    await initiator.signs();
    await responder.shows(2);
    await passes(asked ?? 120_000, initiator);
    expect(await initiator.next()).toEqual(died);
    expect(await responder.next()).toEqual(died);
  });

  it('sign: who starts an update is to sign; the update is void', async () => {
    const [initiator, responder] = await world.opened(more('sign'));
    initiator.type(wish);
    await initiator.next();
    await passes(asked ?? 500_000, responder);
    expect(await initiator.next()).toMatchObject(conflict);
    expect(await responder.next()).toMatchObject(conflict);
    await world.updated(responder, initiator, 1);
  });

  it('accept: the acknowledger is to sign; the update is void', async () => {
    const [initiator, responder] = await world.opened(more('accept'));
    initiator.type(wish);
    await initiator.signs();
    await responder.shows(2);
    await passes(asked ?? 120_000, initiator);
    expect(await initiator.next()).toMatchObject(conflict);
    expect(await responder.next()).toMatchObject(conflict);
    await world.updated(responder, initiator, 1);
  });

  it('sign and accept: so with a closing', async () => {
    const [initiator, responder] = await world.opened(more('sign', 'accept'));
    initiator.type({ action: 'shutdown' });
    await initiator.next();
    await passes(asked ?? 500_000, responder);
    expect(await initiator.next()).toMatchObject(conflict);
    expect(await responder.next()).toMatchObject(conflict);
    responder.type({ action: 'shutdown' });
    await responder.signs();
    await initiator.next();
    await passes(asked ?? 120_000, responder);
    expect(await initiator.next()).toMatchObject(conflict);
    expect(await responder.next()).toMatchObject(conflict);
    await world.updated(responder, initiator, 1);
  });
});

describe('a client of today', () => {
  it('is told by its code that an update was void in time, and goes on', async () => {
    const { initiator, responder } = await opened(world, { timeout_sign: '5000' });
    initiator.says('update.new', { from: alice.modern, to: bob.modern, amount: 1 });
    expect(await initiator.hears(1)).toEqual(['sign.update']);
    clock.advance(5_000);
    const { method, data } = await initiator.next();
    expect([method, data]).toEqual(['conflict', expect.objectContaining({ error_code: 3, error_msg: 'timeout' })]);
    await pays(responder, initiator, 1);
  });

  it('is told that a channel has died of time', async () => {
    const { initiator, responder } = await opened(world, { timeout_idle: '5000' });
    clock.advance(5_000);
    for (const party of [initiator, responder]) {
      expect(await party.hears(2)).toEqual(['info timeout', 'info died']);
      expect(await party.line.closed).toEqual([1000, '']);
    }
  });
});

describe('a channel with money in it', () => {
  it('does not die of waiting, however long, where nobody has asked for it', async () => {
    const [initiator, responder] = await create();
    await initiator.signs();
    await responder.next();
    await responder.signs();
    await initiator.shows(2);
    await responder.next();
    clock.advance(long);
    await world.server.chain.mine(5);
    await initiator.shows(3);
    await responder.shows(3);
    clock.advance(long);
    await world.updated(initiator, responder, 1);
  });

  it('dies while it is locked when a party has asked for it: funding_lock', async () => {
    const [initiator, responder] = await create({ more: { timeout_funding_lock: '5000' } });
    await initiator.signs();
    await responder.next();
    await responder.signs();
    await initiator.shows(2);
    await responder.next();
    await passes(5_000, initiator);
    expect(await initiator.next()).toEqual(died);
    expect(await responder.next()).toEqual(died);
  });

  it.each(['open', 'idle'])('dies while it is open when a party has asked for it: %s', async (name) => {
    const [initiator, responder] = await world.opened({ more: { [`timeout_${name}`]: '5000' } });
    clock.advance(4_999);
    initiator.type({ action: 'message', payload: { info: 'I am here', to: bob.legacy } });
    await responder.next();
    clock.advance(4_999);
    await world.updated(responder, initiator, 1);
    await passes(5_000, initiator);
    expect(await initiator.next()).toEqual(died);
    expect(await responder.next()).toEqual(died);
  });

  it('has the shorter time where both ask for one', async () => {
    const initiator = await world.connect('initiator', { more: { timeout_funding_create: '9000' } });
    const responder = await world.connect('responder', { more: { timeout_funding_create: '7000' } });
    await initiator.shows(2);
    await responder.next();
    await passes(7_000, responder);
    expect(await initiator.next()).toEqual(died);
  });
});
