/** A node that does not know a client's `fsm_id` any more says so and closes (aeternity#3163): our client does not knock for ever, and its app is told. */
import { openedInRpc, rejects } from '../party/today.ts';
import { fate, useNode } from '../party/world.ts';

const world = useNode();

it('a party that comes back gives up, with the channel in its store', async () => {
  const { channel, peer, hears } = await openedInRpc(world);
  const paying = fate(channel.pay(1n));
  await peer.hears();
  peer.socket.terminate();
  for (let time = 0; time < 3; time += 1) {
    const back = await world.accept();
    rejects(back, 1016, null);
    back.socket.close(1008, 'existing_fsm_id is another one');
  }
  expect(await paying).toMatchObject({ name: expect.stringMatching(/ConnectionLost|NotAgreed/) });
  await channel.ended;
  expect(await hears('error')).toMatchObject({ reason: 'invalid_fsm_id' });
  expect(channel.machineState).toBe('idle');
  expect(channel.state).toMatchObject({ round: 1 });
});
