/** "Then both `update`-s are invalidated and the state is reverted to the last mutually signed one." */
import { type Fields, seenIn, shown, signed, txOf, World, type Wscat } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

const wish = (from: Wscat, to: Wscat, amount = 1) => ({
  action: 'update',
  tag: 'new',
  payload: { from: from.person.legacy, to: to.person.legacy, amount },
});
const asksFor = (tag: string) => ({ action: 'sign', tag, payload: { tx: 'offchain with 0 signatures' } });
const conflict = (round: number) => ({
  action: 'conflict',
  payload: { channel_id: expect.stringMatching(/^ch\$/), round },
});

const roles = ['initiator', 'responder'] as const;
const dialects = ['text', 'epoch'] as const;
const table = roles.flatMap((starter) => dialects.flatMap((one) => dialects.map((other) => ({ starter, one, other }))));

/** An open channel, who begins first. */
async function two({ starter, one, other }: (typeof table)[number]): Promise<readonly [Wscat, Wscat]> {
  const [mine, yours] = [{ dialect: one }, { dialect: other }];
  const [initiator, responder] = await (starter === 'initiator'
    ? world.opened(mine, yours)
    : world.opened(yours, mine));
  return starter === 'initiator' ? [initiator, responder] : [responder, initiator];
}

async function answer(asked: Fields, party: Wscat): Promise<void> {
  party.type({ action: asked['tag'], payload: { tx: await signed(txOf(asked), party.person) } });
}

describe.each(table)('$starter begins in dialect $one, the other in $other', (row) => {
  it('before the first has signed', async () => {
    const [first, second] = await two(row);
    first.type(wish(first, second));
    const asked = await first.next();
    expect(shown(asked)).toEqual(asksFor('update'));
    second.type(wish(second, first));
    if (row.other === 'epoch') {
      // It must be asked and have answered: it takes a conflict at no other time.
      const alsoAsked = await second.next();
      expect(shown(alsoAsked)).toEqual(asksFor('update'));
      expect(second.unread).toEqual([]);
      await answer(alsoAsked, second);
    }
    expect(await second.next()).toEqual(conflict(1));
    if (row.one === 'epoch') {
      await second.settled();
      expect(first.unread).toEqual([]);
      await answer(asked, first);
      expect(await first.next()).toEqual(conflict(1));
    } else {
      expect(await first.next()).toEqual(conflict(1));
      // Its answer was on its way: it is late, and no fault.
      await answer(asked, first);
      await first.settled();
    }
    await world.updated(first, second, 1);
    await world.updated(second, first, 1);
    expect([...first.unread, ...second.unread]).toEqual([]);
  });

  it('after the first has signed', async () => {
    const [first, second] = await two(row);
    first.type(wish(first, second));
    await first.signs();
    expect(await second.shows(2)).toEqual([{ action: 'info', payload: { event: 'update' } }, asksFor('update_ack')]);
    second.type(wish(second, first));
    expect(await second.next()).toEqual(conflict(1));
    expect(await first.next()).toEqual(conflict(1));
    await world.updated(second, first, 1);
    await world.updated(first, second, 1);
    expect([...first.unread, ...second.unread]).toEqual([]);
  });
});

describe('a conflict', () => {
  it('names the last round that both have signed, and the next update follows on it', async () => {
    const [first, second] = await world.opened();
    await world.updated(first, second, 1);
    await world.updated(second, first, 1);
    first.type(wish(first, second));
    await first.next();
    second.type(wish(second, first));
    expect(await first.next()).toEqual(conflict(3));
    expect(await second.next()).toEqual(conflict(3));
    first.type(wish(first, second, 2));
    const asked = await first.next();
    expect(seenIn(asked)).toMatchObject({ round: '4', updates: [{ amount: '2' }] });
  });

  it('is none where the second update can be none: it is refused, and the first goes on', async () => {
    const [first, second] = await world.opened();
    first.type(wish(first, second));
    const asked = await first.next();
    second.type(wish(second, first, 100));
    expect(await second.next()).toMatchObject({ action: 'error', payload: { reason: 'insufficient_balance' } });
    await answer(asked, first);
    await second.next();
    await second.signs();
    expect(await first.next()).toEqual({ action: 'info', payload: { event: 'update_finalized' } });
  });

  it('is told to a client of old that never answers when the time to sign is over', async () => {
    const epoch = { dialect: 'epoch', more: { timeout_sign: '50' } } as const;
    const [first, second] = await world.opened(epoch);
    first.type(wish(first, second));
    await first.next();
    second.type(wish(second, first));
    await second.next();
    expect(await first.next()).toEqual(conflict(1));
    expect(await second.next()).toEqual(conflict(1));
  });
});

it('who was away then, and says again what it has signed, is told once more', async () => {
  const [first, second] = await world.opened();
  first.type(wish(first, second));
  const asked = await first.next();
  const reply = { action: 'update', payload: { tx: await signed(txOf(asked), first.person) } };
  await first.cut();
  second.type(wish(second, first));
  expect(await second.next()).toEqual(conflict(1));
  const back = await world.connect('initiator');
  expect(await back.next()).toEqual({ action: 'info', payload: { event: 'open' } });
  expect(await back.next()).toMatchObject({ action: 'update' });
  back.type(reply);
  expect(await back.next()).toEqual(conflict(1));
  // Once: what comes later has been on its way.
  back.type(reply);
  await back.settled();
  expect(back.unread).toEqual([]);
  await world.updated(back, second, 1);
});
