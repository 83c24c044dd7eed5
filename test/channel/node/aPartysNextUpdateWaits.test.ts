/** A second update of the same party while its first is under way is put off, not refused: so did the node of its time. */
import { seenIn, World, type Wscat } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await World.open({ limits: { postponed: 2 } });
});
afterEach(() => world.close());

const wish = (from: Wscat, to: Wscat, amount: number) => ({
  action: 'update',
  tag: 'new',
  payload: { from: from.person.legacy, to: to.person.legacy, amount },
});

describe('an update that comes while another of its party is under way', () => {
  it('is begun when that is finished, and after it the next', async () => {
    const [one, other] = await world.opened();
    for (const amount of [1, 2, 1]) one.type(wish(one, other, amount));
    for (const [index, amount] of ['1', '2', '1'].entries()) {
      expect(seenIn(await one.signs())).toMatchObject({ round: `${index + 2}`, updates: [{ amount }] });
      await other.next();
      await other.signs();
      expect(await one.next()).toMatchObject({ payload: { event: 'update_finalized' } });
      await other.next();
    }
    await one.settled();
  });

  it('is judged by what is in the channel then', async () => {
    const [one, other] = await world.opened();
    one.type(wish(one, other, 5));
    one.type(wish(one, other, 1));
    await one.signs();
    await other.next();
    await other.signs();
    expect(await one.next()).toMatchObject({ payload: { event: 'update_finalized' } });
    expect(await one.next()).toMatchObject({
      action: 'error',
      payload: { reason: 'insufficient_balance', request: wish(one, other, 1) },
    });
  });

  it('is refused where too many wait already', async () => {
    const [one, other] = await world.opened();
    for (const amount of [1, 1, 1, 2]) one.type(wish(one, other, amount));
    await one.next();
    expect(await one.next()).toMatchObject({
      action: 'error',
      payload: { reason: 'conflict', request: wish(one, other, 2) },
    });
  });

  it('waits also while the channel is being opened', async () => {
    const one = await world.connect('initiator');
    const other = await world.connect('responder');
    one.type(wish(one, other, 1));
    await one.next();
    await other.next();
    await one.signs();
    await other.next();
    await other.signs();
    await one.shows(2);
    await world.server.chain.mine(5);
    await one.shows(3);
    expect(seenIn(await one.signs())).toMatchObject({ kind: 'offchain', round: '2' });
  });

  it('is forgotten with a party that leaves', async () => {
    const [one, other] = await world.opened();
    one.type(wish(one, other, 1));
    one.type(wish(one, other, 2));
    await one.signs();
    await one.settled();
    await one.leave();
    await other.next();
    await other.signs();
    expect(await other.next()).toMatchObject({ payload: { event: 'update_finalized' } });
    await world.updated(
      other,
      await world.connect('initiator').then(async (back) => {
        await back.shows(2);
        return back;
      }),
      1,
    );
  });
});

describe('a closing that is asked for while an update is under way', () => {
  it('waits for it', async () => {
    const [one, other] = await world.opened();
    one.type(wish(one, other, 1));
    const asked = one.signs();
    other.type({ action: 'shutdown' });
    await asked;
    await other.next();
    await other.signs();
    await one.next();
    await other.next();
    expect(await other.next()).toMatchObject({ action: 'sign', tag: 'shutdown_sign' });
  });
});

describe('an update that the acknowledger begins in the same breath as it signs', () => {
  it('is no conflict: it waits for the one that was signed', async () => {
    const [one, other] = await world.opened();
    one.type(wish(one, other, 1));
    await one.signs();
    await other.next();
    await other.signs();
    other.type(wish(other, one, 2));
    for (const party of [one, other])
      expect(await party.next()).toMatchObject({ payload: { event: 'update_finalized' } });
    expect(seenIn(await other.signs())).toMatchObject({ round: '3', updates: [{ amount: '2' }] });
  });
});
