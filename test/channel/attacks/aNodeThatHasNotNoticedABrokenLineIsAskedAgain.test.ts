/** A party's line breaks, and the node has not noticed: it turns the party away, since its place is taken, by itself. The party tries again. */
import { fate, useNode } from '../party/world.ts';

const { opened, accept } = useNode();

it('until the node has noticed', async () => {
  const { channel, peer, hears } = await opened();
  peer.socket.terminate();
  for (let time = 0; time < 2; time += 1) (await accept()).socket.close(1008, 'the initiator is here already');
  await accept();
  for (let time = 0; time < 3; time += 1) await hears('reconnected');
  expect(channel.machineState).toBe('open.ready');
});

it('as often as it tries at all', async () => {
  const { channel, peer } = await opened();
  const paying = fate(channel.pay(1n));
  await peer.hears();
  peer.socket.terminate();
  for (let time = 0; time < 3; time += 1) (await accept()).socket.close(1008, 'the initiator is here already');
  expect(await paying).toMatchObject({ code: 'turnedAway' });
  await channel.ended;
});
