/** `states=true` in the query: a party that speaks as the text is told what the text leaves out. One that does not ask sees nothing of it. */
import { fields, seenIn, World } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

test('the co-signed states, codes, and the name by which it comes back', async () => {
  const initiator = await world.connect('initiator', { more: { states: 'true' } });
  const responder = await world.connect('responder');
  expect((await initiator.next())['payload']).toEqual({ event: 'fsm_up', fsm_id: expect.stringMatching(/^ba_/) });
  await Promise.all([initiator.next(), responder.next()]);
  await initiator.signs();
  await responder.next();
  await responder.signs();
  await Promise.all([initiator.shows(2), responder.next()]);
  await world.server.chain.mine(5);
  await Promise.all([initiator.shows(3), responder.shows(2)]);
  const [told, plain] = [await initiator.next(), await responder.next()];
  expect(plain).toEqual({ action: 'info', payload: { event: 'open' } });
  expect(fields(told['payload'])['event']).toBe('open');
  expect(seenIn(told)).toMatchObject({ kind: 'create', signatures: [expect.anything(), expect.anything()] });

  initiator.type({ action: 'deposit', tag: 'new', payload: { amount: 5 } });
  const asked = await initiator.signs();
  expect(asked).toMatchObject({ action: 'sign', tag: 'deposit_tx' });
  expect(await responder.shows(2)).toMatchObject([{ payload: { event: 'deposit_created' } }, { tag: 'deposit_ack' }]);
  responder.type({ action: 'deposit_ack', payload: { error: 200 } });
  expect(await initiator.next()).toMatchObject({ payload: { round: 1, error_code: 200, error_msg: 'user-defined' } });
  expect((await responder.next())['payload']).toEqual({ channel_id: expect.anything(), round: 1 });
});
