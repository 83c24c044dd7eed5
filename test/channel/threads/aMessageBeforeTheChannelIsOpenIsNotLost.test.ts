/** Who says something before the channel is open (aepp-sdk-js#759) is not punished for it: it is heard when there is a channel to hear it in. */
import { call } from '../node/today.ts';
import { alice, bob, signed, World } from '../node/world.ts';

test('a message of a client of today', async () => {
  const world = await World.open();
  const responder = await call(world, 'responder');
  responder.says('message', { to: alice.modern, info: 'before anybody else is there' });
  const initiator = await call(world, 'initiator');
  await initiator.hears(2);
  const asked = await initiator.next();
  initiator.says('message', { to: bob.modern, info: 'before anything is signed' });
  expect(await responder.hears(2)).toEqual(['info fsm_up', 'info channel_open']);
  const early = await responder.next();
  expect(early.data).toEqual({ message: expect.objectContaining({ info: 'before anything is signed' }) });
  initiator.says('initiator_sign', { signed_tx: await signed(String(asked.data['signed_tx']), alice) });
  expect(await responder.hears(1)).toEqual(['info funding_created']);
  await responder.signs('responder_sign');
  expect(await initiator.hears(2)).toEqual(['info funding_signed', 'on_chain_tx funding_signed']);
  await world.server.chain.mine();
  await initiator.hears(5);
  const late = await initiator.next();
  expect(late.data).toEqual({ message: expect.objectContaining({ info: 'before anybody else is there' }) });
  await world.close();
});
