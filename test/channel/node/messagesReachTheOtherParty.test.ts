/** "The `sender` pushes a message … Then the `receiver` gets an event containing the info being sent and some details." */
import { alice, bob, mallory, signed, txOf, World } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await World.open({ limits: { held: 2 } });
});
afterEach(() => world.close());

const message = (info: string, to: string) => ({ action: 'message', payload: { info, to } });
const delivered = (info: string, from: string, to: string) => ({
  action: 'message',
  payload: { message: { channel_id: expect.stringMatching(/^ch\$/), from, to, info } },
});

describe('a message', () => {
  it('arrives with what the text says, both ways', async () => {
    const [one, other] = await world.opened();
    one.type(message('hejsan', bob.legacy));
    expect(await other.next()).toEqual(delivered('hejsan', alice.legacy, bob.legacy));
    other.type(message('svejsan "and" ünïcode \u2028', alice.legacy));
    expect(await one.next()).toEqual(delivered('svejsan "and" ünïcode \u2028', bob.legacy, alice.legacy));
  });

  it.each([
    ['a stranger', mallory.legacy],
    ['oneself', alice.legacy],
    ['what is no account', 'bob'],
  ])('for %s is refused', async (_, to) => {
    const [one] = await world.opened();
    one.type(message('psst', to));
    expect(await one.next()).toEqual({
      action: 'error',
      payload: { reason: 'unknown_recipient', request: message('psst', to) },
    });
  });

  it('reaches a party that speaks as the text does in the middle of an update, and one of old after it', async () => {
    const [one, other] = await world.opened({ dialect: 'epoch' }, { dialect: 'text' });
    one.type({ action: 'update', tag: 'new', payload: { from: alice.legacy, to: bob.legacy, amount: 1 } });
    const asked = await one.next();
    other.type(message('first', alice.legacy));
    one.type(message('second', bob.legacy));
    expect(await other.next()).toEqual(delivered('second', alice.legacy, bob.legacy));
    await other.settled();
    expect(one.unread).toEqual([]);
    one.type({ action: 'update', payload: { tx: await signed(txOf(asked), alice) } });
    await other.next();
    await other.signs();
    expect(await one.next()).toMatchObject({ action: 'update' });
    expect(await one.next()).toEqual(delivered('first', bob.legacy, alice.legacy));
  });

  it('waits for a party that is away, as many as there is room for', async () => {
    const [one, other] = await world.opened();
    await other.cut();
    await one.settled();
    for (const info of ['one', 'two', 'three']) one.type(message(info, bob.legacy));
    expect(await one.next()).toMatchObject({ action: 'error', payload: { message: expect.any(String) } });
    const back = await world.connect('responder');
    await back.shows(2);
    expect(await back.next()).toEqual(delivered('one', alice.legacy, bob.legacy));
    expect(await back.next()).toEqual(delivered('two', alice.legacy, bob.legacy));
    one.type(message('four', bob.legacy));
    expect(await back.next()).toEqual(delivered('four', alice.legacy, bob.legacy));
  });
});
